package dev.fairlead.health;

import static dev.fairlead.testkit.Scripts.answer;
import static dev.fairlead.testkit.Scripts.closeAtOnce;
import static dev.fairlead.testkit.Scripts.drip;
import static dev.fairlead.testkit.Scripts.ok;
import static dev.fairlead.testkit.Scripts.resetAfter;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.SilentPort;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On real sockets: what an operator reads of servers in every condition. */
class ProbesOnSocketsTest {
  private static final Duration PATIENCE = OneCheck.PATIENCE;
  private static final HealthCheck TCP = HealthCheck.tcp().every(ofSeconds(5));
  private static final HealthCheck HTTP = HealthCheck.http("GET", "/health").every(ofSeconds(5));
  private static final HealthCheck BRIEF = HTTP.timeout(ofMillis(250));

  private static OneCheck checks;

  @BeforeAll
  static void start() {
    checks = new OneCheck();
  }

  @AfterAll
  static void stop() {
    checks.close();
  }

  // ---- tcp

  @Test
  void a_server_that_accepts_passes_the_tcp_check() throws Exception {
    assertThat(checks.verdictOn(client -> client.readAll(), TCP))
        .matches("UP: L4OK: connected in \\d+ ms, first check passed");
  }

  @Test
  void a_server_that_refuses_fails_both_checks_with_the_same_reason() throws Exception {
    try (ScriptedServer refusing = ScriptedServer.refusing()) {
      String reason = "DOWN: L4CON: Connection refused: localhost/127.0.0.1:" + refusing.port()
          + " in \\d+ ms, first check failed";
      assertThat(checks.verdict(refusing.address(), TCP)).matches(reason);
      assertThat(checks.verdict(refusing.address(), HTTP)).matches(reason);
    }
  }

  @Test
  void a_server_that_does_not_take_the_connection_is_told_from_one_that_does_not_answer()
      throws Exception {
    try (SilentPort silent = SilentPort.open()) {
      FakeServer server = new FakeServer(checks.loop(), silent.address());
      assertThat(checks.verdict(server, BRIEF))
          .matches("DOWN: L4TOUT: no connection in \\d{3,} ms, first check failed");
      assertThat(server.connections).singleElement().matches(Future::isDone);
    }
  }

  @Test
  void an_address_of_another_kind_than_the_transport_fails_the_check() throws Exception {
    assertThat(checks.verdict(new LocalAddress("nobody"), TCP)).startsWith("DOWN: L4CON: ");
  }

  // ---- http

  @Test
  void a_server_that_answers_passes_the_http_check() throws Exception {
    assertThat(checks.verdictOn(answer(ok("fine")), HTTP))
        .matches("UP: L7OK: 200 in \\d+ ms, first check passed");
  }

  @Test
  void the_request_is_what_was_configured() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(answer(ok("")))) {
      assertThat(checks.verdict(
              server.address(),
              HealthCheck.http("HEAD", "/h?x=1").header("X-Check", "yes").header("Accept", "*/*")))
          .startsWith("UP: L7OK: 200");
      assertThat(server.connection(1).received())
          .isEqualTo("HEAD /h?x=1 HTTP/1.1\r\nhost: localhost:" + server.port()
              + "\r\nconnection: close\r\nX-Check: yes\r\nAccept: */*\r\n\r\n");

      assertThat(checks.verdict(
              server.address(), HealthCheck.http("OPTIONS", "*").host("a.example:81")))
          .startsWith("UP: L7OK: 200");
      assertThat(server.connection(2).received())
          .isEqualTo("OPTIONS * HTTP/1.1\r\nhost: a.example:81\r\nconnection: close\r\n\r\n");
    }
  }

  @Test
  void another_port_or_address_is_asked_and_named_in_the_host_field() throws Exception {
    try (ScriptedServer traffic = ScriptedServer.refusing();
        ScriptedServer admin = ScriptedServer.start(answer(ok("")))) {
      assertThat(checks.verdict(traffic.address(), HTTP.port(admin.port()))).startsWith("UP: L7OK");
      assertThat(checks.verdict(traffic.address(), HTTP.address(admin.address())))
          .startsWith("UP: L7OK");
      assertThat(admin.connection(1).received()).contains("host: localhost:" + admin.port());
      assertThat(admin.connection(2).received()).contains("host: localhost:" + admin.port());
    }
  }

  @Test
  void an_unexpected_status_is_told_with_what_was_expected() throws Exception {
    String unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    assertThat(checks.verdictOn(answer(unavailable), HTTP))
        .matches("DOWN: L7STS: 503 in \\d+ ms, expected 200..399, first check failed");
    assertThat(checks.verdictOn(answer(ok("")), HTTP.expect(204, 503)))
        .matches("DOWN: L7STS: 200 in \\d+ ms, expected 204, 503, first check failed");
    assertThat(checks.verdictOn(answer(unavailable), HTTP.expect(204, 503)))
        .startsWith("UP: L7OK: 503");
  }

  @Test
  void interim_answers_are_waited_through() throws Exception {
    assertThat(checks.verdictOn(
            answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + ok("")),
            HTTP))
        .startsWith("UP: L7OK: 200");
  }

  @Test
  void a_server_that_hangs_fails_at_the_timeout() throws Exception {
    assertThat(checks.verdictOn(client -> client.readAll(), BRIEF))
        .matches("DOWN: L7TOUT: no answer in \\d{3,} ms, first check failed");
  }

  @Test
  void a_server_too_slow_for_the_timeout_fails_at_it() throws Exception {
    assertThat(checks.verdictOn(drip(ok(""), 1, ofMillis(40)), BRIEF))
        .matches("DOWN: L7TOUT: no answer in \\d{3,} ms, first check failed");
  }

  @Test
  void a_server_that_closes_or_resets_instead_of_answering_fails() throws Exception {
    assertThat(checks.verdictOn(closeAtOnce(), HTTP)).startsWith("DOWN: L7RSP: ");
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write("HTTP/1.1 20");
            },
            HTTP))
        .matches("DOWN: L7RSP: closed without an answer in \\d+ ms, first check failed");
    assertThat(checks.verdictOn(resetAfter(10), HTTP))
        .matches("DOWN: L7RSP: Connection reset.* in \\d+ ms, first check failed");
  }

  @Test
  void another_protocol_on_that_port_fails_and_what_it_said_cannot_break_the_log()
      throws Exception {
    assertThat(
            checks.verdictOn(client -> client.write("SSH-2.0-\u001b[31mOpen\u0007SSH\r\n"), HTTP))
        .startsWith("DOWN: L7RSP: not an HTTP response: ")
        .matches("[ -~]*");
    assertThat(checks.verdictOn(client -> client.write("ICY/1.0 200 OK\r\n\r\n"), HTTP))
        .startsWith("DOWN: L7RSP: not an HTTP response: ");
    assertThat(checks.verdictOn(client -> client.write("HTTP/1.1 twohundred OK\r\n\r\n"), HTTP))
        .startsWith("DOWN: L7RSP: not an HTTP response: ");
  }

  @Test
  void a_head_without_end_fails_and_is_not_kept() throws Exception {
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write("HTTP/1.1 200 OK\r\n");
              while (true) {
                client.write("X-More: " + "x".repeat(1000) + "\r\n");
              }
            },
            HTTP))
        .startsWith("DOWN: L7RSP: not an HTTP response: TooLongHttpHeaderException");
    assertThat(checks.verdictOn(
            client -> {
              while (true) {
                client.write("x".repeat(1000));
              }
            },
            HTTP))
        .startsWith("DOWN: L7RSP: not an HTTP response: TooLongHttpLineException");
  }

  @Test
  void a_huge_body_is_not_waited_for() throws Exception {
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n");
              while (true) {
                client.write("x".repeat(8000));
              }
            },
            HTTP))
        .startsWith("UP: L7OK: 200");
  }

  @Test
  void a_server_that_dies_and_returns_goes_down_and_up() throws Exception {
    EventLoop loop = checks.loop();
    try (ScriptedServer origin = ScriptedServer.start(answer(ok("")))) {
      FakeServer server = new FakeServer(loop, origin.address());
      AutoCloseable watch = OneCheck.watch(server, HTTP.every(ofMillis(20)));
      Await.until("up", PATIENCE, () -> server.said.size() == 1);
      origin.refuse();
      Await.until("down", PATIENCE, () -> server.said.size() == 2);
      origin.listen(answer(ok("")));
      Await.until("up again", PATIENCE, () -> server.said.size() == 3);
      OneCheck.close(loop, watch);

      assertThat(server.said.get(1)).contains("DOWN: L", "3 of 3 failed");
      assertThat(server.said.get(2)).contains("UP: L7OK: 200", "2 of 2 passed");
      Await.until("all closed", PATIENCE, () -> origin.open() == 0);
    }
  }
}
