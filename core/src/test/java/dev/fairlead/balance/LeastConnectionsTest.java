package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The recommended least connections: HAProxy's key, turns among equals. */
class LeastConnectionsTest {
  @Test
  void idle_servers_take_turns_by_weight() {
    Fleet fleet = Fleet.of(Balancers.leastConnections(), 5, 1, 1);
    assertThat(fleet.sequential(21)).isEqualTo("a a a b c a a a a a b c a a a a a b c a a");
  }

  @Test
  void held_requests_follow_haproxys_key() {
    assertThat(Fleet.of(Balancers.leastConnections(), 4, 1).held(12))
        .isEqualTo("a b a a a a a a b a a a");
    assertThat(Fleet.of(Balancers.leastConnections(), 1, 1, 1).held(6)).isEqualTo("a b c a b c");
  }

  @Test
  void who_waits_for_a_server_counts_as_its_load() {
    Fleet fleet = Fleet.of(Balancers.leastConnections(), 1, 1);
    FakeLoad.of(fleet.get(0)).queued(2);
    assertThat(fleet.held(3)).isEqualTo("b b a");
  }

  @Test
  void a_full_or_tried_server_is_passed_over_and_nobody_is_preferred_when_all_are_full() {
    Fleet fleet = Fleet.limited(Balancers.leastConnections(), 2, 4, 1);
    fleet.request.havingTried(fleet.servers.subList(0, 1));
    assertThat(fleet.held(1)).isEqualTo("b");
    fleet.request.next();
    assertThat(fleet.held(4)).isEqualTo("a a b -");
  }

  @Test
  void counts_and_turns_survive_a_new_list() {
    Fleet fleet = Fleet.of(Balancers.leastConnections(), 1, 1, 1);
    assertThat(fleet.held(2)).isEqualTo("a b");
    fleet.prepare(Balancers.leastConnections());
    assertThat(fleet.held(1)).isEqualTo("c");
    fleet.servers.forEach(fleet::release);
    assertThat(fleet.sequential(1)).isEqualTo("a");
    fleet.prepare(Balancers.leastConnections());
    assertThat(fleet.sequential(2)).isEqualTo("b c");
  }

  @Test
  void a_server_that_was_away_is_not_made_to_catch_up() {
    Fleet fleet = Fleet.of(Balancers.leastConnections(), 1, 1, 1);
    fleet.eligible(fleet.get(0), fleet.get(1));
    fleet.counts(1000);
    fleet.allEligible();
    assertThat(fleet.counts(30)).containsOnly(10);
  }

  @Test
  void a_server_that_was_busy_for_long_is_not_made_to_catch_up() {
    Fleet fleet = Fleet.of(Balancers.leastConnections(), 1, 1, 1);
    Candidate busy = fleet.take();
    fleet.counts(1000);
    assertThat(busy).isNotNull();
    if (busy != null) {
      fleet.release(busy);
    }
    int[] counts = fleet.counts(30);
    assertThat(Arrays.stream(counts).boxed()).allSatisfy(n -> assertThat(n).isBetween(8, 14));
  }

  @Test
  void haproxys_order_of_arrival_survives_a_new_list() {
    Fleet fleet = Fleet.of(Balancers.haproxyLeastConnections(), 1, 1, 1);
    assertThat(fleet.sequential(4)).isEqualTo("a b c a");
    fleet.prepare(Balancers.haproxyLeastConnections());
    assertThat(fleet.sequential(3)).isEqualTo("b c a");
  }

  @Test
  void nginxs_scores_survive_a_new_list() {
    Fleet whole = Fleet.of(Balancers.nginxLeastConnections(), 5, 1, 1);
    Fleet replaced = Fleet.of(Balancers.nginxLeastConnections(), 5, 1, 1);
    String picks = replaced.sequential(3);
    replaced.prepare(Balancers.nginxLeastConnections());
    assertThat(picks + " " + replaced.sequential(4)).isEqualTo(whole.sequential(7));
    assertThat(Fleet.of(Balancers.nginxLeastConnections(), 5, 1, 1).sequential(7))
        .isEqualTo("a a b a c a a");
  }
}
