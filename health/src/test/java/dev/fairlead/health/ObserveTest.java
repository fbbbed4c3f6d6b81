package dev.fairlead.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fairlead.balance.Outcome.Kind;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What errors in traffic do to a check, on virtual time: HAProxy's observe, error-limit and on-error. */
class ObserveTest {
  private static final HealthCheck CHECK =
      HealthCheck.of(new ScriptedProbe("S")).every(ofSeconds(2)).observe(Classifier.layer7());

  private final VirtualNetwork net = VirtualNetwork.create();
  private final FakeServer server = new FakeServer(net.loop(0), new LocalAddress("s1"));

  @AfterEach
  void close() {
    net.close();
  }

  /** Watches, and takes what is said at the start as read. */
  @CanIgnoreReturnValue
  private AutoCloseable watch(HealthCheck check) {
    AutoCloseable watch = check.watch(server);
    net.advance(ofMillis(1));
    server.said.clear();
    server.checked.clear();
    return watch;
  }

  private void answers(int status, int times) {
    for (int i = 0; i < times; i++) {
      server.ends(Ended.with(status));
    }
    net.run();
  }

  /** The counter of HAProxy's states, by rows of errors: rise 2, fall 3. */
  @ParameterizedTest
  @CsvSource({
    "FAIL_CHECK,    4, 3 2 0 0",
    "FAIL_CHECK,    2, 0 0 0 0", // as at the start: one failure is enough
    "SUDDEN_DEATH,  4, 2 0 0 0", // so that one failure more is the end
    "SUDDEN_DEATH,  2, 0 0 0 0",
    "MARK_DOWN,     4, 0 0 0 0",
    "MARK_DOWN,     1, 0 0 0 0",
    "FAST_INTERVAL, 4, 4 4 4 4",
  })
  void each_row_of_errors_moves_the_counter(OnError reaction, int from, String counters) {
    Hysteresis[] now = {new Hysteresis(2, 3, from)};
    String seen = IntStream.range(0, 4)
        .mapToObj(i -> {
          now[0] = reaction.after(now[0]);
          return Integer.toString(now[0].counter());
        })
        .collect(Collectors.joining(" "));
    assertThat(seen).isEqualTo(counters);
  }

  @Test
  void ten_errors_in_a_row_are_one_failed_check_and_thirty_take_the_server_down() {
    watch(CHECK);
    answers(503, 9);
    assertThat(server.checked).isEmpty();
    answers(503, 1);
    assertThat(server.checked)
        .containsExactly("HANA: 10 errors in a row in traffic, the last: 503");
    answers(500, 10);
    assertThat(server.said).isEmpty();
    answers(500, 10);
    assertThat(server.said)
        .containsExactly(
            "1 ms DOWN: HANA: 10 errors in a row in traffic, the last: 500, fail-check");
  }

  @Test
  void a_success_starts_the_row_again_and_what_says_nothing_does_not() {
    watch(CHECK.errorLimit(3).onError(OnError.MARK_DOWN));
    answers(503, 2);
    answers(200, 1);
    answers(503, 2);
    assertThat(server.said).isEmpty();
    server.ends(Ended.by(Kind.CLIENT_ABORT));
    server.ends(Ended.by(Kind.CONNECT_TIMEOUT));
    net.run();
    assertThat(server.said)
        .containsExactly(
            "1 ms DOWN: HANA: 3 errors in a row in traffic, the last: connect timeout, mark-down");
  }

  @Test
  void a_connection_of_a_session_starts_the_row_again_for_layer_4() {
    watch(CHECK.observe(Classifier.layer4()).errorLimit(2).onError(OnError.MARK_DOWN));
    server.ends(Ended.by(Kind.CONNECT_FAILED));
    server.establishes();
    server.ends(Ended.by(Kind.CONNECT_FAILED));
    net.run();
    assertThat(server.said).isEmpty();
    server.ends(Ended.by(Kind.CONNECT_FAILED));
    net.run();
    assertThat(server.said).hasSize(1);
  }

  @Test
  void sudden_death_leaves_one_failure_to_go() {
    watch(CHECK.errorLimit(1).onError(OnError.SUDDEN_DEATH));
    answers(503, 1);
    assertThat(server.said).isEmpty();
    answers(503, 1);
    assertThat(server.said)
        .containsExactly(
            "1 ms DOWN: HANA: 1 errors in a row in traffic, the last: 503, sudden-death");
  }

  @Test
  void a_failed_check_after_sudden_death_takes_the_server_down_and_a_pass_forgives_it() {
    watch(HealthCheck.of(new ScriptedProbe("SF"))
        .every(ofSeconds(2))
        .observe(Classifier.layer7())
        .errorLimit(1)
        .onError(OnError.SUDDEN_DEATH));
    answers(503, 1);
    net.advance(ofSeconds(2));
    assertThat(server.said).containsExactly("2000 ms DOWN: L7STS: ill in 0 ms, 3 of 3 failed");

    AutoCloseable forgiven = watch(CHECK.errorLimit(1).onError(OnError.SUDDEN_DEATH));
    answers(503, 1);
    net.advance(ofSeconds(2)); // a pass
    answers(503, 1);
    assertThat(server.said).isEmpty();
    assertThat(forgiven).isNotNull();
  }

  @Test
  void checks_bring_back_what_traffic_took_down() {
    watch(CHECK.errorLimit(1).onError(OnError.MARK_DOWN));
    answers(503, 1);
    net.advance(ofSeconds(4));
    assertThat(server.said)
        .containsExactly(
            "1 ms DOWN: HANA: 1 errors in a row in traffic, the last: 503, mark-down",
            "4000 ms UP: L7OK: fine in 0 ms, 2 of 2 passed");
  }

  @ParameterizedTest
  @EnumSource
  void the_next_check_comes_after_the_fast_interval(OnError reaction) {
    ScriptedProbe probe = new ScriptedProbe("S");
    HealthCheck check = HealthCheck.of(probe)
        .every(ofSeconds(10))
        .fastEvery(ofMillis(200))
        .observe(Classifier.layer7())
        .errorLimit(1)
        .onError(reaction);
    watch(check);
    net.advance(ofMillis(4999));
    answers(503, 1);
    net.advance(ofMillis(100));
    answers(503, 1); // does not put it off
    net.advance(ofMillis(100));
    assertThat(probe.askedAtMillis).containsExactly(0L, 5200L);
    net.advance(ofMillis(200));
    List<Long> after = probe.askedAtMillis.subList(2, probe.askedAtMillis.size());
    boolean inTransition = reaction == OnError.MARK_DOWN
        || reaction == OnError.FAIL_CHECK
        || reaction == OnError.SUDDEN_DEATH;
    // The pass has made it fully up, unless it was down: then it is on its way up.
    boolean wasDown = reaction == OnError.MARK_DOWN || reaction == OnError.SUDDEN_DEATH;
    assertThat(after).isEqualTo(inTransition && wasDown ? List.of(5400L) : List.of());
  }

  @Test
  void a_check_that_is_near_or_under_way_is_not_moved() {
    ScriptedProbe probe = new ScriptedProbe("SSH");
    HealthCheck check = HealthCheck.of(probe)
        .every(ofSeconds(2))
        .fastEvery(ofSeconds(1))
        .observe(Classifier.layer7())
        .errorLimit(1)
        .onError(OnError.FAST_INTERVAL);
    watch(check);
    net.advance(ofMillis(1499));
    answers(503, 1);
    net.advance(ofSeconds(3));
    assertThat(probe.askedAtMillis).containsExactly(0L, 2000L, 4000L);
    answers(503, 1); // while it hangs
    net.advance(ofMillis(1499));
    assertThat(server.checked).containsExactly("L7OK: fine");
    net.advance(ofMillis(1));
    assertThat(server.checked).hasSize(2).last().isEqualTo("L7TOUT: no verdict");
  }

  @Test
  void errors_told_by_several_loops_at_once_are_each_counted_once() throws Exception {
    watch(CHECK.errorLimit(5).onError(OnError.MARK_DOWN));
    Thread[] loops = new Thread[4];
    for (int i = 0; i < loops.length; i++) {
      loops[i] = new Thread(
          () -> IntStream.range(0, 10_000).forEach(n -> server.ends(Ended.by(Kind.EMPTY))));
      loops[i].start();
    }
    for (Thread loop : loops) {
      loop.join();
    }
    net.run();
    assertThat(server.checked).hasSize(40_000 / 5);
    assertThat(server.said).hasSize(1);
  }

  @Test
  void once_closed_traffic_is_not_heard() throws Exception {
    AutoCloseable watch = watch(CHECK.errorLimit(1).onError(OnError.MARK_DOWN));
    server.ends(Ended.with(503));
    watch.close();
    net.run();
    assertThat(server.said).isEmpty();
    assertThat(server.heard()).isFalse();
  }

  @Test
  void traffic_is_not_watched_unless_asked_for() {
    watch(HealthCheck.of(new ScriptedProbe("S")));
    assertThat(server.heard()).isFalse();
  }

  @Test
  void the_settings_are_checked_compared_and_printed() {
    assertThatThrownBy(() -> CHECK.errorLimit(0).toString())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("errorLimit: 0 (expected: >= 1)");
    assertThat(CHECK.errorLimit(3)).isNotEqualTo(CHECK).isEqualTo(CHECK.errorLimit(3));
    assertThat(HealthCheck.tcp().observe(Classifier.layer4()).onError(OnError.SUDDEN_DEATH))
        .hasToString("tcp, every 2 s, timeout 2 s, rise 2, fall 3, observe layer4, errorLimit 10,"
            + " onError sudden-death");
  }
}
