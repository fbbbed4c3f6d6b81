package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.acceptance.Plan.Time;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.SilentPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code retries 3; option redispatch 1}: what a failed attempt costs the client. */
final class RetryReferenceTest {
  private static final int REQUESTS = 20;

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void one_refused_server_of_two_costs_milliseconds(Proxy proxy, Mode mode) throws Exception {
    try (ScriptedServer refused = ScriptedServer.refusing();
        ScriptedServer b = ScriptedServer.start(Scripts.answer(Scripts.ok("b")));
        ProxyUnderTest running =
            proxy.start(Plan.of(mode, Member.of("a", refused.port()), Member.of("b", b.port())))) {
      for (int i = 0; i < REQUESTS; i++) {
        Duration took = Waits.took(
            () -> assertThat(RawClient.get(running.port(), "/").body()).isEqualTo("b"));
        assertThat(took).isLessThan(Duration.ofMillis(400));
      }

      List<AccessLine> lines = Waits.lines(running, REQUESTS);
      assertThat(lines).extracting(AccessLine::server).containsOnly("b");
      // Whom a request is sent to in place of a had its turn with it: a is the next one's turn
      // again.
      assertThat(lines).extracting(AccessLine::retries).containsOnly("+1");
    }
  }

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void a_lone_refused_server_is_tried_again_after_a_pause(Proxy proxy, Mode mode) throws Exception {
    try (ScriptedServer a = ScriptedServer.refusing();
        ProxyUnderTest running =
            proxy.start(Plan.of(mode, Member.of("a", a.port())).time(Time.CONNECT, 300))) {
      Duration took = Waits.took(() -> {
        try (RawClient client = RawClient.connect(running.port())) {
          client.send(RawClient.head("GET", "/"));
          if (mode == Mode.HTTP) {
            assertThat(client.response().status()).isEqualTo(503);
          } else {
            assertThat(client.endsSilently()).isTrue();
          }
        }
      });

      // Three further attempts, each after min(connect timeout, 1 s).
      assertThat(took).isBetween(Duration.ofMillis(850), Duration.ofMillis(1800));
      AccessLine line = Waits.line(running);
      assertThat(line.termination()).isEqualTo("SC");
      assertThat(line.retries()).isEqualTo("3");
    }
  }

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void a_server_that_comes_back_within_the_retries_costs_no_request(Proxy proxy, Mode mode)
      throws Exception {
    try (ScriptedServer a = ScriptedServer.refusing();
        ProxyUnderTest running =
            proxy.start(Plan.of(mode, Member.of("a", a.port())).time(Time.CONNECT, 1000));
        RawClient client = RawClient.connect(running.port())) {
      client.send(RawClient.head("GET", "/"));
      assertThat(client.staysSilent(Duration.ofMillis(100))).isTrue();

      a.listen(Scripts.answer(Scripts.ok("a")));

      assertThat(client.response().body()).isEqualTo("a");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_connect_timeout_ends_with_503(Proxy proxy) throws Exception {
    try (SilentPort a = SilentPort.open();
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.address().getPort()))
                .time(Time.CONNECT, 300)
                .retries(0))) {
      Duration took = Waits.took(
          () -> assertThat(RawClient.get(running.port(), "/").status()).isEqualTo(503));

      assertThat(took).isBetween(Duration.ofMillis(290), Duration.ofMillis(800));
      assertThat(Waits.line(running).termination()).isEqualTo("sC");
    }
  }

  /** HAProxy's default is {@code retry-on conn-failure}; Fairlead's adds what is safe for a GET. */
  @ParameterizedTest
  @EnumSource
  void a_get_that_got_no_answer_is_sent_elsewhere_by_fairlead_only(Proxy proxy) {
    try (ScriptedServer a = ScriptedServer.start(client -> client.readHead());
        ScriptedServer b = ScriptedServer.start(Scripts.answer(Scripts.ok("b")));
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.port()), Member.of("b", b.port())))) {
      List<Integer> statuses = List.of(
          RawClient.get(running.port(), "/").status(),
          RawClient.get(running.port(), "/").status());

      if (proxy == Proxy.FAIRLEAD) {
        assertThat(statuses).containsExactly(200, 200);
      } else {
        assertThat(statuses).containsExactlyInAnyOrder(502, 200);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_post_that_got_no_answer_is_never_sent_twice(Proxy proxy) throws IOException {
    try (ScriptedServer a = ScriptedServer.start(client -> client.readRequest());
        ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", a.port())));
        RawClient client = RawClient.connect(running.port())) {
      client.send(RawClient.head("POST", "/", "Content-Length: 4") + "body");

      assertThat(client.response().status()).isEqualTo(502);
      AccessLine line = Waits.line(running);
      assertThat(line.termination()).isEqualTo("SH");
      assertThat(line.retries()).isEqualTo("0");
      assertThat(a.connections()).isEqualTo(1);
    }
  }
}
