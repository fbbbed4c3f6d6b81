package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Time;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each time-out ends what it should, then, and says so in the log. */
final class TimeoutReferenceTest {
  private static final int LIMIT = 600;
  private static final int SLACK = 3000; // which a busy machine may need, far from the defaults
  private static final Duration EARLIEST = Duration.ofMillis(LIMIT - 10);
  private static final Duration LATEST = Duration.ofMillis(LIMIT + SLACK);

  @ParameterizedTest
  @EnumSource
  void a_head_that_trickles_in_too_slowly_gets_408(Proxy proxy) throws Exception {
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok("a")));
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.port())).time(Time.HTTP_REQUEST, LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      Duration took = Waits.took(() -> {
        client.send("GET / HTTP/1.1\r\n");
        int bytes = 0;
        // Each byte comes in time for a mere idle time-out, which would never end it.
        while (client.staysSilent(Duration.ofMillis(LIMIT / 5)) && bytes < 50) {
          client.send("X");
          bytes++;
        }
        assertThat(bytes).isBetween(1, 49);
      });

      assertThat(took).isBetween(EARLIEST, LATEST);
      AccessLine line = Waits.line(running);
      assertThat(line.termination()).isEqualTo("cR");
      assertThat(line.status()).isEqualTo(408);
      assertThat(a.connections()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_connection_without_a_first_byte_gets_408_too(Proxy proxy) throws Exception {
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok("a")));
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.port())).time(Time.HTTP_REQUEST, LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      Duration took = Waits.took(() -> assertThat(client.response().status()).isEqualTo(408));

      assertThat(took).isBetween(EARLIEST, LATEST);
      assertThat(Waits.line(running).termination()).isEqualTo("cR");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_does_not_answer_in_time_costs_504(Proxy proxy) throws Exception {
    try (ScriptedServer a = ScriptedServer.start(Scripts.hang());
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.port())).time(Time.SERVER, LIMIT))) {
      Duration took = Waits.took(
          () -> assertThat(RawClient.get(running.port(), "/").status()).isEqualTo(504));

      assertThat(took).isBetween(EARLIEST, LATEST);
      AccessLine line = Waits.line(running);
      assertThat(line.termination()).isEqualTo("sH");
      assertThat(line.status()).isEqualTo(504);
      assertThat(line.retries()).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_idle_kept_connection_is_closed_without_a_word(Proxy proxy) throws Exception {
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok("a")));
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.port())).time(Time.HTTP_KEEP_ALIVE, LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      client.send(RawClient.head("GET", "/"));
      assertThat(client.response().status()).isEqualTo(200);

      Duration took = Waits.took(() -> assertThat(client.endsSilently()).isTrue());

      assertThat(took).isBetween(EARLIEST, LATEST);
      assertThat(running.log()).extracting(AccessLine::termination).containsExactly("--");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_kept_connection_lives_on_as_long_as_requests_come_in_time(Proxy proxy) throws IOException {
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok("a")));
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.port())).time(Time.HTTP_KEEP_ALIVE, LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      for (int i = 0; i < 6; i++) {
        assertThat(client.send(RawClient.head("GET", "/")).response().status()).isEqualTo(200);
        assertThat(client.staysSilent(Duration.ofMillis(LIMIT / 4))).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HAPROXY,CLIENT,cD", "FAIRLEAD,CLIENT,cD",
    "HAPROXY,SERVER,sD", "FAIRLEAD,SERVER,sD"
  })
  void a_resting_tcp_session_ends_by_the_shorter_timeout(Proxy proxy, Time time, String state)
      throws Exception {
    try (ScriptedServer a = ScriptedServer.start(Scripts.echo());
        ProxyUnderTest running = proxy.start(Plan.tcp(Member.of("a", a.port())).time(time, LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      assertThat(client.send("hello").read(5)).isEqualTo("hello");

      Duration took = Waits.took(() -> assertThat(client.endsSilently()).isTrue());

      assertThat(took).isBetween(EARLIEST, LATEST);
      client.leave(); // HAProxy waits for it, with the client's time-out
      assertThat(Waits.line(running).termination()).isEqualTo(state);
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_tunnel_timeout_takes_the_place_of_both(Proxy proxy) throws Exception {
    try (ScriptedServer a = ScriptedServer.start(Scripts.echo());
        ProxyUnderTest running = proxy.start(Plan.tcp(Member.of("a", a.port()))
            .time(Time.CLIENT, LIMIT)
            .time(Time.SERVER, LIMIT)
            .time(Time.TUNNEL, 3 * LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      assertThat(client.send("hello").read(5)).isEqualTo("hello");

      Duration took = Waits.took(() -> assertThat(client.endsSilently()).isTrue());

      assertThat(took)
          .isBetween(Duration.ofMillis(3 * LIMIT - 10), Duration.ofMillis(3 * LIMIT + SLACK));
    }
  }

  /** Who has read an end waits for the other side with that side's time-out. */
  @ParameterizedTest
  @CsvSource({
    "HAPROXY,CLIENT_FIN,cD", "FAIRLEAD,CLIENT_FIN,cD",
    "HAPROXY,SERVER_FIN,sD", "FAIRLEAD,SERVER_FIN,sD"
  })
  void a_half_closed_session_ends_by_its_own_timeout(Proxy proxy, Time time, String state)
      throws Exception {
    boolean serverEnds = time == Time.CLIENT_FIN;
    try (ScriptedServer a = ScriptedServer.start(client -> {
          client.write("hello");
          if (serverEnds) {
            client.closeOutput();
          }
          client.hang();
        });
        ProxyUnderTest running = proxy.start(Plan.tcp(Member.of("a", a.port())).time(time, LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      assertThat(client.read(5)).isEqualTo("hello");
      if (!serverEnds) {
        client.closeOutput();
      }

      Duration took = Waits.took(() -> Waits.line(running));

      assertThat(took).isBetween(EARLIEST.minusMillis(100), LATEST);
      assertThat(Waits.line(running).termination()).isEqualTo(state);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_stops_reading_ends_its_exchange(Proxy proxy) throws Exception {
    String large = "x".repeat(16 * 1024 * 1024);
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok(large)));
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.port())).time(Time.CLIENT, LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      client.send(RawClient.head("GET", "/")).readHead();

      Duration took = Waits.took(() -> Waits.line(running));

      assertThat(took).isBetween(EARLIEST.minusMillis(100), LATEST);
      AccessLine line = Waits.line(running);
      assertThat(line.termination()).isEqualTo("cD");
      assertThat(line.status()).isEqualTo(200);
    }
  }

  /** HAProxy 2.6 says nothing to such a client, and waits on for the server. */
  @Test
  void a_client_that_stops_sending_its_body_gets_408_from_fairlead_only() throws Exception {
    try (ScriptedServer a = ScriptedServer.start(ScriptedConnection::readAll);
        ProxyUnderTest running =
            Proxy.FAIRLEAD.start(Plan.http(Member.of("a", a.port())).time(Time.CLIENT, LIMIT));
        RawClient client = RawClient.connect(running.port())) {
      client.send(RawClient.head("POST", "/", "Content-Length: 10") + "hello");

      Duration took = Waits.took(() -> assertThat(client.response().status()).isEqualTo(408));

      assertThat(took).isBetween(EARLIEST, LATEST);
      assertThat(Waits.line(running).termination()).isEqualTo("cH");
    }
  }
}
