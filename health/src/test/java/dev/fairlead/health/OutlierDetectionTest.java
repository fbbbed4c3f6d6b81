package dev.fairlead.health;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fairlead.balance.Outcome.Kind;
import dev.fairlead.status.CheckCode;
import dev.fairlead.status.Finding;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Envoy's outlier detection on virtual time. */
class OutlierDetectionTest {
  private static final OutlierDetection DEFAULTS = OutlierDetection.defaults();

  private final VirtualNetwork net = VirtualNetwork.create();
  private final Map<String, Object> common = new HashMap<>();
  private final List<FakeServer> servers = new ArrayList<>();
  private final List<AutoCloseable> watches = new ArrayList<>();

  @AfterEach
  void close() {
    net.close();
  }

  @CanIgnoreReturnValue
  private OutlierDetectionTest watch(OutlierDetection detection, int count) {
    for (int i = servers.size(); i < count; i++) {
      FakeServer server = server(i);
      watches.add(detection.watch(server));
    }
    return this;
  }

  private FakeServer server(int index) {
    String name = "s" + index;
    FakeServer server = new FakeServer(net.loop(0), new LocalAddress(name), name, common);
    servers.add(server);
    return server;
  }

  private void ends(int server, Ended outcome, int times) {
    for (int i = 0; i < times; i++) {
      servers.get(server).ends(outcome);
    }
    net.run();
  }

  private List<String> said(int server) {
    return servers.get(server).said;
  }

  private String ejected() {
    return servers.stream()
        .filter(s -> !s.said.isEmpty() && s.said.get(s.said.size() - 1).contains(" DOWN"))
        .map(FakeServer::name)
        .collect(Collectors.joining(" "));
  }

  // ---- errors in a row

  @Test
  void five_errors_in_a_row_eject_for_thirty_seconds_and_four_do_not() {
    watch(DEFAULTS, 3);
    ends(0, Ended.with(500), 4);
    ends(0, Ended.with(404), 1);
    ends(0, Ended.with(500), 4);
    assertThat(ejected()).isEmpty();
    ends(0, Ended.by(Kind.CLIENT_ABORT), 1);
    ends(0, Ended.with(503), 1);
    assertThat(said(0))
        .containsExactly("0 ms DOWN: consecutive 5xx: 5 in a row, the last: 503; ejected for 30 s");

    net.advance(ofMillis(29_999));
    assertThat(ejected()).isEqualTo("s0");
    net.advance(ofMillis(1));
    assertThat(said(0)).last().isEqualTo("30000 ms UP: was ejected for 30 s");
  }

  @Test
  void those_whose_time_is_over_return_at_the_next_sweep() {
    watch(DEFAULTS, 3);
    net.advance(ofSeconds(4));
    ends(0, Ended.by(Kind.CONNECT_FAILED), 5);
    net.advance(ofSeconds(35));
    assertThat(ejected()).isEqualTo("s0");
    net.advance(ofSeconds(1));
    assertThat(said(0)).last().isEqualTo("40000 ms UP: was ejected for 36 s");
  }

  @Test
  void who_is_ejected_again_stays_away_longer_and_calm_sweeps_are_forgiven() {
    watch(DEFAULTS, 3);
    ends(0, Ended.with(500), 5);
    net.advance(ofSeconds(30));
    ends(0, Ended.with(500), 5);
    assertThat(said(0))
        .last()
        .isEqualTo("30000 ms DOWN: consecutive 5xx: 5 in a row, the last: 500; ejected for 60 s,"
            + " 2 in a row");
    net.advance(ofSeconds(60 + 10)); // back, and one calm sweep
    ends(0, Ended.with(500), 5);
    assertThat(said(0)).last().asString().endsWith("ejected for 60 s, 2 in a row");
    net.advance(ofSeconds(60 + 20));
    ends(0, Ended.with(500), 5);
    assertThat(said(0)).last().asString().endsWith("ejected for 30 s");
  }

  @Test
  void errors_of_an_ejected_server_and_those_before_its_return_count_for_nothing() {
    watch(DEFAULTS.consecutive5xx(3).enforcing(OutlierRule.CONSECUTIVE_GATEWAY_FAILURE, 100), 3);
    ends(0, Ended.with(500), 3);
    ends(0, Ended.with(503), 7);
    net.advance(ofSeconds(30));
    ends(0, Ended.with(503), 2);
    assertThat(said(0)).hasSize(2);
  }

  @Test
  void gateway_failures_count_when_they_are_enforced() {
    OutlierDetection gateway = DEFAULTS
        .consecutive5xx(10)
        .consecutiveGatewayFailure(3)
        .enforcing(OutlierRule.CONSECUTIVE_GATEWAY_FAILURE, 100);
    watch(gateway, 3);
    ends(0, Ended.with(503), 2);
    ends(0, Ended.with(500), 1);
    ends(0, Ended.by(Kind.TIMEOUT), 2);
    assertThat(ejected()).isEmpty();
    ends(0, Ended.with(502), 1);
    assertThat(said(0))
        .containsExactly("0 ms DOWN: consecutive gateway failure: 3 in a row, the last: 502;"
            + " ejected for 30 s");
    assertThat(DEFAULTS.enforcing(OutlierRule.CONSECUTIVE_GATEWAY_FAILURE)).isZero();
  }

  @Test
  void local_failures_are_counted_apart_when_they_are_split() {
    watch(DEFAULTS.splitExternalLocalOriginErrors(true).consecutiveLocalOriginFailure(3), 3);
    ends(0, Ended.by(Kind.CONNECT_TIMEOUT), 2);
    ends(0, Ended.with(500), 4); // it could be reached
    ends(0, Ended.by(Kind.RESET), 2);
    assertThat(ejected()).isEmpty();
    ends(0, Ended.by(Kind.CONNECT_TIMEOUT), 1);
    assertThat(said(0))
        .containsExactly("0 ms DOWN: consecutive local origin failure: 3 in a row, the last:"
            + " connect timeout; ejected for 30 s");
    ends(1, Ended.with(500), 5);
    assertThat(ejected()).isEqualTo("s0"); // one at most
  }

  @Test
  void a_session_that_has_its_connection_breaks_a_row_long_before_its_end() {
    watch(DEFAULTS, 3);
    ends(0, Ended.by(Kind.CONNECT_FAILED), 4);
    servers.get(0).establishes();
    ends(0, Ended.by(Kind.CONNECT_FAILED), 4);
    assertThat(ejected()).isEmpty();
  }

  @Test
  void another_idea_of_an_error_may_be_had() {
    Classifier teapots =
        outcome -> outcome.status() == 418 ? Classifier.Result.ERROR : Classifier.Result.OK;
    watch(DEFAULTS.classifier(teapots), 2);
    ends(0, Ended.with(500), 50);
    assertThat(ejected()).isEmpty();
    ends(0, Ended.with(418), 5);
    assertThat(ejected()).isEqualTo("s0");
  }

  // ---- how many may be ejected

  @ParameterizedTest
  @CsvSource({
    // servers, percent, always one, ejected
    "1,  10,  true,  0", // nobody could do its work
    "1,  100, true,  1",
    "2,  10,  true,  1",
    "2,  10,  false, 0",
    "9,  10,  true,  1",
    "10, 10,  false, 1",
    "19, 10,  true,  1",
    "20, 10,  true,  2",
    "20, 10,  false, 2",
    "3,  34,  true,  1",
    "3,  67,  true,  2",
    "4,  50,  true,  2",
    "5,  0,   true,  1",
    "5,  0,   false, 0",
    "5,  100, true,  5",
  })
  void at_most_a_part_is_ejected(int count, int percent, boolean one, int expected) {
    watch(DEFAULTS.maxEjectionPercent(percent).alwaysEjectOneHost(one), count);
    for (int i = 0; i < count; i++) {
      ends(i, Ended.with(500), 20);
    }
    assertThat(servers).filteredOn(s -> !s.said.isEmpty()).hasSize(expected);
    assertThat(servers).filteredOn(s -> !s.warnings.isEmpty()).hasSize(count - expected);
  }

  @Test
  void that_one_is_spared_is_told_once_in_an_interval() {
    watch(DEFAULTS, 3);
    ends(0, Ended.with(500), 5);
    ends(1, Ended.with(500), 50);
    assertThat(servers.get(1).warnings)
        .containsExactly("not ejected for consecutive 5xx: 5 in a row, the last: 500; 1 of 3 are"
            + " ejected, at most 10 %");
    net.advance(ofSeconds(10));
    ends(1, Ended.with(500), 50);
    assertThat(servers.get(1).warnings).hasSize(2);
  }

  @Test
  void an_ejected_server_that_leaves_makes_room_for_another() throws Exception {
    watch(DEFAULTS, 3);
    ends(0, Ended.with(500), 5);
    watches.get(0).close();
    ends(1, Ended.with(500), 5);
    assertThat(said(1)).hasSize(1);
    net.advance(ofSeconds(60));
    assertThat(said(0)).hasSize(1);
    assertThat(said(1)).hasSize(2);
  }

  @Test
  void enforcing_is_a_chance() {
    watch(DEFAULTS.enforcing(OutlierRule.CONSECUTIVE_5XX, 30), 3);
    servers.get(0).chance = 30L << 33; // draws 30 of 100
    servers.get(1).chance = 29L << 33;
    ends(0, Ended.with(500), 5);
    assertThat(ejected()).isEmpty();
    ends(1, Ended.with(500), 5);
    assertThat(ejected()).isEqualTo("s1");
  }

  // ---- rates

  private void interval(int[] failed, int requests) {
    for (int i = 0; i < failed.length; i++) {
      for (int n = 0; n < requests; n++) { // spread, so that there are no rows
        boolean fails = (n + 1) * failed[i] / requests > n * failed[i] / requests;
        servers.get(i).ends(fails ? Ended.with(500) : Ended.with(200));
      }
    }
    net.advance(ofSeconds(10));
  }

  @Test
  void a_success_rate_far_below_the_others_ejects() {
    watch(DEFAULTS, 5);
    interval(new int[] {50, 0, 0, 0, 0}, 100);
    assertThat(said(0))
        .containsExactly("10000 ms DOWN: success rate: 50.0 % of 100 requests, below 52.0 % (mean"
            + " 90.0 % of 5 servers); ejected for 30 s");
    assertThat(ejected()).isEqualTo("s0");
    net.advance(ofSeconds(30));
    assertThat(said(0)).last().isEqualTo("40000 ms UP: was ejected for 30 s");
  }

  @ParameterizedTest
  @CsvSource({
    "5, 99,  ''", // too few requests
    "4, 100, ''", // too few servers
    "5, 100, s0",
    "6, 100, s0",
  })
  void rates_need_enough_servers_and_enough_requests(int count, int requests, String expected) {
    watch(DEFAULTS, count);
    int[] failed = new int[count];
    failed[0] = 50;
    interval(failed, requests);
    assertThat(ejected()).isEqualTo(expected);
  }

  @Test
  void each_interval_is_counted_anew() {
    watch(DEFAULTS, 5);
    interval(new int[] {25, 0, 0, 0, 0}, 50);
    interval(new int[] {25, 0, 0, 0, 0}, 50);
    assertThat(ejected()).isEmpty();
  }

  @Test
  void how_far_below_is_to_be_set() {
    watch(DEFAULTS.successRateStdevFactor(2001), 5);
    interval(new int[] {50, 0, 0, 0, 0}, 100); // by exactly two standard deviations
    assertThat(ejected()).isEmpty();
  }

  @Test
  void a_failure_percentage_ejects_when_it_is_enforced() {
    int[] failed = {42, 43, 0, 0, 0}; // of 50: 84 and 86 %
    watch(DEFAULTS.consecutive5xx(100), 5);
    interval(failed, 50);
    assertThat(ejected()).isEmpty();

    servers.clear();
    common.clear();
    OutlierDetection enforced =
        DEFAULTS.consecutive5xx(100).enforcing(OutlierRule.FAILURE_PERCENTAGE, 100);
    watch(enforced, 5);
    interval(failed, 50);
    assertThat(ejected()).isEqualTo("s1");
    assertThat(said(1))
        .containsExactly("10000 ms DOWN: failure percentage: 86.0 % of 50 requests, from 85 % on;"
            + " ejected for 30 s");
  }

  @Test
  void local_failures_have_a_success_rate_of_their_own() {
    watch(DEFAULTS.splitExternalLocalOriginErrors(true).consecutiveLocalOriginFailure(99), 5);
    for (int i = 0; i < 5; i++) {
      ends(i, Ended.with(200), 100);
    }
    ends(0, Ended.by(Kind.CONNECT_FAILED), 50);
    net.advance(ofSeconds(10));
    assertThat(said(0)).singleElement().asString().contains("success rate local origin: 66.7 %");
  }

  // ---- latency

  private void answersIn(int... millis) {
    for (int i = 0; i < millis.length; i++) {
      ends(i, Ended.with(200).after(ofMillis(millis[i])), 100);
    }
    net.advance(ofSeconds(10));
  }

  @Test
  void far_slower_answers_than_the_others_eject_when_that_is_enforced() {
    watch(DEFAULTS, 5);
    answersIn(500, 10, 10, 10, 10);
    assertThat(ejected()).isEmpty();

    servers.clear();
    common.clear();
    watch(DEFAULTS.enforcing(OutlierRule.LATENCY, 100), 5);
    answersIn(30, 10, 12, 10, 8);
    assertThat(ejected()).isEmpty();
    answersIn(31, 10, 12, 10, 8);
    assertThat(said(0))
        .containsExactly("20000 ms DOWN: latency: 31.0 ms in the mean of 100 answers, more than 3.0"
            + " times the 10.0 ms of 4 others; ejected for 30 s");
  }

  @Test
  void errors_have_no_latency() {
    watch(DEFAULTS.consecutive5xx(1000).enforcing(OutlierRule.LATENCY, 100), 5);
    ends(0, Ended.with(500).after(ofSeconds(3)), 100);
    ends(0, Ended.by(Kind.TIMEOUT), 100);
    answersIn(10, 10, 10, 10, 10);
    assertThat(said(0)).noneMatch(text -> text.contains("latency"));
  }

  // ---- what brings a server back

  @Test
  void a_check_that_passes_brings_it_back_with_its_counters_cleared() {
    watch(DEFAULTS, 3);
    ends(0, Ended.with(500), 5 + 4);
    servers.get(0).isChecked(CheckCode.L7STS);
    assertThat(ejected()).isEqualTo("s0");
    servers.get(0).isChecked(CheckCode.L7OK);
    assertThat(said(0)).last().isEqualTo("0 ms UP: check says L7OK");
    ends(0, Ended.with(500), 4);
    assertThat(ejected()).isEmpty();
    servers.get(1).isChecked(CheckCode.L7OK);
    assertThat(said(1)).isEmpty();
  }

  @Test
  void checks_do_not_when_that_is_not_wanted() {
    watch(DEFAULTS.successfulActiveHealthCheckUnejectHost(false), 3);
    ends(0, Ended.with(500), 5);
    servers.get(0).isChecked(CheckCode.L7OK);
    assertThat(ejected()).isEqualTo("s0");
  }

  @Test
  void an_ejection_from_before_a_restart_ends_like_any_other() {
    FakeServer restored = server(0);
    restored.restored = Finding.down("consecutive 5xx");
    watches.add(DEFAULTS.watch(restored));
    watch(DEFAULTS, 3);
    ends(1, Ended.with(500), 5);
    assertThat(ejected()).isEmpty(); // one is
    net.advance(ofSeconds(30));
    assertThat(said(0)).containsExactly("30000 ms UP: was ejected for 30 s");
  }

  @Test
  void jitter_makes_it_longer() {
    watch(DEFAULTS.interval(ofSeconds(1)).maxEjectionTimeJitter(ofSeconds(8)), 3);
    servers.get(0).chance = 3_500_000_000L;
    ends(0, Ended.with(500), 5);
    assertThat(said(0)).singleElement().asString().contains("ejected for 3");
    net.advance(ofSeconds(30));
    assertThat(ejected()).isEqualTo("s0");
    net.advance(ofSeconds(8));
    assertThat(ejected()).isEmpty();
  }

  @Test
  void once_closed_nothing_is_heard_or_said_and_no_timer_is_left() throws Exception {
    watch(DEFAULTS, 3);
    servers.get(0).ends(Ended.with(500));
    for (int i = 0; i < 4; i++) {
      servers.get(0).ends(Ended.with(500));
    }
    for (AutoCloseable watch : watches) {
      watch.close();
    }
    net.advance(ofSeconds(60));
    assertThat(servers).allMatch(s -> s.said.isEmpty() && !s.heard());
  }

  // ---- settings

  @Test
  void the_settings_are_checked_compared_and_printed() {
    assertThatThrownBy(() -> DEFAULTS.consecutive5xx(0))
        .hasMessage("consecutive5xx: 0 (expected: >= 1)");
    assertThatThrownBy(() -> DEFAULTS.maxEjectionPercent(101))
        .hasMessage("maxEjectionPercent: 101 (expected: 0..100)");
    assertThatThrownBy(() -> DEFAULTS.enforcing(OutlierRule.LATENCY, -1))
        .hasMessage("enforcing: -1 (expected: 0..100)");
    assertThatThrownBy(() -> DEFAULTS.interval(ZERO))
        .hasMessage("interval: PT0S (expected: more than 0, at most 365 days)");
    assertThat(DEFAULTS.maxEjectionTimeJitter(ZERO)).isNotNull();
    OutlierDetection changed = DEFAULTS
        .baseEjectionTime(Duration.ofMinutes(1))
        .consecutive5xx(3)
        .alwaysEjectOneHost(false)
        .enforcing(OutlierRule.LATENCY, 50);
    assertThat(changed)
        .isNotEqualTo(DEFAULTS)
        .isEqualTo(DEFAULTS
            .enforcing(OutlierRule.LATENCY, 50)
            .alwaysEjectOneHost(false)
            .consecutive5xx(3)
            .baseEjectionTime(ofSeconds(60)))
        .hasToString("outlier detection of server errors, consecutive5xx 3, baseEjectionTime 60 s,"
            + " alwaysEjectOneHost false, latency 50 %");
  }
}
