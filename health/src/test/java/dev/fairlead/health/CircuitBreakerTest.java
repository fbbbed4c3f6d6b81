package dev.fairlead.health;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fairlead.balance.Outcome.Kind;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** resilience4j's circuit breaker for a server, on virtual time. */
class CircuitBreakerTest {
  private static final CircuitBreaker DEFAULTS = CircuitBreaker.defaults();
  private static final CircuitBreaker SMALL =
      DEFAULTS.countWindow(4).permittedNumberOfCallsInHalfOpenState(3);
  private static final String OPEN =
      " ms DOWN: open: of 4 calls, 4 failed and 0 were slow, the last error: 500; open for 60 s";

  private final VirtualNetwork net = VirtualNetwork.create();
  private final FakeServer server = new FakeServer(net.loop(0), new LocalAddress("s1"));

  @AfterEach
  void close() {
    net.close();
  }

  @CanIgnoreReturnValue
  private AutoCloseable watch(CircuitBreaker breaker) {
    return breaker.watch(server);
  }

  /** Calls that begin and end now: S succeeds, F fails, L lasts a minute and a bit, A the client left. */
  private void calls(String calls) {
    for (int i = 0; i < calls.length(); i++) {
      Ended ended = switch (calls.charAt(i)) {
        case 'S' -> Ended.with(200);
        case 'L' -> Ended.with(200).after(ofMillis(60_001));
        case 'A' -> Ended.by(Kind.CLIENT_ABORT);
        default -> Ended.with(500);
      };
      ended(ended, ZERO);
    }
  }

  private void ended(Ended ended, Duration lasting) {
    server.ends(ended.at(net.now().toNanos()).lasting(lasting));
    net.run();
  }

  private String last() {
    return server.said.isEmpty() ? "" : server.said.get(server.said.size() - 1);
  }

  // ---- closed

  @ParameterizedTest
  @CsvSource({
    "FFF,     false", // fewer than the window holds
    "FFFF,    true",
    "FSFS,    true", // half of them
    "FSSS,    false",
    "FFSS,    true",
    "FFSSSSS, true", // opened at the fourth
    "FSSSFSS, false", // the first is forgotten
    "FSSFF,   true",
    "LLLF,    false", // three of four are slow
    "LLLL,    true",
    "FFAA,    false",
    "FFAAFF,  true",
  })
  void half_of_the_last_four_calls_or_all_of_them_slow_open_it(String calls, boolean opens) {
    watch(SMALL);
    calls(calls);
    assertThat(server.said).hasSize(opens ? 1 : 0);
  }

  @Test
  void it_tells_what_it_saw() {
    watch(SMALL.failureRateThreshold(75));
    calls("FFSF");
    assertThat(last())
        .isEqualTo("0 ms DOWN: open: of 4 calls, 3 failed and 0 were slow, the last error: 500;"
            + " open for 60 s");
  }

  @Test
  void a_hundred_calls_are_looked_at_by_default() {
    watch(DEFAULTS);
    calls("F".repeat(99));
    assertThat(server.said).isEmpty();
    calls("S");
    assertThat(last()).contains("of 100 calls, 99 failed");
  }

  @Test
  void a_time_window_forgets_with_time() {
    watch(DEFAULTS.timeWindow(ofSeconds(10)).minimumNumberOfCalls(4));
    calls("FF");
    net.advance(ofSeconds(5));
    calls("F");
    net.advance(ofSeconds(5)); // the first two are out of it
    calls("FS");
    assertThat(server.said).isEmpty();
    calls("F");
    assertThat(last()).contains("of 4 calls, 3 failed");
  }

  @Test
  void a_time_window_needs_its_minimum_of_calls() {
    watch(DEFAULTS.timeWindow(ofSeconds(10)).minimumNumberOfCalls(3));
    for (int i = 0; i < 20; i++) {
      calls("F");
      net.advance(ofSeconds(5));
    }
    assertThat(server.said).isEmpty();
  }

  @Test
  void slow_is_the_time_to_the_head_or_to_the_failure() {
    watch(SMALL.slowCallDurationThreshold(ofMillis(100)).failureRateThreshold(100));
    for (int i = 0; i < 4; i++) {
      ended(Ended.with(200).after(ofMillis(100)), ofSeconds(9)); // a long body is not slow
    }
    assertThat(server.said).isEmpty();
    ended(Ended.with(200).after(ofMillis(101)), ofSeconds(9));
    ended(Ended.by(Kind.TIMEOUT), ofMillis(101));
    ended(Ended.by(Kind.TIMEOUT), ofMillis(101));
    ended(Ended.by(Kind.TIMEOUT), ofMillis(101));
    assertThat(last()).contains("of 4 calls, 3 failed and 4 were slow, the last error: timeout");
  }

  // ---- half-open

  @Test
  void after_a_minute_some_calls_are_on_trial_and_close_it() {
    watch(SMALL);
    calls("FFFF");
    net.advance(ofMinutes(1));
    assertThat(server.said)
        .containsExactly("0" + OPEN, "60000 ms UP limit 3: half-open: 3 on trial");
    calls("SFS");
    assertThat(last()).isEqualTo("60000 ms UP: closed: of 3 trials, 1 failed and 0 were slow");
  }

  @Test
  void with_each_trial_that_ends_one_less_may_begin() {
    watch(SMALL);
    calls("FFFF");
    net.advance(ofMinutes(1));
    server.said.clear();
    calls("S");
    calls("A");
    calls("F");
    assertThat(server.said)
        .containsExactly(
            "60000 ms UP limit 2: half-open: of 1 trials, 0 failed and 0 were slow",
            "60000 ms UP limit 1: half-open: of 2 trials, 1 failed and 0 were slow");
  }

  @Test
  void trials_that_fail_open_it_as_soon_as_nothing_can_help() {
    watch(SMALL);
    calls("FFFF");
    net.advance(ofMinutes(1));
    calls("FF");
    assertThat(last())
        .isEqualTo(
            "60000 ms DOWN: open: of 2 trials, 2 failed and 0 were slow, the last error: 500;"
                + " open for 60 s");
    net.advance(ofMinutes(1));
    assertThat(last()).isEqualTo("120000 ms UP limit 3: half-open: 3 on trial");
  }

  @Test
  void slow_trials_open_it_too() {
    watch(SMALL.slowCallRateThreshold(60));
    calls("FFFF");
    net.advance(ofMinutes(1));
    calls("LL");
    assertThat(last()).contains("DOWN: open: of 2 trials, 0 failed and 2 were slow");
  }

  @Test
  void calls_that_began_before_are_no_trials() {
    watch(SMALL);
    calls("FFFF");
    net.advance(ofMinutes(1).plusSeconds(5));
    ended(Ended.with(500), ofMillis(5001));
    ended(Ended.with(500), ofMillis(5001));
    assertThat(server.said).hasSize(2);
    ended(Ended.with(500), ofSeconds(5));
    assertThat(last()).contains("limit 2: half-open: of 1 trials, 1 failed");
  }

  @Test
  void calls_that_began_before_neither_prevent_trials_nor_leave_room_for_more() {
    watch(SMALL);
    calls("FFFF");
    server.inFlight = 7; // say, sessions of hours
    net.advance(ofMinutes(1).plusSeconds(5));
    assertThat(last()).isEqualTo("60000 ms UP limit 10: half-open: 3 on trial");
    ended(Ended.by(Kind.CLIENT_ABORT), ofSeconds(6));
    assertThat(last()).startsWith("65000 ms UP limit 9: half-open: of 0 trials");
    calls("S");
    assertThat(last()).startsWith("65000 ms UP limit 8: half-open: of 1 trials");
    calls("SS");
    assertThat(last()).startsWith("65000 ms UP: closed: of 3 trials");
  }

  @Test
  void a_closed_circuit_begins_with_an_empty_window() {
    watch(SMALL);
    calls("FFFF");
    net.advance(ofMinutes(1));
    calls("SSS");
    calls("FFF");
    assertThat(last()).contains("UP: closed");
    calls("F");
    assertThat(last()).isEqualTo("60000" + OPEN);
  }

  @Test
  void what_ends_while_it_is_open_counts_for_nothing() {
    watch(SMALL);
    calls("FFFF" + "FFFFFFFFF");
    assertThat(server.said).hasSize(1);
    net.advance(ofMinutes(1));
    assertThat(server.said).hasSize(2);
  }

  @Test
  void it_opens_longer_each_time_that_trials_fail() {
    watch(SMALL.waitDurationInOpenState(ofSeconds(10)).exponentialBackoff(3, ofSeconds(60)));
    calls("FFFF");
    for (int seconds : new int[] {10, 30, 60, 60}) {
      assertThat(last()).endsWith("; open for " + seconds + " s");
      net.advance(ofSeconds(seconds));
      assertThat(last()).endsWith("half-open: 3 on trial");
      calls("FF");
    }
    net.advance(ofSeconds(60));
    calls("SSS");
    calls("FFFF");
    assertThat(last()).endsWith("; open for 10 s");
  }

  @Test
  void trials_may_be_given_only_so_much_time() {
    watch(SMALL.maxWaitDurationInHalfOpenState(ofSeconds(5)));
    calls("FFFF");
    net.advance(ofMinutes(1));
    calls("S");
    net.advance(ofSeconds(5));
    assertThat(last())
        .isEqualTo(
            "65000 ms DOWN: open: trials took too long, of 1 trials, 0 failed and 0 were slow,"
                + " the last error: 500; open for 60 s");
    net.advance(ofMinutes(1));
    calls("SSS");
    net.advance(ofMinutes(5));
    assertThat(last()).contains("UP: closed");
  }

  // ---- the rest

  @Test
  void what_it_had_said_before_a_restart_goes_on() throws Exception {
    server.restored = Finding.down("open");
    try (AutoCloseable watch = watch(SMALL)) {
      calls("FFFF");
      assertThat(server.said).isEmpty();
      net.advance(ofMinutes(1));
      assertThat(last()).endsWith("half-open: 3 on trial");
      assertThat(watch).isNotNull();
    }
    server.said.clear();
    server.restored = new Finding(Health.UP, null, null, 1, "half-open");
    try (AutoCloseable watch = watch(SMALL)) {
      assertThat(last()).endsWith("half-open: 3 on trial");
      calls("SSS");
      assertThat(last()).contains("UP: closed");
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void once_closed_nothing_is_heard_or_said() throws Exception {
    AutoCloseable watch = watch(SMALL.timeWindow(ofSeconds(1)).minimumNumberOfCalls(1));
    server.ends(Ended.with(500));
    watch.close();
    net.advance(ofMinutes(5));
    assertThat(server.said).isEmpty();
    assertThat(server.heard()).isFalse();
  }

  @Test
  void the_settings_are_checked_compared_and_printed() {
    assertThatThrownBy(() -> DEFAULTS.failureRateThreshold(0))
        .hasMessage("failureRateThreshold: 0 (expected: 1..100)");
    assertThatThrownBy(() -> DEFAULTS.countWindow(0))
        .hasMessage("countWindow: 0 (expected: 1..100000)");
    assertThatThrownBy(() -> DEFAULTS.timeWindow(ofMillis(9)))
        .hasMessage("timeWindow: PT0.009S (expected: at least 10 ms, at most 365 days)");
    assertThatThrownBy(() -> DEFAULTS.exponentialBackoff(0.5, ofMinutes(1)))
        .hasMessage("multiplier: 0.5 (expected: 1..100)");
    assertThatThrownBy(() -> DEFAULTS.permittedNumberOfCallsInHalfOpenState(0))
        .hasMessage("permittedNumberOfCallsInHalfOpenState: 0 (expected: >= 1)");
    assertThat(SMALL)
        .isNotEqualTo(DEFAULTS)
        .isEqualTo(DEFAULTS.permittedNumberOfCallsInHalfOpenState(3).countWindow(4));
    assertThat(DEFAULTS)
        .hasToString("circuit breaker of server errors, failureRateThreshold 50 %,"
            + " slowCallRateThreshold 100 % over 60 s, last 100 calls, minimumNumberOfCalls 100,"
            + " waitDurationInOpenState 60 s, permittedNumberOfCallsInHalfOpenState 10");
    assertThat(DEFAULTS
            .timeWindow(ofSeconds(30))
            .exponentialBackoff(2, ofMinutes(10))
            .toString())
        .contains("last 30 s", "waitDurationInOpenState 60 s times 2.0 up to 600 s");
  }
}
