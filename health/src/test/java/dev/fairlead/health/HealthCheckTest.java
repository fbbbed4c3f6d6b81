package dev.fairlead.health;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HealthCheckTest {
  private static final HealthCheck TCP = HealthCheck.tcp();
  private static final HealthCheck HTTP = HealthCheck.http("HEAD", "/heartbeat.html");

  static Stream<Arguments> wrongValues() {
    return Stream.of(
        wrong(
            () -> use(TCP.every(ofSeconds(0))),
            "every: PT0S (expected: more than 0, at most 365 days)"),
        wrong(
            () -> use(TCP.every(ofNanos(999_999))),
            "every: PT0.000999999S (expected: at least 1 ms, at most 365 days)"),
        wrong(
            () -> use(TCP.fastEvery(ofSeconds(-1))),
            "fastEvery: PT-1S (expected: more than 0, at most 365 days)"),
        wrong(
            () -> use(TCP.downEvery(ofDays(366))),
            "downEvery: PT8784H (expected: more than 0, at most 365 days)"),
        wrong(
            () -> use(TCP.timeout(ofSeconds(0))),
            "timeout: PT0S (expected: more than 0, at most 365 days)"),
        wrong(() -> use(TCP.rise(0)), "rise: 0 (expected: 1..10000)"),
        wrong(() -> use(TCP.fall(10_001)), "fall: 10001 (expected: 1..10000)"),
        wrong(() -> use(TCP.jitter(51)), "jitter: 51 (expected: 0..50)"),
        wrong(() -> use(TCP.port(0)), "port: 0 (expected: 1..65535)"),
        wrong(() -> use(HTTP.expect()), "expect: none (expected: at least one status)"),
        wrong(() -> use(HTTP.expect(200, 99)), "status: 99 (expected: 101..599)"),
        wrong(() -> use(HTTP.expectStatus(300, 200)), "status: 200 (expected: 300..599)"),
        wrong(
            () -> use(HealthCheck.http("CONNECT", "/")),
            "method: 'CONNECT' (expected: capital letters, not CONNECT)"),
        wrong(
            () -> use(HealthCheck.http("get", "/")),
            "method: 'get' (expected: capital letters, not CONNECT)"),
        wrong(
            () -> use(HealthCheck.http("GET", "health")),
            "path: 'health' (expected: '/' and visible ASCII without '#')"),
        wrong(
            () -> use(HealthCheck.http("GET", "/a b")),
            "path: '/a b' (expected: '/' and visible ASCII without '#')"),
        wrong(
            () -> use(HTTP.host("a b")),
            "host: 'a b' (expected: a name or an IP address, with a port or without)"),
        wrong(() -> use(HTTP.header("X:Y", "z")), "header: 'X:Y' (expected: a field name)"),
        wrong(
            () -> use(HTTP.header("Connection", "keep-alive")),
            "header: 'Connection' (expected: none of host, connection, content-length, transfer-encoding, upgrade, expect)"),
        wrong(
            () -> use(HTTP.header("X", "a\r\nEvil: b")),
            "header X: not shown (expected: printable ASCII without space at either end)"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("wrongValues")
  void a_wrong_value_is_named_with_what_is_expected(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void what_only_http_has_is_refused_by_other_checks() {
    assertThatThrownBy(() -> use(TCP.expect(200)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expect: not for tcp (expected: HealthCheck.http(…))");
  }

  @Test
  void it_says_what_it_does() {
    assertThat(TCP).hasToString("tcp, every 2 s, timeout 2 s, rise 2, fall 3");
    assertThat(HTTP.every(ofSeconds(1)))
        .hasToString(
            "http HEAD /heartbeat.html expecting 200..399, every 1 s, timeout 1 s, rise 2, fall 3");
    assertThat(HTTP.expect(200, 204)
            .host("a.example")
            .header("X-Check", "yes")
            .port(8081)
            .every(ofMillis(1500))
            .fastEvery(ofMillis(100))
            .downEvery(ofSeconds(10))
            .timeout(ofMillis(800))
            .rise(1)
            .fall(2)
            .jitter(25)
            .initialState(InitialState.WAIT))
        .hasToString(
            "http HEAD /heartbeat.html expecting 200, 204, host a.example, sending X-Check,"
                + " at port 8081, every 1500 ms, fastEvery 100 ms, downEvery 10 s, timeout 800 ms,"
                + " rise 1, fall 2, jitter 25%, initialState WAIT");
  }

  @Test
  void checks_that_do_the_same_are_equal() {
    assertThat(HTTP.every(ofSeconds(1)).expect(200))
        .isEqualTo(HealthCheck.http("HEAD", "/heartbeat.html").expect(200).every(ofSeconds(1)))
        .hasSameHashCodeAs(HTTP.every(ofSeconds(1)).expect(200))
        .isNotEqualTo(HTTP.expect(200))
        .isNotEqualTo(HTTP.every(ofSeconds(1)))
        .isNotEqualTo(HTTP.every(ofSeconds(1)).expect(200).port(81));
    assertThat(TCP).isEqualTo(HealthCheck.tcp()).isNotEqualTo(HTTP);
  }

  @Test
  void a_copy_leaves_the_original_alone_and_the_last_word_holds() {
    HealthCheck changed = HTTP.rise(5).expect(204).expectStatus(200, 299).port(81);

    assertThat(HTTP).isEqualTo(HealthCheck.http("HEAD", "/heartbeat.html"));
    assertThat(changed).asString().contains("200..299", "rise 5").doesNotContain("204");
    assertThat(changed.address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)))
        .asString()
        .contains("at localhost/127.0.0.1:9")
        .doesNotContain("port 81");
  }

  private static Arguments wrong(ThrowingCallable call, String message) {
    return Arguments.of(call, message);
  }

  private static void use(HealthCheck check) {
    throw new AssertionError("accepted: " + check);
  }
}
