package dev.fairlead.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balance.Outcome.Kind;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nginx's max_fails and fail_timeout as a monitor, on virtual time. */
class MaxFailsTest {
  private static final MaxFails RULE = MaxFails.of(3, ofSeconds(10));
  private static final String OUT =
      " ms DOWN: max_fails: 3 of 3 failed, the last: empty; out for 10 s";
  private static final String TRIAL = " ms UP limit 1: fail_timeout is over: one request on trial";

  private final VirtualNetwork net = VirtualNetwork.create();
  private final Map<String, Object> common = new HashMap<>();
  private final FakeServer s1 = server("s1");
  private final FakeServer s2 = server("s2");

  private FakeServer server(String name) {
    return new FakeServer(net.loop(0), new LocalAddress(name), name, common);
  }

  @AfterEach
  void close() {
    net.close();
  }

  private AutoCloseable watch(MaxFails rule) {
    var unused = rule.watch(s2);
    return rule.watch(s1);
  }

  /** A request that began a while ago, and ends now. */
  private void ends(Ended outcome, long millisAgo) {
    long now = net.now().toNanos();
    s1.ends(outcome.at(now).lasting(ofMillis(millisAgo)));
    net.run();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      ends(Ended.by(Kind.EMPTY), 0);
    }
  }

  private void succeed() {
    ends(Ended.with(200), 0);
  }

  @Test
  void as_many_failures_as_it_takes_take_it_out_and_fewer_do_not() {
    var unused = watch(RULE);
    fail(2);
    assertThat(s1.said).isEmpty();
    fail(1);
    assertThat(s1.said).containsExactly("0" + OUT);
    assertThat(s2.said).isEmpty();
  }

  @Test
  void after_its_time_it_gets_one_request_whose_success_brings_it_back() {
    var unused = watch(RULE);
    fail(3);
    net.advance(ofSeconds(10));
    assertThat(s1.said).containsExactly("0" + OUT, "10000" + TRIAL);
    net.advance(ofSeconds(5));
    succeed();
    succeed();
    fail(2);
    assertThat(s1.said)
        .containsExactly(
            "0" + OUT, "10000" + TRIAL, "15000 ms UP: the trial after max_fails succeeded");
  }

  @Test
  void a_failed_trial_takes_it_out_for_another_while() {
    var unused = watch(RULE);
    fail(3);
    net.advance(ofSeconds(12));
    fail(1);
    net.advance(ofSeconds(10));
    assertThat(s1.said)
        .containsExactly(
            "0" + OUT,
            "10000" + TRIAL,
            "12000 ms DOWN: the trial after max_fails failed, the last: empty; out for 10 s",
            "22000" + TRIAL);
  }

  @Test
  void a_request_that_began_before_the_trial_is_none() {
    var unused = watch(RULE);
    fail(3);
    net.advance(ofSeconds(11));
    ends(Ended.with(200), 1001);
    assertThat(s1.said).hasSize(2);
    ends(Ended.with(200), 1000);
    assertThat(s1.said).last().isEqualTo("11000 ms UP: the trial after max_fails succeeded");
  }

  @Test
  void a_session_on_trial_has_succeeded_with_its_connection() {
    var unused = watch(RULE);
    fail(3);
    net.advance(ofSeconds(10));
    s1.establishes();
    net.run();
    assertThat(s1.said).last().isEqualTo("10000 ms UP: the trial after max_fails succeeded");
  }

  @Test
  void who_fails_while_it_is_out_puts_off_its_return() {
    var unused = watch(RULE);
    fail(3);
    net.advance(ofSeconds(4));
    fail(1);
    net.advance(ofSeconds(10).minus(ofNanos(1)));
    assertThat(s1.said).containsExactly("0" + OUT);
    net.advance(ofNanos(1));
    assertThat(s1.said).containsExactly("0" + OUT, "14000" + TRIAL);
  }

  @Test
  void failures_add_up_until_one_succeeds_that_began_later_than_the_time_out() {
    var unused = watch(RULE);
    fail(2);
    net.advance(ofSeconds(5));
    succeed(); // too early to forgive
    net.advance(ofSeconds(6));
    ends(Ended.with(200), 1500); // began too early
    fail(1);
    assertThat(s1.said).hasSize(1);

    net.advance(ofSeconds(10));
    succeed();
    fail(2);
    net.advance(ofMillis(10_001));
    succeed(); // forgives
    fail(2);
    assertThat(s1.said).hasSize(3);
  }

  @Test
  void the_client_and_the_trial_it_left_decide_nothing() {
    var unused = watch(RULE);
    fail(3);
    net.advance(ofSeconds(10));
    ends(Ended.by(Kind.CLIENT_ABORT), 0);
    assertThat(s1.said).hasSize(2);
    succeed();
    assertThat(s1.said).hasSize(3);
  }

  @Test
  void statuses_count_by_choice() {
    var unused = watch(MaxFails.of(1, ofSeconds(10)).classifier(Classifier.nginx(503)));
    ends(Ended.with(500), 0);
    assertThat(s1.said).isEmpty();
    ends(Ended.with(503), 0);
    assertThat(s1.said)
        .containsExactly("0 ms DOWN: max_fails: 1 of 1 failed, the last: 503; out for 10 s");
  }

  @Test
  void the_only_server_is_never_out() throws Exception {
    try (AutoCloseable alone = RULE.watch(s1)) {
      fail(10);
      assertThat(s1.said).isEmpty();
      try (AutoCloseable other = RULE.watch(s2)) {
        fail(2);
        assertThat(s1.said).isEmpty(); // what it did alone is forgotten
        fail(1);
        assertThat(s1.said).containsExactly("0" + OUT);
        assertThat(other).isNotNull();
      }
      assertThat(s1.said).last().isEqualTo("0 ms UP: the only server of its backend");
      net.advance(ofSeconds(30));
      assertThat(s1.said).hasSize(2);
      assertThat(alone).isNotNull();
    }
  }

  @Test
  void what_it_had_said_before_a_restart_goes_on() throws Exception {
    s1.restored = Finding.down("before");
    try (AutoCloseable watch = watch(RULE)) {
      net.advance(ofSeconds(10));
      assertThat(s1.said).containsExactly("10000" + TRIAL);
      assertThat(watch).isNotNull();
    }
    s1.restored = new Finding(Health.UP, null, null, 1, "before");
    try (AutoCloseable watch = watch(RULE)) {
      succeed();
      assertThat(s1.said).last().isEqualTo("10000 ms UP: the trial after max_fails succeeded");
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void a_trial_from_before_a_restart_is_decided_whoever_is_watched_after_it() {
    s1.restored = new Finding(Health.UP, null, null, 1, "before");
    AutoCloseable first = RULE.watch(s1);
    AutoCloseable second = RULE.watch(s2);
    succeed();
    assertThat(s1.said).containsExactly("0 ms UP: the trial after max_fails succeeded");
    assertThat(List.of(first, second)).doesNotContainNull();
  }

  @Test
  void sessions_that_are_older_than_the_trial_neither_prevent_it_nor_leave_room_for_a_second() {
    var unused = watch(RULE);
    fail(3);
    s1.inFlight = 2;
    net.advance(ofSeconds(11));
    String trial = " ms UP limit %d: fail_timeout is over: one request on trial%s";
    assertThat(s1.said).last().isEqualTo("10000" + trial.formatted(3, " beside 2 older"));
    ends(Ended.by(Kind.CLIENT_ABORT), 5000);
    assertThat(s1.said).last().isEqualTo("11000" + trial.formatted(2, " beside 1 older"));
    ends(Ended.with(200), 5000);
    assertThat(s1.said).last().isEqualTo("11000" + trial.formatted(1, ""));
    succeed();
    assertThat(s1.said).last().isEqualTo("11000 ms UP: the trial after max_fails succeeded");
  }

  @Test
  void once_closed_nothing_is_heard_or_said() throws Exception {
    AutoCloseable watch = watch(RULE);
    fail(2);
    s1.ends(Ended.by(Kind.EMPTY));
    watch.close();
    net.advance(ofSeconds(30));
    assertThat(s1.said).isEmpty();
    assertThat(s1.heard()).isFalse();

    AutoCloseable again = RULE.watch(s1);
    fail(3);
    again.close();
    net.advance(ofSeconds(30));
    assertThat(s1.said).hasSize(1);
  }

  @Test
  void the_settings_are_checked_compared_and_printed() {
    assertThatThrownBy(() -> MaxFails.of(0, ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxFails: 0 (expected: >= 1)");
    assertThatThrownBy(() -> MaxFails.of(1, ofSeconds(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("failTimeout: PT0S (expected: more than 0, at most 365 days)");
    assertThat(RULE)
        .isEqualTo(MaxFails.of(3, ofSeconds(10)))
        .isNotEqualTo(MaxFails.of(3, ofSeconds(9)));
    assertThat(RULE.classifier(Classifier.nginx(502)))
        .hasToString("max_fails 3, fail_timeout 10 s, nginx http_502");
  }
}
