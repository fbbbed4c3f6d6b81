package dev.fairlead.health;

import static dev.fairlead.testkit.Scripts.closeAtOnce;
import static dev.fairlead.testkit.Scripts.resetAfter;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.SilentPort;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every probe with a conversation of its own tells of servers that do not converse. */
class TextProbesTest {
  private static Interview interview;

  /** A probe, and what it misses of a server that says nothing. */
  record Kind(Probe probe, String missing) {
    HealthCheck brief() {
      return HealthCheck.of(probe).every(ofSeconds(5)).timeout(ofMillis(250));
    }

    @Override
    public String toString() {
      return probe.toString();
    }
  }

  private static final Kind REJECT =
      new Kind(Probes.script().reject("ERROR"), "no end of the data at step 1, reject \"ERROR\"");

  static List<Kind> expecting() {
    return List.of(
        new Kind(Probes.redis(), "no answer to PING"),
        new Kind(Probes.redis().password("secret"), "no answer to AUTH"),
        new Kind(Probes.memcached(), "no answer to version"),
        new Kind(Probes.smtp(), "no greeting"),
        new Kind(
            Probes.script().send("HELLO\r\n").expect("WELCOME"),
            "no match at step 2, expect \"WELCOME\""),
        new Kind(
            Probes.script().send("HELLO\r\n").expectRegex("^WELCOME").comment("manners"),
            "no match at step 2, expect /^WELCOME/ (manners)"));
  }

  static List<Kind> all() {
    return Stream.concat(expecting().stream(), Stream.of(REJECT)).toList();
  }

  @BeforeAll
  static void start() {
    interview = new Interview();
  }

  @AfterAll
  static void stop() {
    interview.close();
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_server_that_accepts_and_never_answers_fails_at_the_timeout(Kind kind) throws Exception {
    assertThat(interview.with(client -> client.readAll(), kind.brief()))
        .isEqualTo("L7TOUT: " + kind.missing());
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_server_that_does_not_accept_is_told_from_one_that_does_not_answer(Kind kind)
      throws Exception {
    try (SilentPort silent = SilentPort.open();
        ScriptedServer refusing = ScriptedServer.refusing()) {
      assertThat(interview.at(silent.address(), kind.brief())).isEqualTo("L4TOUT: no connection");
      assertThat(interview.at(refusing.address(), kind.brief()))
          .startsWith("L4CON: Connection refused");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_server_that_closes_at_once_fails_without_waiting_for_the_timeout(Kind kind)
      throws Exception {
    assertThat(interview.with(closeAtOnce(), kind.probe())).startsWith("L7RSP: ");
    assertThat(interview.with(
            client -> {
              client.closeOutput();
              client.readAll();
            },
            kind.probe()))
        .matches("L7RSP: closed, no (answer to|greeting|match|data at).*");
    assertThat(interview.with(resetAfter(0), kind.probe())).matches("L(4CON|7RSP): .*");
  }

  @ParameterizedTest
  @MethodSource("expecting")
  void another_protocol_on_that_port_is_shown_and_cannot_break_the_log(Kind kind) throws Exception {
    assertThat(interview.with(
            client -> {
              client.write("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n");
              client.readAll();
            },
            kind.brief()))
        .matches("L7(RSP: not|TOUT: no match) .*\"HTTP/1.1 400 Bad Request.*");
    assertThat(interview.with(
            client -> {
              client.write("\u0015\u0003\u0001\u001b[2J\u0007");
              client.readAll();
            },
            kind.brief()))
        .matches("L7TOUT: no .*, got \"[?]{4}\\[2J[?]\"");
  }

  @ParameterizedTest
  @MethodSource("all")
  void garbage_of_any_kind_costs_one_failed_check(Kind kind) throws Exception {
    byte[] garbage = new byte[5_000];
    new Random(5).nextBytes(garbage);
    assertThat(interview.with(client -> client.write(garbage), kind.probe()))
        .matches(kind.equals(REJECT) ? "L7OK: 1 step passed" : "L7RSP: .*");
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_server_that_never_stops_talking_is_not_listened_to_for_long(Kind kind) throws Exception {
    assertThat(interview.with(
            client -> {
              while (true) {
                client.write("x".repeat(10_000));
              }
            },
            kind.probe()))
        .matches(
            kind.equals(REJECT)
                ? "L7OK: 1 step passed"
                : "L7RSP: more than 16384 bytes, no .*, got \"x{100}…\"");
  }

  @ParameterizedTest
  @MethodSource("expecting")
  void a_server_too_slow_for_the_timeout_fails_at_it(Kind kind) throws Exception {
    assertThat(interview.with(
            client -> client.drip("22+VERWELCOME-and-so-on", 1, ofMillis(90)), kind.brief()))
        .matches("L7TOUT: no .*, got \"22.*");
  }
}
