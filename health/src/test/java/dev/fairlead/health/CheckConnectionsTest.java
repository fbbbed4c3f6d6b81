package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.health.TlsOrigin.Visit;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A check's connection begins as the server's, or as the check says. */
@Timeout(60)
class CheckConnectionsTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final ServerTls TLS = ServerTls.of().trust(TlsTrust.of(CA.certificate()));
  private static final HealthCheck HTTP = HealthCheck.http("GET", "/alive");
  private static final HealthCheck BRIEF = HTTP.timeout(Duration.ofMillis(500));

  private static Server plain(int port) {
    return Server.of("s1", "127.0.0.1", port);
  }

  private static Server secured(int port) {
    return plain(port).tls(TLS);
  }

  @Test
  void a_check_has_tls_of_its_own_where_the_server_has_none() throws Exception {
    try (TlsOrigin origin = TlsOrigin.of(CA.server("127.0.0.1"))) {
      assertThat(FirstVerdict.of(plain(origin.port()), HTTP.tls(TLS))).startsWith("UP: L7OK: 200");
      assertThat(origin.visits.get(0).head()).startsWith("GET /alive HTTP/1.1\r\n");
      assertThat(FirstVerdict.of(plain(origin.port()), BRIEF)).startsWith("DOWN: L7");
    }
  }

  @Test
  void a_check_asks_for_another_name_and_verifies_it() throws Exception {
    try (TlsOrigin origin = TlsOrigin.of(CA.server("api.internal"))) {
      assertThat(FirstVerdict.of(secured(origin.port()), HTTP))
          .startsWith("DOWN: L6RSP: the certificate is for another name");
      assertThat(FirstVerdict.of(secured(origin.port()), HTTP.sni("API.internal")))
          .startsWith("UP: L7OK: 200");
      assertThat(origin.visits).extracting(Visit::sni).containsExactly("api.internal");
    }
  }

  @Test
  void a_check_offers_protocols_of_its_own() throws Exception {
    try (TlsOrigin origin = new TlsOrigin(CA.server("127.0.0.1"), false, "http/1.1")) {
      assertThat(FirstVerdict.of(secured(origin.port()), HTTP)).startsWith("UP");
      assertThat(FirstVerdict.of(secured(origin.port()), HTTP.alpn("h2", "http/1.1")))
          .startsWith("UP");
      assertThat(origin.visits).extracting(Visit::alpn).containsExactly("", "http/1.1");
    }
  }

  @Test
  void a_check_goes_without_the_servers_tls() throws Exception {
    try (ScriptedServer admin = ScriptedServer.start(Scripts.answer(Scripts.ok("")))) {
      assertThat(FirstVerdict.of(secured(admin.port()), HTTP.plain())).startsWith("UP: L7OK: 200");
    }
  }

  @Test
  void a_check_takes_the_servers_tls_to_another_port() throws Exception {
    try (TlsOrigin origin = TlsOrigin.of(CA.server("127.0.0.1"))) {
      HealthCheck elsewhere = HTTP.port(origin.port());
      assertThat(FirstVerdict.of(secured(1), elsewhere.tls())).startsWith("UP: L7OK: 200");
      assertThat(FirstVerdict.of(secured(1), elsewhere.tls(TLS))).startsWith("UP: L7OK: 200");
      assertThat(FirstVerdict.of(plain(1), elsewhere.tls().timeout(Duration.ofMillis(500))))
          .startsWith("DOWN: L7");
    }
  }

  @Test
  void a_check_has_a_proxy_header_of_its_own_before_its_tls() throws Exception {
    try (TlsOrigin origin = new TlsOrigin(CA.server("127.0.0.1"), true)) {
      HealthCheck check = HTTP.port(origin.port()).tls().sendProxy(SendProxy.v1());
      assertThat(FirstVerdict.of(secured(1), check)).startsWith("UP: L7OK: 200");
      assertThat(origin.visits.get(0).header())
          .matches("PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ " + origin.port() + "\r\n");
    }
  }

  @Test
  void a_check_has_a_proxy_header_without_tls() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(client -> {
      client.readHead();
      client.write(Scripts.ok(""));
      client.readAll();
    })) {
      assertThat(FirstVerdict.of(plain(server.port()), HTTP.sendProxy(SendProxy.v1())))
          .startsWith("UP: L7OK: 200");
      assertThat(server.connection(1).received())
          .matches("(?s)PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ " + server.port()
              + "\r\nGET /alive HTTP/1\\.1\r\n.*");
    }
  }

  @Test
  void a_handshake_that_hangs_is_told_from_an_answer_that_does_not_come() throws Exception {
    try (ScriptedServer silent = ScriptedServer.start(Scripts.hang())) {
      assertThat(FirstVerdict.of(secured(silent.port()), BRIEF))
          .startsWith("DOWN: L6TOUT: the handshake took too long in ");
      assertThat(FirstVerdict.of(plain(silent.port()), BRIEF.tls(TLS)))
          .startsWith("DOWN: L6TOUT: the handshake took too long in ");
      assertThat(FirstVerdict.of(plain(silent.port()), BRIEF))
          .startsWith("DOWN: L7TOUT: no answer in ");
    }
  }

  @Test
  void tls_that_cannot_be_read_fails_the_check_and_is_named(@TempDir Path folder) throws Exception {
    ServerTls missing = ServerTls.of().trust(TlsTrust.pem(folder.resolve("missing.pem")));
    try (TlsOrigin origin = TlsOrigin.of(CA.server("127.0.0.1"))) {
      assertThat(FirstVerdict.of(plain(origin.port()), HTTP.tls(missing)))
          .startsWith("DOWN: L6RSP: ")
          .contains("missing.pem");
    }
  }

  @Test
  void it_says_how_it_connects() {
    assertThat(
            HTTP.port(81).tls().sni("a.example").alpn("h2", "http/1.1").sendProxy(SendProxy.v2()))
        .asString()
        .contains(
            "at port 81, tls of the server, sni a.example, alpn h2 http/1.1, PROXY header v2,");
    assertThat(HTTP.tls(TLS)).asString().contains("expecting 200..399, tls trust 1 authorities,");
    assertThat(HTTP.plain()).asString().contains("expecting 200..399, plain,");
    assertThat(HTTP.sni("a.example"))
        .isEqualTo(HTTP.sni("A.example."))
        .isNotEqualTo(HTTP)
        .isNotEqualTo(HTTP.sni("b.example"));
  }

  @Test
  void names_and_protocols_are_checked_when_they_are_set() {
    assertThatThrownBy(() -> use(HTTP.sni("no host")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: a host name");
    assertThatThrownBy(() -> use(HTTP.alpn("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("alpn: ");
  }

  private static void use(HealthCheck check) {
    throw new AssertionError("accepted: " + check);
  }
}
