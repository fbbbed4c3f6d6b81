package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** A circle that follows a change of the list is the one that would be made of the new list. */
class CirclePropertyTest {
  private static final Ring KETAMA = new Ring(Ring.Kind.KETAMA, Ring.KETAMA_POINTS);

  @Provide
  Arbitrary<Ring> rings() {
    return Arbitraries.of(
        new Ring(Ring.Kind.NEAREST, 16), new Ring(Ring.Kind.NEAREST, 4096), KETAMA);
  }

  private static Candidate with(Candidate of, int weight) {
    return new Candidate(
        of.name(), of.id(), of.index(), of.address(), weight, 0, of.tags(), of.load());
  }

  /** Some leave, some have another weight, some come; now and then all stand in another order. */
  private static List<Candidate> changed(List<Candidate> all, Random random, int spare) {
    List<Candidate> next = all.stream()
        .filter(server -> random.nextInt(8) > 0)
        .map(server -> random.nextInt(8) > 0 ? server : with(server, 1 + random.nextInt(40)))
        .collect(Collectors.toCollection(ArrayList::new));
    for (int i = 0; i < random.nextInt(3); i++) {
      int place = random.nextInt(next.size() + 1);
      next.add(place, Keyed.server(spare + i, 1 + random.nextInt(40), "10.1.0." + spare, 80 + i));
    }
    if (random.nextInt(8) == 0) {
      Collections.shuffle(next, random);
    }
    return next;
  }

  @Property(tries = 60)
  void a_changed_circle_is_as_if_it_were_new(
      @ForAll("rings") Ring ring,
      @ForAll ServerKey key,
      @ForAll @IntRange(min = 1, max = 12) int size,
      @ForAll Random random) {
    List<Candidate> all = IntStream.range(0, size)
        .mapToObj(i -> Keyed.server(i, 1 + random.nextInt(40), "10.0.0." + i % 5, 80 + i))
        .toList();
    Roster roster = Roster.of(all, key, null);
    Circle circle = Circle.of(ring, roster);
    for (int change = 0; change < 5; change++) {
      all = changed(all, random, size + 3 * change);
      roster = Roster.of(all, key, roster);
      circle = circle.changed(roster);
      assertThat(circle.points()).isEqualTo(Circle.of(ring, roster).points());
    }
  }

  @Example
  void a_circle_is_not_taken_over_where_servers_are_known_by_something_else() {
    List<Candidate> all = Candidates.named("2", "1", "3").build(); // with ids 1, 2, 3
    Ring ring = new Ring(Ring.Kind.NEAREST, 16);
    Roster ids = Roster.of(all, ServerKey.ID, null);
    Circle byName = Circle.of(ring, Roster.of(all, ServerKey.NAME, null));
    assertThat(byName.changed(ids).points()).isEqualTo(Circle.of(ring, ids).points());
  }

  private static int at(Circle circle, Roster roster, List<Candidate> eligible, int position) {
    Mapping.Table table = circle.table(roster.places(eligible), eligible.size());
    Judge judge = Judge.of(eligible, 0, Integer.MAX_VALUE, () -> 0);
    int place = table.find(position, new KeyBuffer(), new FakePickContext(1), judge, 0);
    return eligible.get(place).id();
  }

  private static List<Candidate> without(List<Candidate> servers, int id) {
    return servers.stream().filter(s -> s.id() != id).toList();
  }

  @Example
  void of_two_points_at_one_position_nginx_keeps_one_until_its_server_has_left() {
    List<Candidate> all = Candidates.many(1500).build(); // some of 240,000 points collide
    Roster roster = Roster.of(all, ServerKey.ADDRESS_AND_PORT, null);
    Circle circle = Circle.of(KETAMA, roster);
    long[] points = circle.points();
    int twin = IntStream.range(1, points.length - 1)
        .filter(i -> points[i - 1] >> 32 == points[i] >> 32 && points[i - 1] != points[i])
        .findFirst()
        .orElseThrow();
    int position = (int) (points[twin] >> 32) ^ Integer.MIN_VALUE;
    int first = roster.id((int) points[twin - 1]);
    int second = roster.id((int) points[twin]);
    int next = roster.id((int) points[twin + 1]);
    assertThat(at(circle, roster, all, position)).isEqualTo(first);
    List<Candidate> rest = without(all, first);
    assertThat(at(circle, roster, rest, position)).as("while it is down").isEqualTo(next);
    Roster remaining = Roster.of(rest, ServerKey.ADDRESS_AND_PORT, roster);
    assertThat(at(circle.changed(remaining), remaining, rest, position)).isEqualTo(second);
  }

  @Example
  void four_bytes_of_a_checksum_at_once_are_as_four_one_by_one() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      int state = random.nextInt();
      int bytes = random.nextInt();
      int single = state;
      for (int shift = 0; shift < 32; shift += 8) {
        single = Crc32.update(single, bytes >>> shift);
      }
      assertThat(Crc32.updateFour(state, bytes)).isEqualTo(single);
    }
  }

  @Example
  void a_ring_of_nginxs_with_too_many_points_thins_them_and_keeps_the_first() {
    List<Candidate> servers = Candidates.many(500)
        .weights(IntStream.generate(() -> 256).limit(500).toArray())
        .build();
    Roster roster = Roster.of(servers, ServerKey.ADDRESS_AND_PORT, null);
    int[] counts = KETAMA.counts(roster);
    assertThat(Arrays.stream(counts)).containsOnly(160 * 256 / 2);
    long[] one = new long[4];
    long[] more = new long[8];
    KETAMA.write(roster, 7, one, 0, 4);
    KETAMA.write(roster, 7, more, 0, 8);
    assertThat(Arrays.copyOf(more, 4)).isEqualTo(one);
  }
}
