package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Retries;
import dev.fairlead.config.Server;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Latency;
import dev.fairlead.tcp.TcpFrontend;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each wrong value is refused at the call, by a message with field, value and what is expected. */
class BadConfigurationTest {
  private static final Duration ZERO = Duration.ZERO;
  private static final String DURATION = " (expected: more than 0, at most 365 days)";
  private static final String NAME = " (expected: 1 to 128 letters, digits, '-', '_', '.' or ':')";

  private static Arguments bad(String message, ThrowingCallable call) {
    return arguments(message, call);
  }

  private static Server server() {
    return Server.of("s", "127.0.0.1", 80);
  }

  private static Backend.Builder backend() {
    return Backend.builder("b");
  }

  private static TcpFrontend.Builder frontend() {
    return TcpFrontend.builder("f");
  }

  static Stream<Arguments> servers() {
    return Stream.of(
        bad("server: ''" + NAME, () -> Server.of("", "127.0.0.1", 80)),
        bad("server: 'a b'" + NAME, () -> Server.of("a b", "127.0.0.1", 80)),
        bad("server: 'ä'" + NAME, () -> Server.of("ä", "127.0.0.1", 80)),
        bad(
            "server: '" + "x".repeat(129) + "'" + NAME,
            () -> Server.of("x".repeat(129), "127.0.0.1", 80)),
        bad("host: ' ' (expected: a name or an IP address)", () -> Server.of("s", " ", 80)),
        bad("port: 0 (expected: 1..65535)", () -> Server.of("s", "127.0.0.1", 0)),
        bad("port: 65536 (expected: 1..65535)", () -> Server.of("s", "127.0.0.1", 65_536)),
        bad("weight: -1 (expected: 0..256)", () -> server().weight(-1)),
        bad("weight: 257 (expected: 0..256)", () -> server().weight(257)),
        bad("maxConnections: -1 (expected: >= 0)", () -> server().maxConnections(-1)),
        bad("maxQueue: -1 (expected: >= 0)", () -> server().maxQueue(-1)),
        bad("priority: -1 (expected: 0..127)", () -> server().priority(-1)),
        bad("priority: 128 (expected: 0..127)", () -> server().priority(128)),
        bad("over: PT0S" + DURATION, () -> server().slowStart(ZERO)));
  }

  static Stream<Arguments> backends() {
    return Stream.of(
        bad("backend: 'a/b'" + NAME, () -> Backend.builder("a/b")),
        bad("source: ''" + NAME, () -> backend().monitor("", w -> () -> {})),
        bad(
            "source: 'check' (expected: a new name)",
            () -> backend().healthCheck(w -> () -> {}).healthCheck(w -> () -> {})),
        bad("maxQueue: -1 (expected: >= 0)", () -> backend().maxQueue(-1)),
        bad("panicThreshold: 101 (expected: 0..100)", () -> backend().panicThreshold(101)),
        bad("quorum: -1 (expected: 0..1000000)", () -> backend().quorum(-1)),
        bad("quorumHysteresis: -1 (expected: 0..1000000)", () -> backend().quorumHysteresis(-1)),
        bad("retries: -1 (expected: 0..100)", () -> backend().retries(-1)),
        bad("retries: 101 (expected: 0..100)", () -> backend().retries(101)),
        bad("connectTimeout: PT0S" + DURATION, () -> backend().connectTimeout(ZERO)),
        bad("serverTimeout: PT0S" + DURATION, () -> backend().serverTimeout(ZERO)),
        bad("queueTimeout: PT-1S" + DURATION, () -> backend().queueTimeout(Duration.ofSeconds(-1))),
        bad(
            "tunnelTimeout: PT8784H" + DURATION,
            () -> backend().tunnelTimeout(Duration.ofDays(366))),
        bad("serverFinTimeout: PT0S" + DURATION, () -> backend().serverFinTimeout(ZERO)),
        bad(
            "backend 'b': server names used twice: [s]",
            () -> backend().server(server()).server(server()).build()),
        bad(
            "backend 'b': server names used twice: [same]",
            () -> backend()
                .servers(List.of(States.server("x"), States.server("y")))
                .eachServer(s -> Server.of("same", s.address()))
                .build()));
  }

  static Stream<Arguments> frontends() {
    return Stream.of(
        bad("frontend: 'a b'" + NAME, () -> TcpFrontend.builder("a b")),
        bad("port: -1 (expected: 0..65535)", () -> frontend().bind(-1)),
        bad("port: 65536 (expected: 0..65535)", () -> frontend().bind("127.0.0.1", 65_536)),
        bad("maxConnections: -1 (expected: >= 0)", () -> frontend().maxConnections(-1)),
        bad("clientTimeout: PT0S" + DURATION, () -> frontend().clientTimeout(ZERO)),
        bad("clientFinTimeout: PT0S" + DURATION, () -> frontend().clientFinTimeout(ZERO)),
        bad(
            "frontend 'f': no address to listen on (call bind(...) or unbound());"
                + " no backend (call defaultBackend(...))",
            () -> frontend().build()),
        bad("backlog: 0 (expected: 1..65535)", () -> Binding.of(0).backlog(0)),
        bad(
            "bind: nowhere.invalid (expected: an address of this machine)",
            () -> Binding.of(InetSocketAddress.createUnresolved("nowhere.invalid", 1))),
        bad("threads: 0 (expected: 1..1024)", () -> LoadBalancer.builder().threads(0)));
  }

  static Stream<Arguments> others() {
    Duration second = Duration.ofSeconds(1);
    return Stream.of(
        bad("retries: 101 (expected: 0..100)", () -> Retries.of(101)),
        bad(
            "redispatchInterval: 101 (expected: -100..100)",
            () -> Retries.defaults().redispatch(101)),
        bad("replayBytes: -1 (expected: 0..16777216)", () -> Retries.defaults().replay(-1)),
        bad(
            "weightFactor: NaN (expected: 0..256)",
            () -> Finding.up("").withWeightFactor(Double.NaN)),
        bad("weightFactor: -0.5 (expected: 0..256)", () -> Finding.up("").withWeightFactor(-0.5)),
        bad("limit: 0 (expected: >= 1)", () -> Finding.up("").withLimit(0)),
        bad("timeout: PT0S (expected: > 0)", () -> ConnectOptions.of(ZERO)),
        bad("port: 65536 (expected: 0..65535)", () -> ConnectOptions.of(second).port(65_536)),
        bad("status: 600 (expected: 100..599)", () -> Counter.ofStatus(600)),
        bad("counts: 1 (expected: 256)", () -> new Latency(new long[1], 0)),
        bad(
            "percentile: 0.0 (expected: > 0, <= 100)",
            () -> new Latency(new long[Latency.BUCKETS], 0).percentileNanos(0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"servers", "backends", "frontends", "others"})
  void a_wrong_value_is_named_with_its_field_and_range(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
