package dev.fairlead.health;

import static dev.fairlead.testkit.Scripts.answer;
import static dev.fairlead.testkit.Scripts.badChunk;
import static dev.fairlead.testkit.Scripts.ok;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ScriptedServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On real sockets: bodies in every framing, and servers that do not finish them. */
class HttpRulesOnSocketsTest {
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final HttpProbe PROBE = Probes.http("GET", "/health");
  private static final HealthCheck SAYS_OK = check(PROBE.expectBody(TextRule.contains("all ok")));

  private static OneCheck checks;

  @BeforeAll
  static void start() {
    checks = new OneCheck();
  }

  @AfterAll
  static void stop() {
    checks.close();
  }

  private static HealthCheck check(HttpProbe probe) {
    return HealthCheck.of(probe).every(ofSeconds(5));
  }

  @Test
  void a_body_is_sent_with_its_length() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(answer(ok("")))) {
      HttpProbe post = Probes.http("POST", "/check").header("Content-Type", "text/plain");
      assertThat(checks.verdict(server.address(), check(post.body("größe")))).startsWith("UP");
      assertThat(checks.verdict(server.address(), check(post))).startsWith("UP");
      assertThat(server.connection(1).received())
          .isEqualTo("POST /check HTTP/1.1\r\nhost: localhost:" + server.port()
              + "\r\nconnection: close\r\nContent-Type: text/plain\r\ncontent-length: 7\r\n\r\n"
              + "gr\u00c3\u00b6\u00c3\u009fe");
      assertThat(server.connection(2).received()).endsWith("content-length: 0\r\n\r\n");
    }
  }

  @Test
  void a_body_is_judged_when_it_is_whole() throws Exception {
    assertThat(checks.verdictOn(answer(ok("all ok")), SAYS_OK))
        .matches("UP: L7OK: 200 in \\d+ ms, first check passed");
    assertThat(checks.verdictOn(answer(ok("no")), SAYS_OK))
        .matches("DOWN: L7RSP: 200, body 'no' in \\d+ ms, expected body containing 'all ok',"
            + " first check failed");
    assertThat(checks.verdictOn(answer(CHUNKED + "4\r\nall \r\n2\r\nok\r\n0\r\n\r\n"), SAYS_OK))
        .startsWith("UP: L7OK: 200");
    assertThat(checks.verdictOn(answer("HTTP/1.1 100 Continue\r\n\r\n" + ok("all ok")), SAYS_OK))
        .startsWith("UP: L7OK: 200");
  }

  @Test
  void an_answer_of_http_1_0_ends_with_its_connection() throws Exception {
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write("HTTP/1.0 200 OK\r\n\r\nall ");
              client.write("ok");
            },
            SAYS_OK))
        .startsWith("UP: L7OK: 200");
  }

  @Test
  void a_number_that_is_no_status_is_no_answer() throws Exception {
    assertThat(checks.verdictOn(answer("HTTP/1.1 042 Odd\r\nContent-Length: 0\r\n\r\n"), SAYS_OK))
        .startsWith("DOWN: L7RSP: not an HTTP response: status 42 in ");
  }

  @Test
  void an_answer_without_body_has_none() throws Exception {
    assertThat(checks.verdictOn(answer("HTTP/1.1 204 No Content\r\n\r\n"), SAYS_OK))
        .startsWith("DOWN: L7RSP: 204, no body in ");
    assertThat(checks.verdictOn(
            answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"),
            check(Probes.http("HEAD", "/").expectBody(TextRule.contains("x").not()))))
        .startsWith("UP: L7OK: 200");
  }

  @Test
  void a_body_that_breaks_off_fails() throws Exception {
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nall ok");
            },
            SAYS_OK))
        .startsWith("DOWN: L7RSP: 200, closed within the body in ");
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write(CHUNKED + "6\r\nall ok\r\n");
            },
            SAYS_OK))
        .startsWith("DOWN: L7RSP: ");
    assertThat(checks.verdictOn(badChunk(), SAYS_OK))
        .startsWith("DOWN: L7RSP: 200, not an HTTP response: ");
  }

  @Test
  void a_body_that_does_not_end_fails_at_the_timeout() throws Exception {
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nall ok");
              client.readAll();
            },
            SAYS_OK.timeout(ofMillis(250))))
        .startsWith("DOWN: L7TOUT: 200, no end of the body in ");
  }

  @Test
  void only_the_beginning_of_a_huge_body_is_looked_at() throws Exception {
    String filler = "x".repeat(8192);
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\nall ok");
              while (true) {
                client.write(filler);
              }
            },
            SAYS_OK))
        .startsWith("UP: L7OK: 200");
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write(CHUNKED);
              for (int i = 0; i < 32; i++) {
                client.write("2000\r\n" + filler + "\r\n");
              }
              client.write("6\r\nall ok\r\n0\r\n\r\n");
              client.readAll();
            },
            SAYS_OK))
        .matches("DOWN: L7RSP: 200, body 'x+…' \\(262144 characters\\) in .*");
  }

  @Test
  void a_body_cannot_break_the_log() throws Exception {
    assertThat(checks.verdictOn(answer(ok("\u001b[2J\r\nDOWN: forged")), SAYS_OK))
        .startsWith("DOWN: L7RSP: 200, body '?[2J??DOWN: forged' in ");
  }

  @Test
  void a_header_rule_decides_before_the_body_comes() throws Exception {
    HttpProbe primary = PROBE.expectHeader("X-Role", TextRule.equalTo("primary"));
    assertThat(checks.verdictOn(
            client -> {
              client.readHead();
              client.write("HTTP/1.1 200 OK\r\nx-role: standby\r\nContent-Length: 10\r\n\r\n");
              client.readAll();
            },
            check(primary.expectBody(TextRule.contains("ok")))))
        .matches("DOWN: L7STS: 200, header X-Role: 'standby' in \\d+ ms,"
            + " expected header X-Role equal to 'primary', first check failed");
  }

  @Test
  void a_server_with_a_status_for_draining_drains() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))) {
      FakeServer watched = new FakeServer(checks.loop(), server.address());
      assertThat(checks.verdict(watched, check(PROBE.drainOn(404))))
          .matches("UP: L7OKC: 404 in \\d+ ms.*");
      assertThat(watched.wishes).containsExactly("DRAIN");
    }
  }
}
