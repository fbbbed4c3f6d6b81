package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Parts of a fleet, for any number of servers and clients. */
class SubsetPropertyTest {
  /** The servers that a client of so many uses. */
  private static Set<Candidate> part(
      int client, int size, List<Candidate> eligible, List<Candidate> all) {
    List<Candidate> seen = new ArrayList<>();
    Balancer inner = members -> {
      seen.addAll(members.eligible());
      return request -> null;
    };
    Balancers.subset(client, size, inner).prepare(Candidates.members(eligible, all, null));
    return new HashSet<>(seen);
  }

  private static Set<Candidate> part(int client, int size, List<Candidate> all) {
    return part(client, size, all, all);
  }

  private static List<Candidate> without(List<Candidate> servers, Candidate one) {
    return servers.stream().filter(server -> !server.equals(one)).toList();
  }

  private static void assertAtMostTwoReplaced(Set<Candidate> before, Set<Candidate> after) {
    Set<Candidate> fresh = new HashSet<>(after);
    fresh.removeAll(before);
    assertThat(fresh).hasSizeLessThanOrEqualTo(2);
  }

  @Property(tries = 1000)
  void a_server_that_comes_or_goes_replaces_at_most_two_of_each_part(
      @ForAll @IntRange(min = 2, max = 300) int servers,
      @ForAll @IntRange(min = 1, max = 60) int size,
      @ForAll @IntRange(max = 5_000) int client,
      @ForAll Random random) {
    List<Candidate> more = Candidates.many(servers).build();
    Candidate one = more.get(random.nextInt(servers));
    List<Candidate> less = without(more, one);
    Set<Candidate> before = part(client, size, less);
    Set<Candidate> after = part(client, size, more);
    assertThat(before).hasSize(Math.min(size, servers - 1));
    assertThat(after).hasSize(Math.min(size, servers));
    assertAtMostTwoReplaced(before, after);
    assertAtMostTwoReplaced(after, before);
  }

  @Property(tries = 100)
  void a_server_that_is_down_is_replaced_by_one_and_comes_back(
      @ForAll @IntRange(min = 2, max = 300) int servers,
      @ForAll @IntRange(min = 1, max = 60) int size,
      @ForAll @IntRange(max = 5_000) int client,
      @ForAll Random random) {
    List<Candidate> all = Candidates.many(servers).build();
    Candidate one = all.get(random.nextInt(servers));
    Set<Candidate> before = part(client, size, all);
    Set<Candidate> after = part(client, size, without(all, one), all);
    Set<Candidate> kept = new HashSet<>(before);
    kept.remove(one);
    assertThat(after).doesNotContain(one).containsAll(kept);
    assertThat(after).hasSize(Math.min(size, servers - 1));
  }

  @Property(tries = 50)
  void each_server_has_as_many_clients_as_any_other_give_or_take_three(
      @ForAll @IntRange(min = 20, max = 300) int servers,
      @ForAll @IntRange(min = 1, max = 20) int size,
      @ForAll @IntRange(min = 1, max = 300) int clients) {
    List<Candidate> all = Candidates.many(servers).build();
    int[] counts = new int[servers];
    for (int client = 0; client < clients; client++) {
      part(client, size, all).forEach(server -> counts[server.index()]++);
    }
    double mean = (double) clients * size / servers;
    assertThat(Arrays.stream(counts).asDoubleStream().boxed())
        .allSatisfy(count -> assertThat(count).isBetween(mean - 3, mean + 3));
  }

  @Property(tries = 50)
  void a_part_does_not_depend_on_the_order_of_declaration(
      @ForAll @IntRange(min = 1, max = 100) int servers,
      @ForAll @IntRange(max = 100) int client,
      @ForAll Random random) {
    List<Candidate> all = Candidates.many(servers).build();
    List<Candidate> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, random);
    assertThat(part(client, 10, shuffled)).isEqualTo(part(client, 10, all));
  }
}
