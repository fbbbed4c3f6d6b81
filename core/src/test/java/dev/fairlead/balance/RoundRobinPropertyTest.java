package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for any weights. */
class RoundRobinPropertyTest {
  private static List<Candidate> servers(int[] weights) {
    return Candidates.many(weights.length).weights(weights).limit(1).build();
  }

  private static int[] reduced(int[] weights) {
    int divisor = Arrays.stream(weights).reduce(0, RoundRobinPropertyTest::gcd);
    return Arrays.stream(weights).map(w -> w / divisor).toArray();
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static Picker prepare(List<Candidate> servers) {
    return Balancers.roundRobin().prepare(Candidates.members(servers, null));
  }

  private static int pick(Picker picker, FakePickContext request) {
    Candidate picked = picker.pick(request);
    assertThat(picked).isNotNull();
    return picked == null ? -1 : picked.index();
  }

  @Property(tries = 200)
  void in_any_turn_each_server_is_picked_as_often_as_its_weight_says(
      @ForAll @Size(min = 1, max = 12) int[] seeds, @ForAll @IntRange(max = 1000) int skipped) {
    int[] weights = weights(seeds);
    int[] expected = reduced(weights);
    Picker picker = prepare(servers(weights));
    FakePickContext request = new FakePickContext(1);
    for (int i = 0; i < skipped; i++) {
      pick(picker, request);
    }
    int[] counts = new int[weights.length];
    for (int i = Arrays.stream(expected).sum(); i > 0; i--) {
      counts[pick(picker, request)]++;
    }
    assertThat(counts).isEqualTo(expected);
  }

  @Property(tries = 200)
  void at_no_moment_a_server_is_two_picks_away_from_its_share(
      @ForAll @Size(min = 2, max = 12) int[] seeds) {
    int[] weights = weights(seeds);
    assertNearShare(weights, SmoothOrder.of(weights), weights.length == 2 ? 1 : 2);
  }

  private static void assertNearShare(int[] weights, int[] order, double bound) {
    int[] counts = new int[weights.length];
    double sum = Arrays.stream(weights).sum();
    double worst = 0;
    for (int n = 0; n < order.length; n++) {
      counts[order[n]]++;
      for (int i = 0; i < weights.length; i++) {
        worst = Math.max(worst, Math.abs(counts[i] - (n + 1) * weights[i] / sum));
      }
    }
    assertThat(worst).isLessThan(bound);
  }

  @Property(tries = 200)
  void those_that_are_not_full_share_a_turn_by_their_weights(
      @ForAll @Size(min = 2, max = 10) int[] seeds, @ForAll long choice) {
    int[] weights = weights(seeds);
    int[] expected = reduced(weights);
    List<Candidate> servers = servers(weights);
    SplittableRandom random = new SplittableRandom(choice);
    for (Candidate server : servers.subList(1, servers.size())) {
      if (random.nextBoolean()) {
        FakeLoad.of(server).inFlight(1);
        expected[server.index()] = 0;
      }
    }
    Picker picker = prepare(servers);
    FakePickContext request = new FakePickContext(1);
    int[] counts = new int[weights.length];
    for (int i = Arrays.stream(expected).sum(); i > 0; i--) {
      counts[pick(picker, request)]++;
    }
    assertThat(counts).isEqualTo(expected);
  }

  @Property(tries = 200)
  void a_server_that_returns_is_picked_within_one_turn(
      @ForAll @Size(min = 2, max = 12) int[] seeds, @ForAll @IntRange(max = 1000) int skipped) {
    int[] weights = weights(seeds);
    List<Candidate> all = servers(weights);
    Picker without = prepare(all.subList(1, all.size()));
    FakePickContext request = new FakePickContext(1);
    for (int i = 0; i < skipped; i++) {
      pick(without, request);
    }
    Picker with = Balancers.roundRobin().prepare(Candidates.members(all, without));
    Set<Integer> seen = new HashSet<>();
    for (int i = Arrays.stream(weights).sum(); i > 0; i--) {
      seen.add(pick(with, request));
    }
    assertThat(seen).contains(0);
  }

  @Example
  void a_very_long_turn_has_the_same_shares_in_deadline_order() {
    SplittableRandom random = new SplittableRandom(7);
    int[] weights = random.ints(1000, 1, 257).toArray();
    weights[0] = 1; // so that no divisor shortens it
    int[] order = SmoothOrder.of(weights);
    assertThat(order).hasSize(Arrays.stream(weights).sum());
    int[] counts = new int[weights.length];
    Arrays.stream(order).forEach(i -> counts[i]++);
    assertThat(counts).isEqualTo(weights);
    assertNearShare(weights, order, 2);
  }

  /** Any numbers as weights of 1..256. */
  private static int[] weights(int[] seeds) {
    return Arrays.stream(seeds).map(s -> 1 + Math.floorMod(s, 256)).toArray();
  }
}
