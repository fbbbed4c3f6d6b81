package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Server;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The handshake alone: what an operator reads of good servers and of bad ones. */
@Timeout(60)
class TlsProbeTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final ServerTls TLS = ServerTls.of().trust(TlsTrust.of(CA.certificate()));
  private static final TlsProbe PROBE = Probes.tls().warnBefore(Duration.ofMinutes(10));
  private static final HealthCheck CHECK = HealthCheck.of(PROBE);

  private final List<String> warnings = new CopyOnWriteArrayList<>();

  private String verdict(TestCertificate certificate, ServerTls tls, TlsProbe probe)
      throws Exception {
    try (TlsOrigin origin = TlsOrigin.of(certificate)) {
      Server server = Server.of("s1", "127.0.0.1", origin.port()).tls(tls);
      return FirstVerdict.of(server, HealthCheck.of(probe), warnings);
    }
  }

  private String verdict(Script script) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      return FirstVerdict.of(
          Server.of("s1", "127.0.0.1", server.port()).tls(TLS),
          CHECK.timeout(Duration.ofMillis(500)));
    }
  }

  @Test
  void version_and_cipher_suite_of_a_good_server_are_told() throws Exception {
    assertThat(verdict(CA.server("127.0.0.1"), TLS, PROBE))
        .matches("UP: L6OK: TLSv1\\.3 TLS_AES_\\d+_GCM_SHA\\d+ in \\d+ ms, first check passed");
    assertThat(verdict(
            CA.server("127.0.0.1"), TLS.versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_2), PROBE))
        .matches("UP: L6OK: TLSv1\\.2 TLS_ECDHE_ECDSA_WITH_\\w+ in \\d+ ms, first check passed");
    assertThat(warnings).isEmpty();
  }

  @Test
  void a_plain_server_is_asked_with_the_checks_own_tls() throws Exception {
    try (TlsOrigin origin = TlsOrigin.of(CA.server("127.0.0.1"))) {
      Server plain = Server.of("s1", "127.0.0.1", origin.port());
      assertThat(FirstVerdict.of(plain, CHECK.tls(TLS))).startsWith("UP: L6OK: TLSv1.3 ");
      assertThat(FirstVerdict.of(plain, CHECK))
          .matches("DOWN: L6RSP: no TLS is set for the connection in \\d+ ms,"
              + " expected Server.tls or HealthCheck.tls, first check failed");
    }
  }

  @Test
  void what_is_wrong_with_a_certificate_is_told() throws Exception {
    assertThat(verdict(CA.expired("127.0.0.1"), TLS, PROBE))
        .startsWith("DOWN: L6RSP: the certificate has expired");
    assertThat(verdict(CA.notYetValid("127.0.0.1"), TLS, PROBE))
        .startsWith("DOWN: L6RSP: the certificate is not valid yet");
    assertThat(verdict(CA.server("other.example"), TLS, PROBE))
        .startsWith("DOWN: L6RSP: the certificate is for another name");
    assertThat(verdict(
            TestCertificates.authority("another authority").server("127.0.0.1"), TLS, PROBE))
        .startsWith("DOWN: L6RSP: the certificate is from an authority that is not trusted");
    assertThat(warnings).isEmpty();
  }

  @Test
  void a_certificate_that_ends_soon_is_a_warning() throws Exception {
    assertThat(verdict(CA.server("127.0.0.1"), TLS, Probes.tls())).startsWith("UP: L6OK: ");
    assertThat(warnings)
        .singleElement()
        .asString()
        .matches("the certificate of .*CN=127\\.0\\.0\\.1.* expires in less than a day, on \\S+Z");
  }

  @Test
  void a_certificate_that_is_sent_along_and_ends_sooner_is_the_one_to_warn_of() throws Exception {
    TestCertificates between =
        CA.intermediate("between", Instant.now().plus(Duration.ofMinutes(5)));
    assertThat(verdict(between.server("127.0.0.1"), TLS, PROBE)).startsWith("UP: L6OK: ");
    assertThat(warnings).singleElement().asString().startsWith("the certificate of CN=between,");
  }

  @Test
  void an_expired_certificate_that_nobody_verifies_is_a_warning() throws Exception {
    assertThat(verdict(CA.expired("127.0.0.1"), TLS.withoutVerification(), PROBE))
        .startsWith("UP: L6OK: ");
    assertThat(warnings)
        .singleElement()
        .asString()
        .matches("the certificate of .*CN=127\\.0\\.0\\.1.* has expired, on \\S+Z");
  }

  @Test
  void without_a_time_to_warn_before_there_is_no_warning() throws Exception {
    assertThat(verdict(CA.server("127.0.0.1"), TLS, Probes.tls().warnBefore(Duration.ZERO)))
        .startsWith("UP: L6OK: ");
    assertThat(warnings).isEmpty();
  }

  @Test
  void servers_that_do_not_finish_the_handshake_are_told_apart() throws Exception {
    assertThat(verdict(Scripts.hang())).startsWith("DOWN: L6TOUT: the handshake took too long in ");
    assertThat(verdict(Scripts.closeAtOnce())).startsWith("DOWN: L6RSP: ");
    assertThat(verdict(client -> client.write("220 mail.example ESMTP\r\n")))
        .startsWith("DOWN: L6RSP: what the peer sent is not TLS");
    assertThat(verdict(client -> {
          client.readSome();
          client.write("\u0016\u0003\u0003\u0000\u0004");
          client.readAll();
        }))
        .startsWith("DOWN: L6TOUT: the handshake took too long in ");
    assertThat(verdict(client -> {
          client.readSome();
          client.write("\u0015\u0003\u0003\u0000\u0002\u0002(");
          client.readAll();
        }))
        .startsWith("DOWN: L6RSP: the peer refused the handshake: alert handshake_failure");
  }

  @Test
  void it_says_what_it_does() {
    assertThat(Probes.tls()).hasToString("tls, warning 14 days before");
    assertThat(Probes.tls().warnBefore(Duration.ZERO)).hasToString("tls").isNotEqualTo(PROBE);
    assertThat(Probes.tls().warnBefore(Duration.ofMinutes(10))).isEqualTo(PROBE);
    assertThatThrownBy(() -> {
          throw new AssertionError(Probes.tls().warnBefore(Duration.ofDays(4000)));
        })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("warnBefore: PT96000H (expected: 0..3650 days)");
  }
}
