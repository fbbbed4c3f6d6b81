package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The tournament chooses as asking everyone does. */
class TournamentPropertyTest {
  private static final int ALL = Integer.MAX_VALUE;

  private static Balancer lowest(Counts cost, Lowest.Rank rank, int scanUpTo) {
    return new Lowest("test", members -> cost, rank, scanUpTo);
  }

  private static int[] weights(int size, SplittableRandom random) {
    return random.ints(size, 1, 9).toArray();
  }

  @Property(tries = 300)
  void for_one_thread_it_is_the_choice_of_asking_everyone(
      @ForAll @IntRange(min = 1, max = 70) int size,
      @ForAll Counts counts,
      @ForAll Lowest.Rank rank,
      @ForAll @IntRange(max = 3) int limit,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] weights = weights(size, random);
    Fleet scan = Fleet.limited(lowest(counts, rank, ALL), limit, weights);
    Fleet tree = Fleet.limited(lowest(counts, rank, 0), limit, weights);
    assertThat(tree.picker()).isInstanceOf(Tournament.class);
    List<Integer> held = new ArrayList<>();
    for (int step = 0; step < 300; step++) {
      if (random.nextInt(5) < 2 && !held.isEmpty()) {
        int place = held.remove(random.nextInt(held.size()));
        scan.release(scan.get(place));
        tree.release(tree.get(place));
      } else {
        List<Integer> tried = random.nextInt(4) > 0
            ? List.of()
            : IntStream.range(0, random.nextInt(4))
                .map(i -> random.nextInt(size))
                .boxed()
                .toList();
        scan.request.havingTried(tried.stream().map(scan::get).toList());
        tree.request.havingTried(tried.stream().map(tree::get).toList());
        Candidate wanted = scan.take();
        Candidate picked = tree.take();
        assertThat(picked == null ? -1 : picked.index())
            .isEqualTo(wanted == null ? -1 : wanted.index());
        if (wanted != null) {
          held.add(wanted.index());
        }
      }
    }
  }

  @Property(tries = 100)
  void what_nobody_told_it_is_right_after_as_many_picks_as_there_are_servers(
      @ForAll @IntRange(min = 2, max = 200) int size, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Fleet fleet = Fleet.of(lowest(Counts.ACTIVE, Lowest.Rank.TURNS, 0), weights(size, random));
    fleet.servers.forEach(s -> FakeLoad.of(s).inFlight(random.nextInt(100)));
    for (int i = 0; i < size; i++) {
      fleet.take();
    }
    fleet.servers.forEach(s -> FakeLoad.of(s).inFlight(50 + random.nextInt(100)));
    Candidate idle = fleet.get(random.nextInt(size));
    FakeLoad.of(idle).inFlight(0);
    boolean found = false;
    for (int i = 0; i <= size && !found; i++) {
      found = idle.equals(fleet.picker().pick(fleet.request));
    }
    assertThat(found).isTrue();
  }

  @Property(tries = 100)
  void leases_that_it_did_not_give_are_seen_before_a_server_is_chosen(
      @ForAll @IntRange(min = 3, max = 200) int size, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Fleet fleet = Fleet.of(
        lowest(Counts.ACTIVE, Lowest.Rank.TURNS, 0),
        IntStream.generate(() -> 1).limit(size).toArray());
    for (int i = 0; i < size; i++) {
      Candidate next = fleet.get(random.nextInt(size));
      FakeLoad.of(next).inFlight(1000);
      Candidate picked = fleet.take();
      assertThat(picked).isNotNull().isNotEqualTo(next);
      FakeLoad.of(next).inFlight(0);
      fleet.prepare(lowest(Counts.ACTIVE, Lowest.Rank.TURNS, 0));
    }
  }

  @Example
  void ten_thousand_held_requests_are_spread_over_ten_thousand_servers() {
    int[] weights = IntStream.generate(() -> 1).limit(10_000).toArray();
    Fleet fleet = Fleet.of(Balancers.leastConnections(), weights);
    fleet.held(10_000);
    assertThat(fleet.inFlight()).containsOnly(1);
    fleet.held(20_000);
    assertThat(fleet.inFlight()).containsOnly(3);
  }
}
