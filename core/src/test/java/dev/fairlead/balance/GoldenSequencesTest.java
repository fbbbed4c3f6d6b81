package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The sequences of the real programs, one thread; those of HAProxy and Nginx were obtained by running
 * haproxy 2.6 and nginx 1.22, those of IPVS are computed from its rules.
 */
class GoldenSequencesTest {
  private static final Map<String, Supplier<Balancer>> STRATEGIES = Map.ofEntries(
      Map.entry("nginx", Balancers::roundRobin),
      Map.entry("max_fails", () -> Balancers.nginxRoundRobin(1, Duration.ofSeconds(10))),
      Map.entry("static-rr", Balancers::haproxyStaticRoundRobin),
      Map.entry("roundrobin", Balancers::haproxyRoundRobin),
      Map.entry("wrr", Balancers::ipvsWeightedRoundRobin),
      Map.entry("leastconn", Balancers::haproxyLeastConnections),
      Map.entry("least_conn", Balancers::nginxLeastConnections),
      Map.entry("sed", Balancers::shortestExpectedDelay),
      Map.entry("nq", Balancers::neverQueue),
      Map.entry("wlc", Balancers::ipvsWeightedLeastConnections),
      Map.entry("lc", Balancers::ipvsLeastConnections));

  private static Fleet fleet(String strategy, String weights) {
    int[] parsed = Arrays.stream(weights.split(" ")).mapToInt(Integer::parseInt).toArray();
    return Fleet.of(Objects.requireNonNull(STRATEGIES.get(strategy)).get(), parsed);
  }

  private static int length(String sequence) {
    return sequence.split(" ").length;
  }

  @ParameterizedTest
  @CsvSource({
    "nginx,      5 1 1, a a b a c a a",
    "nginx,      4 2 1, a b a c a b a",
    "nginx,      3 2 1, a b a c b a",
    "nginx,      4 3 2, a b c a b a c b a",
    "max_fails,  5 1 1, a a b a c a a",
    "max_fails,  4 2 1, a b a c a b a",
    "max_fails,  3 2 1, a b a c b a",
    "max_fails,  4 3 2, a b c a b a c b a",
    "static-rr,  5 1 1, a a a b a a c",
    "static-rr,  4 2 1, a a b a b a c",
    "static-rr,  3 2 1, a a b a b c",
    "static-rr,  19 3 9, a a b c a a c a a a c a b c a a a c a a c a a b c a a c a a c",
    "roundrobin, 5 1 1, a a a b a a c",
    "roundrobin, 4 2 1, a a b a c a b",
    "roundrobin, 3 2 1, a b a c a b",
    "roundrobin, 1 1 1, a b c",
    "roundrobin, 19 3 9, a a c a a c a b a c a a c a a c a b a a c a c a a a c a b a c",
    "wrr,        5 1 1, a a a a a b c",
    "wrr,        4 3 2, a a b a b c a b c",
    "wrr,        3 2 1, a a b a b c",
  })
  void turns_come_in_the_order_of_the_original_and_repeat(
      String strategy, String weights, String sequence) {
    Fleet fleet = fleet(strategy, weights);
    for (int round = 0; round < 5; round++) {
      assertThat(fleet.sequential(length(sequence))).isEqualTo(sequence);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "leastconn,  5 1 1, a b c a a a a a a a a b",
    "leastconn,  3 2 1, a b c a b a a b a c b a",
    "leastconn,  4 1,   a b a a a a a a b a a a",
    "leastconn,  1 1 1, a b c a b c a b c a b c",
    "least_conn, 5 1 1, a b c a a a a a c b a a",
    "least_conn, 3 2 1, a b c a b a b c a a b a",
    "least_conn, 1 1 1, a b c c b a a b c c b a",
    "least_conn, 4 1,   a b a a a a b a a a b a",
    "sed,        3 2 1, a b a a b c a b a a",
    "sed,        5 1 1, a a a a a b c a a a",
    "sed,        4 1,   a a a a b a a a a b",
    "nq,         3 2 1, a b c a a b a b a a",
    "nq,         5 1 1, a b c a a a a a a a",
    "nq,         4 1,   a b a a a a a a a b",
    "wlc,        3 2 1, a b c a b a a b c a",
    "wlc,        5 1 1, a b c a a a a a b c",
    "wlc,        4 1,   a b a a a a b a a a",
    "lc,         5 2 1, a b c a b c a b c",
  })
  void held_connections_go_where_the_original_sends_them(
      String strategy, String weights, String sequence) {
    assertThat(fleet(strategy, weights).held(length(sequence))).isEqualTo(sequence);
  }

  @ParameterizedTest
  @CsvSource({"5 1 1", "3 2 1", "1 1 1"})
  void haproxys_leastconn_ignores_weights_while_all_are_idle(String weights) {
    assertThat(fleet("leastconn", weights).sequential(9)).isEqualTo("a b c a b c a b c");
  }

  @Test
  void haproxys_first_fills_one_server_after_the_other() {
    Fleet fleet = Fleet.limited(Balancers.first(), 2, 1, 1, 1);
    assertThat(fleet.held(7)).isEqualTo("a a b b c c -");
  }
}
