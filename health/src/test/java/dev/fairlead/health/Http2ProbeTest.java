package dev.fairlead.health;

import static dev.fairlead.health.Http2Bytes.STATUS_200;
import static dev.fairlead.health.Http2Bytes.STATUS_404;
import static dev.fairlead.health.Http2Bytes.STATUS_500;
import static dev.fairlead.health.Http2Bytes.answer;
import static dev.fairlead.health.Http2Bytes.answerAndClose;
import static dev.fairlead.health.Http2Bytes.answerTo;
import static dev.fairlead.health.Http2Bytes.data;
import static dev.fairlead.health.Http2Bytes.field;
import static dev.fairlead.health.Http2Bytes.goAway;
import static dev.fairlead.health.Http2Bytes.headers;
import static dev.fairlead.health.Http2Bytes.lastData;
import static dev.fairlead.health.Http2Bytes.lastHeaders;
import static dev.fairlead.health.Http2Bytes.reset;
import static dev.fairlead.health.Http2Bytes.status;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 on real sockets, against servers that know it well, badly or not at all. */
@Timeout(60)
class Http2ProbeTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final ServerTls TLS = ServerTls.of().trust(TlsTrust.of(CA.certificate()));
  private static final HttpProbe PROBE = Probes.http2("GET", "/health");
  private static final HttpProbe SAYS_OK = PROBE.expectBody(TextRule.contains("all ok"));

  private static OneCheck checks;

  @BeforeAll
  static void start() {
    checks = new OneCheck();
  }

  @AfterAll
  static void stop() {
    checks.close();
  }

  private static String verdict(Script script, HttpProbe probe) throws Exception {
    return checks.verdictOn(script, HealthCheck.of(probe).every(ofSeconds(5)));
  }

  private static String brief(Script script) throws Exception {
    return checks.verdictOn(script, HealthCheck.of(PROBE).timeout(ofMillis(300)));
  }

  @Test
  void a_server_that_answers_passes() throws Exception {
    assertThat(verdict(answer(lastHeaders(STATUS_200)), PROBE))
        .matches("UP: L7OK: 200 in \\d+ ms, first check passed");
    assertThat(verdict(answer(lastHeaders(status("204"))), PROBE)).startsWith("UP: L7OK: 204");
    assertThat(verdict(answer(headers(status("103")), lastHeaders(STATUS_200)), PROBE))
        .startsWith("UP: L7OK: 200");
  }

  @Test
  void the_preface_comes_first_and_a_body_is_sent_with_the_request() throws Exception {
    String body = lastData("are you well?");
    try (ScriptedServer server = ScriptedServer.start(answerTo(body, lastHeaders(STATUS_200)))) {
      HttpProbe post = Probes.http2("POST", "/health").body("are you well?");
      assertThat(checks.verdict(server.address(), HealthCheck.of(post))).startsWith("UP");
      assertThat(server.connection(1).received()).startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }
  }

  @Test
  void its_expectations_are_those_of_http_1() throws Exception {
    assertThat(verdict(answer(lastHeaders(STATUS_500)), PROBE))
        .matches("DOWN: L7STS: 500 in \\d+ ms, expected 200..399, first check failed");
    assertThat(verdict(answer(lastHeaders(STATUS_404)), PROBE.drainOn(404)))
        .matches("UP: L7OKC: 404 in .*");
    HttpProbe primary = PROBE.expectHeader("X-Role", TextRule.equalTo("primary"));
    assertThat(verdict(answer(lastHeaders(STATUS_200 + field("x-role", "primary"))), primary))
        .startsWith("UP: L7OK: 200");
    assertThat(verdict(answer(lastHeaders(STATUS_200 + field("x-role", "standby"))), primary))
        .startsWith("DOWN: L7STS: 200, header X-Role: 'standby' in ")
        .contains("expected header X-Role equal to 'primary'");
    assertThat(verdict(answer(headers(STATUS_200), data("all "), lastData("ok")), SAYS_OK))
        .startsWith("UP: L7OK: 200");
    assertThat(verdict(
            answer(headers(STATUS_200), data("all ok"), lastHeaders(field("x-sum", "1"))), SAYS_OK))
        .startsWith("UP: L7OK: 200");
    assertThat(verdict(answer(lastHeaders(STATUS_200)), SAYS_OK))
        .startsWith("DOWN: L7RSP: 200, no body in ");
  }

  @Test
  void a_server_that_breaks_off_is_told() throws Exception {
    assertThat(verdict(Scripts.closeAtOnce(), PROBE)).startsWith("DOWN: L");
    assertThat(verdict(answerAndClose(), PROBE))
        .startsWith("DOWN: L7RSP: closed without an answer in ");
    assertThat(verdict(answerAndClose(headers(STATUS_200), data("all ok")), SAYS_OK))
        .startsWith("DOWN: L7RSP: 200, closed within the body in ");
    assertThat(verdict(answer(reset(7)), PROBE))
        .startsWith("DOWN: L7RSP: the stream was reset: REFUSED_STREAM in ");
    assertThat(verdict(answer(headers(STATUS_200), reset(2)), SAYS_OK))
        .startsWith("DOWN: L7RSP: 200, the stream was reset: INTERNAL_ERROR in ");
    assertThat(verdict(answer(goAway(0, 0, "")), PROBE))
        .startsWith("DOWN: L7RSP: the server went away: NO_ERROR in ");
    assertThat(verdict(answer(goAway(0, 11, "too\nmuch")), PROBE))
        .startsWith("DOWN: L7RSP: the server went away: ENHANCE_YOUR_CALM, too?much in ");
    assertThat(verdict(answer(goAway(Http2Bytes.STREAM, 0, ""), lastHeaders(STATUS_200)), PROBE))
        .startsWith("UP: L7OK: 200");
  }

  @Test
  void a_server_that_hangs_fails_at_the_timeout() throws Exception {
    assertThat(brief(client -> client.readAll())).startsWith("DOWN: L7TOUT: no answer in ");
    assertThat(brief(answer())).startsWith("DOWN: L7TOUT: no answer in ");
  }

  @Test
  void another_protocol_on_that_port_is_told() throws Exception {
    assertThat(verdict(
            client -> {
              client.readSome();
              client.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
              client.readAll();
            },
            PROBE))
        .startsWith("DOWN: L7RSP: no HTTP/2: the server answers in HTTP/1 in ");
    assertThat(verdict(
            client -> {
              client.write("SSH-2.0-OpenSSH_9.7\r\n");
              client.readAll(); // unread bytes would make a reset of its end
            },
            PROBE))
        .startsWith("DOWN: L7RSP: no HTTP/2: First received frame was not SETTINGS.");
    assertThat(verdict(answer(headers("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")), PROBE))
        .startsWith("DOWN: L7RSP: ");
    assertThat(verdict(answer(lastHeaders(status("2oo"))), PROBE)).startsWith("DOWN: L7RSP: ");
  }

  @Test
  void a_head_without_end_fails_and_is_not_kept() throws Exception {
    StringBuilder block = new StringBuilder(STATUS_200);
    for (int i = 0; i < 160; i++) {
      block.append(field("x-more-" + i, "x".repeat(90)));
    }
    assertThat(verdict(answer(lastHeaders(block.toString())), PROBE)).startsWith("DOWN: L7RSP: ");
  }

  @Test
  void through_tls_the_server_must_choose_h2() throws Exception {
    try (TlsOrigin without = TlsOrigin.of(CA.server("127.0.0.1"));
        TlsOrigin http1 = new TlsOrigin(CA.server("127.0.0.1"), false, "http/1.1")) {
      HealthCheck check = HealthCheck.of(PROBE);
      assertThat(FirstVerdict.of(server(without), check))
          .startsWith("DOWN: L6RSP: no HTTP/2: the server agreed on nothing by ALPN in ");
      assertThat(FirstVerdict.of(server(http1), check))
          .startsWith("DOWN: L6RSP: the peer refused the handshake: alert no_application_protocol");
      assertThat(FirstVerdict.of(server(http1), check.alpn("h2", "http/1.1")))
          .startsWith("DOWN: L6RSP: no HTTP/2: the server chose http/1.1 by ALPN in ");
    }
  }

  private static Server server(TlsOrigin origin) {
    return Server.of("s1", "127.0.0.1", origin.port()).tls(TLS);
  }

  @Test
  void it_says_what_it_does() {
    assertThat(PROBE)
        .hasToString("http2 GET /health expecting 200..399")
        .isEqualTo(Probes.http2("GET", "/health"))
        .isNotEqualTo(Probes.http("GET", "/health"));
  }
}
