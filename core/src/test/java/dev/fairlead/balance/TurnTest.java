package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Walking an order: full servers, changes of the list, the wrap. */
class TurnTest {
  @Test
  void the_server_whose_turn_comes_has_it_also_after_a_server_was_added() {
    Fleet fleet = Fleet.of(Balancers.roundRobin(), 1, 1, 1, 1);
    fleet.eligible(fleet.get(0), fleet.get(1), fleet.get(2));
    assertThat(fleet.sequential(5)).isEqualTo("a b c a b");
    fleet.allEligible();
    assertThat(fleet.sequential(5)).isEqualTo("c d a b c");
  }

  @Test
  void the_turn_of_a_server_that_left_passes_to_the_next() {
    Fleet fleet = Fleet.of(Balancers.roundRobin(), 1, 1, 1, 1);
    assertThat(fleet.sequential(5)).isEqualTo("a b c d a");
    fleet.eligible(fleet.get(0), fleet.get(2), fleet.get(3));
    assertThat(fleet.sequential(4)).isEqualTo("c d a c");
  }

  @Test
  void an_unchanged_list_goes_on_in_the_middle_of_a_weighted_turn() {
    for (Balancer balancer : List.of(
        Balancers.roundRobin(),
        Balancers.haproxyRoundRobin(),
        Balancers.haproxyStaticRoundRobin(),
        Balancers.ipvsWeightedRoundRobin())) {
      Fleet whole = Fleet.of(balancer, 5, 3, 2);
      Fleet replaced = Fleet.of(balancer, 5, 3, 2);
      StringBuilder picks = new StringBuilder(replaced.sequential(1));
      for (int i = 1; i < 30; i++) {
        replaced.prepare(balancer);
        picks.append(' ').append(replaced.sequential(1));
      }
      assertThat(picks).hasToString(whole.sequential(30));
    }
  }

  @Test
  void a_turn_passes_from_one_round_robin_to_another() {
    Fleet fleet = Fleet.of(Balancers.roundRobin(), 1, 1, 1);
    fleet.sequential(1);
    fleet.prepare(Balancers.haproxyRoundRobin());
    assertThat(fleet.sequential(3)).isEqualTo("b c a");
  }

  @Test
  void restarts_one_by_one_favour_nobody() {
    Fleet fleet = Fleet.of(Balancers.roundRobin(), 1, 1, 1, 1, 1);
    int[] counts = new int[5];
    for (int round = 0; round < 200; round++) {
      for (Candidate restarting : fleet.servers) {
        fleet.eligible(
            fleet.servers.stream().filter(s -> !s.equals(restarting)).toArray(Candidate[]::new));
        int[] some = fleet.counts(7);
        Arrays.setAll(counts, i -> counts[i] + some[i]);
      }
    }
    assertThat(Arrays.stream(counts).boxed()).allSatisfy(n -> assertThat(n).isBetween(1300, 1500));
  }

  @Test
  void any_reading_of_the_cursor_is_as_good_as_zero() {
    List<Candidate> servers = Candidates.named("a", "b", "c").build();
    FakePickContext request = new FakePickContext(1);
    for (long start : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE}) {
      Turn turn = new Turn(servers, new int[] {0, 1, 2}, start);
      int[] counts = new int[3];
      for (int i = 0; i < 6; i++) {
        Candidate picked = turn.pick(request);
        assertThat(picked).isNotNull();
        counts[picked == null ? 0 : picked.index()]++;
      }
      // where the reading wraps, 2^64 is no multiple of three: one step is skipped, once
      assertThat(Arrays.stream(counts).boxed()).allSatisfy(n -> assertThat(n).isBetween(1, 3));
    }
  }

  @Test
  void a_free_server_is_found_behind_any_number_of_full_turns() {
    int[] weights = new int[200];
    Arrays.fill(weights, 256);
    weights[150] = 1;
    Fleet fleet = Fleet.limited(Balancers.ipvsWeightedRoundRobin(), 1, weights);
    for (Candidate server : fleet.servers) {
      FakeLoad.of(server).inFlight(server.index() == 150 ? 0 : 1);
    }
    assertThat(fleet.take()).isEqualTo(fleet.get(150));
    assertThat(fleet.take()).isNull();
  }
}
