package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Versions, ALPN and the certificate for a name, as {@code openssl s_client} sees them. */
final class OpensslHandshakeTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final TestCertificate SITE = CA.server("site.example");

  @TempDir
  Path folder;

  private Path authority;

  @BeforeEach
  void writeAuthority() {
    authority = Openssl.write(folder, CA);
  }

  private static Tls tls(TlsProvider provider) {
    return Tls.of(Openssl.served(SITE)).provider(provider);
  }

  @ParameterizedTest
  @CsvSource({
    "JDK,-tls1_2,TLSv1.2",
    "JDK,-tls1_3,TLSv1.3",
    "OPENSSL,-tls1_2,TLSv1.2",
    "OPENSSL,-tls1_3,TLSv1.3"
  })
  void tls_1_2_and_1_3_are_spoken_before_http_and_before_tcp(
      TlsProvider provider, String option, String version) {
    try (TlsEdge http = TlsEdge.http(tls(provider));
        TlsEdge tcp = TlsEdge.tcp(tls(provider))) {
      for (TlsEdge edge : new TlsEdge[] {http, tcp}) {
        String said =
            Openssl.to(edge.port(), option).verifying("site.example", authority).answered();

        assertThat(said).contains("New, " + version + ", Cipher is ").contains("Verification: OK");
        assertThat(edge.count(Counter.TLS_HANDSHAKES)).isEqualTo(1);
        assertThat(edge.count(Counter.TLS_ERRORS)).isZero();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"JDK,-tls1", "JDK,-tls1_1", "OPENSSL,-tls1", "OPENSSL,-tls1_1"})
  void tls_1_0_and_1_1_are_refused_by_an_alert(TlsProvider provider, String option) {
    try (TlsEdge edge = TlsEdge.http(tls(provider))) {
      String said =
          Openssl.to(edge.port(), option, "-cipher", "ALL:@SECLEVEL=0").refused();

      assertThat(said).contains("alert protocol version");
      edge.awaitRefused(Reason.TLS_NOTHING_SHARED);
      assertThat(edge.count(Counter.TLS_ERRORS)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_cipher_of_old_is_refused(TlsProvider provider) {
    Tls rsa =
        Tls.of(Openssl.served(CA.server(Algorithm.rsa2048, "site.example"))).provider(provider);
    try (TlsEdge edge = TlsEdge.http(rsa)) {
      String said = Openssl.to(edge.port(), "-tls1_2", "-cipher", "AES128-SHA").refused();

      assertThat(said).contains("alert handshake failure");
      edge.awaitRefused(Reason.TLS_NOTHING_SHARED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "JDK,-tls1_2",
    "JDK,-tls1_3",
    "OPENSSL,-tls1_2",
    "OPENSSL,-tls1_3",
  })
  void alpn_agrees_on_what_the_frontend_speaks_or_goes_on_without(
      TlsProvider provider, String version) {
    try (TlsEdge http = TlsEdge.http(tls(provider));
        TlsEdge tcp = TlsEdge.tcp(tls(provider).alpn("two", "one"))) {
      assertThat(Openssl.to(http.port(), version, "-alpn", "nothing,http/1.1").answered())
          .contains("ALPN protocol: http/1.1");
      assertThat(Openssl.to(http.port(), version, "-alpn", "nothing").answered())
          .contains("No ALPN negotiated");
      assertThat(Openssl.to(http.port(), version).answered()).contains("No ALPN negotiated");
      assertThat(Openssl.to(tcp.port(), version, "-alpn", "one,two").answered())
          .contains("ALPN protocol: two");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "JDK,-tls1_2",
    "JDK,-tls1_3",
    "OPENSSL,-tls1_2",
    "OPENSSL,-tls1_3",
  })
  void the_name_asked_for_chooses_the_certificate(TlsProvider provider, String version) {
    Tls three = Tls.of(
            Openssl.served(SITE),
            Openssl.served(CA.server("*.wild.example")),
            Openssl.served(CA.server("exact.wild.example")))
        .provider(provider);
    try (TlsEdge edge = TlsEdge.http(three);
        TlsEdge strict = TlsEdge.http(three.strictSni(true))) {
      Openssl client = Openssl.to(edge.port(), version);
      assertThat(client.verifying("any.wild.example", authority).answered())
          .contains("subject=CN = *.wild.example");
      assertThat(client.verifying("ANY.wild.example", authority).answered())
          .contains("subject=CN = *.wild.example");
      assertThat(client.verifying("exact.wild.example", authority).answered())
          .contains("subject=CN = exact.wild.example");
      for (String other : new String[] {"other.example", "wild.example", "a.b.wild.example"}) {
        assertThat(client.with("-servername", other).answered())
            .contains("subject=CN = site.example");
      }
      assertThat(client.with("-noservername").answered()).contains("subject=CN = site.example");

      Openssl strictly = Openssl.to(strict.port(), version);
      assertThat(strictly.verifying("any.wild.example", authority).answered())
          .contains("Verification: OK");
      assertThat(strictly.with("-servername", "a.b.wild.example").refused())
          .contains("tlsv1 unrecognized name")
          .contains("no peer certificate available");
      strict.awaitRefused(Reason.TLS_UNKNOWN_NAME);
      assertThat(strictly.with("-noservername").refused()).contains("tlsv1 unrecognized name");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "JDK,-tls1_2",
    "JDK,-tls1_3",
    "OPENSSL,-tls1_2",
    "OPENSSL,-tls1_3",
  })
  void of_two_keys_for_a_name_a_client_gets_the_one_it_can_use(
      TlsProvider provider, String version) {
    Tls both = Tls.of(
            Openssl.served(CA.server(Algorithm.rsa2048, "site.example")), Openssl.served(SITE))
        .provider(provider);
    try (TlsEdge edge = TlsEdge.http(both)) {
      Openssl client = Openssl.to(edge.port(), version).verifying("site.example", authority);

      assertThat(client.answered()).contains("Peer signature type: ECDSA");
      assertThat(client.with("-sigalgs", "rsa_pss_rsae_sha256:RSA+SHA256").answered())
          .contains("Peer signature type: RSA-PSS");
    }
  }
}
