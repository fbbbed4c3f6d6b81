package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.HttpProbe;
import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.health.TextRule;
import dev.fairlead.testkit.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads of a real Nginx, asked in HTTP/1.1, in HTTP/2 and for its TLS alone. */
final class NginxChecksTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final ServerTls TLS = ServerTls.of().trust(TlsTrust.of(CA.certificate()));
  private static final Duration BRIEF = Duration.ofMillis(700);

  @TempDir
  private Path folder;

  /** Asks a probe, or the same question in another version of HTTP. */
  private interface Asker {
    String verdict(HttpProbe probe);
  }

  private static Server server(int port) {
    return Server.of("s1", "127.0.0.1", port);
  }

  private static String plain(int port, Probe probe) {
    return Checked.verdict(server(port), HealthCheck.of(probe));
  }

  private static String secured(int port, Probe probe) {
    return Checked.verdict(server(port).tls(TLS), HealthCheck.of(probe));
  }

  @Test
  void http_1_is_asked_and_its_answers_are_judged() throws Exception {
    try (CheckedNginx nginx = CheckedNginx.start(folder, CA)) {
      assertAnswers(path -> Probes.http("GET", path), probe -> plain(nginx.http, probe));
      assertThat(plain(nginx.http, posting(Probes.http("POST", "/asked")))).isEqualTo("L7OK: 200");
      assertThat(secured(nginx.tls, Probes.http("GET", "/ok"))).isEqualTo("L7OK: 200");
      assertThat(plain(nginx.tls, Probes.http("GET", "/ok")))
          .isEqualTo("L7STS: 400, expected 200..399");
    }
  }

  @Test
  void http_2_is_asked_and_its_answers_are_judged_with_and_without_tls() throws Exception {
    try (CheckedNginx nginx = CheckedNginx.start(folder, CA)) {
      assertAnswers(path -> Probes.http2("GET", path), probe -> plain(nginx.http2, probe));
      assertAnswers(path -> Probes.http2("GET", path), probe -> secured(nginx.tls, probe));
      assertThat(secured(nginx.tls, posting(Probes.http2("POST", "/asked"))))
          .isEqualTo("L7OK: 200");
      assertThat(secured(
              nginx.tls, Probes.http2("GET", "/name").expectBody(TextRule.contains(" HTTP/2.0"))))
          .isEqualTo("L7OK: 200");
    }
  }

  private static HttpProbe posting(HttpProbe probe) {
    return probe
        .host("b.example")
        .header("X-Check", "yes")
        .body("12345")
        .expectBody(TextRule.equalTo("POST b.example yes 5"));
  }

  private interface Question {
    HttpProbe on(String path);
  }

  private static void assertAnswers(Question ask, Asker asked) {
    assertThat(asked.verdict(ask.on("/ok"))).isEqualTo("L7OK: 200");
    assertThat(asked.verdict(ask.on("/nothing").expect(204))).isEqualTo("L7OK: 204");
    assertThat(asked.verdict(ask.on("/moved").expectStatus("200-299")))
        .isEqualTo("L7STS: 302, expected 200..299");
    assertThat(asked.verdict(ask.on("/busy"))).isEqualTo("L7STS: 503, expected 200..399");
    assertThat(asked.verdict(ask.on("/gone").drainOn(404))).isEqualTo("L7OKC: 404");
    assertThat(asked.verdict(ask.on("/ok").expectHeader("X-Role", TextRule.equalTo("primary"))))
        .isEqualTo(
            "L7STS: 200, header X-Role: 'standby'," + " expected header X-Role equal to 'primary'");
    assertThat(asked.verdict(ask.on("/ok").expectBody(TextRule.regex("^all"))))
        .isEqualTo("L7OK: 200");
    assertThat(asked.verdict(ask.on("/ok").expectBody(TextRule.contains("ok").not())))
        .isEqualTo("L7RSP: 200, body 'all ok', expected body not containing 'ok'");
    assertThat(asked.verdict(ask.on("/large").expectBody(TextRule.contains("all ok"))))
        .isEqualTo("L7OK: 200");
    assertThat(asked.verdict(ask.on("/huge").expectBody(TextRule.contains("all ok"))))
        .isEqualTo("L7RSP: 200, body '" + "x".repeat(60)
            + "…' (262144 characters), expected body containing 'all ok'");
  }

  @Test
  void another_version_on_that_port_is_told() throws Exception {
    try (CheckedNginx nginx = CheckedNginx.start(folder, CA)) {
      assertThat(plain(nginx.http, Probes.http2("GET", "/ok")))
          .isEqualTo("L7RSP: no HTTP/2: the server answers in HTTP/1");
      assertThat(plain(nginx.http2, Probes.http("GET", "/ok")))
          .startsWith("L7RSP: not an HTTP response: ");
      assertThat(plain(nginx.tls, Probes.http2("GET", "/ok"))).startsWith("L7RSP: ");
      assertThat(secured(nginx.http, Probes.http("GET", "/ok")))
          .startsWith("L6RSP: what the peer sent is not TLS");
      assertThat(Checked.verdict(
              server(nginx.tls).tls(TLS),
              HealthCheck.of(Probes.http2("GET", "/ok")).alpn("http/1.1")))
          .isEqualTo("L6RSP: no HTTP/2: the server chose http/1.1 by ALPN");
      assertThat(plain(nginx.http, Probes.grpc())).startsWith("L7RSP: no HTTP/2: ");
      assertThat(plain(nginx.http2, Probes.grpc())).startsWith("L7STS: HTTP status 40");
      assertThat(plain(nginx.http, Probes.webSocket("/ok"))).isEqualTo("L7STS: 200, expected 101");
    }
  }

  @Test
  void tls_alone_is_asked_with_a_name_and_a_header_of_the_checks_own() throws Exception {
    try (CheckedNginx nginx = CheckedNginx.start(folder, CA)) {
      assertThat(secured(nginx.tls, Probes.tls())).matches("L6OK: TLSv1\\.[23] TLS_\\w+");
      assertThat(plain(nginx.tls, Probes.tls()))
          .isEqualTo("L6RSP: no TLS is set for the connection,"
              + " expected Server.tls or HealthCheck.tls");

      HttpProbe name = Probes.http("GET", "/name");
      HealthCheck check = HealthCheck.of(name.expectBody(TextRule.equalTo("a.example HTTP/1.1")))
          .sni("a.example");
      assertThat(Checked.verdict(server(nginx.http), check.port(nginx.tls).tls(TLS)))
          .isEqualTo("L7OK: 200");
      assertThat(Checked.verdict(server(nginx.tls).tls(TLS), check.sni("b.example")))
          .startsWith("L6RSP: the certificate is for another name");

      HealthCheck proxied = HealthCheck.of(
              Probes.http("GET", "/client").expectBody(TextRule.equalTo("127.0.0.1")))
          .port(nginx.proxied);
      assertThat(Checked.verdict(server(nginx.http), proxied.sendProxy(SendProxy.v1())))
          .isEqualTo("L7OK: 200");
    }
  }

  @Test
  void a_server_that_hangs_or_is_gone_is_told() throws Exception {
    CheckedNginx nginx = CheckedNginx.start(folder, CA);
    try (nginx) {
      String pid = Long.toString(nginx.pid());
      Command.run("kill", "-STOP", pid);
      HealthCheck http = HealthCheck.of(Probes.http("GET", "/ok")).timeout(BRIEF);
      HealthCheck http2 = HealthCheck.of(Probes.http2("GET", "/ok")).timeout(BRIEF);
      assertThat(Checked.verdict(server(nginx.http), http)).isEqualTo("L7TOUT: no answer");
      assertThat(Checked.verdict(server(nginx.http2), http2)).isEqualTo("L7TOUT: no answer");
      assertThat(Checked.verdict(server(nginx.tls).tls(TLS), http2))
          .isEqualTo("L6TOUT: the handshake took too long");
      Command.run("kill", "-CONT", pid);
    }
    assertThat(plain(nginx.http, Probes.http("GET", "/ok")))
        .startsWith("L4CON: ")
        .contains("Connection refused");
    assertThat(secured(nginx.tls, Probes.tls()))
        .startsWith("L4CON: ")
        .contains("Connection refused");
  }
}
