package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Client certificates that {@code openssl s_client} shows, or does not. */
final class OpensslClientCertificateTest {
  private static final TestCertificates CA = TestCertificates.authority("clients' authority");
  private static final TestCertificates MIDDLE = CA.intermediate("clients' intermediate");
  private static final TestCertificate SITE =
      TestCertificates.authority("test authority").server("site.example");
  private static final TestCertificate REVOKED = CA.client("revoked");

  @TempDir
  Path folder;

  private Path authority;
  private Path lists;

  @BeforeEach
  void writeAuthority() throws IOException {
    authority = Openssl.write(folder, CA);
    lists = Files.writeString(
        folder.resolve("lists.pem"),
        TestCertificate.pem("X509 CRL", CA.revocationList(REVOKED))
            + TestCertificate.pem("X509 CRL", MIDDLE.revocationList()));
  }

  private TlsEdge edge(TlsProvider provider, ClientAuth auth) {
    return TlsEdge.http(Tls.of(Openssl.served(SITE))
        .provider(provider)
        .clientCertificates(auth, TlsTrust.pem(authority).crl(lists)));
  }

  private static Openssl client(TlsEdge edge, String version) {
    return Openssl.to(edge.port(), version, "-servername", "site.example");
  }

  private Openssl showing(TlsEdge edge, String version, TestCertificate certificate) {
    Path file = certificate.write(folder, "client");
    return client(edge, version).showing(file).with("-cert_chain", file.toString());
  }

  @ParameterizedTest
  @CsvSource({"JDK,-tls1_2", "JDK,-tls1_3", "OPENSSL,-tls1_2", "OPENSSL,-tls1_3"})
  void a_good_one_is_taken_whether_it_is_required_or_not(TlsProvider provider, String version) {
    for (ClientAuth auth : new ClientAuth[] {ClientAuth.OPTIONAL, ClientAuth.REQUIRED}) {
      try (TlsEdge edge = edge(provider, auth)) {
        assertThat(showing(edge, version, CA.client("good")).answered())
            .contains("CN = clients' authority"); // told which authorities are believed
        showing(edge, version, MIDDLE.client("good")).answered();
        assertThat(edge.count(Counter.TLS_HANDSHAKES)).isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"JDK,-tls1_2", "JDK,-tls1_3", "OPENSSL,-tls1_2", "OPENSSL,-tls1_3"})
  void none_is_fine_unless_it_is_required(TlsProvider provider, String version) {
    try (TlsEdge optional = edge(provider, ClientAuth.OPTIONAL);
        TlsEdge none = edge(provider, ClientAuth.NONE);
        TlsEdge required = edge(provider, ClientAuth.REQUIRED)) {
      client(optional, version).answered();
      assertThat(client(none, version).answered()).contains("No client certificate CA names sent");

      client(required, version).refused();
      required.awaitRefused(Reason.TLS_NO_CERTIFICATE);
      assertThat(required.count(Counter.TLS_ERRORS)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"JDK,-tls1_2", "JDK,-tls1_3", "OPENSSL,-tls1_2", "OPENSSL,-tls1_3"})
  void a_bad_one_is_refused_whether_it_is_required_or_not(TlsProvider provider, String version) {
    for (ClientAuth auth : new ClientAuth[] {ClientAuth.OPTIONAL, ClientAuth.REQUIRED}) {
      TestCertificate stranger = TestCertificates.authority("strangers'").client("stranger");
      refused(provider, auth, version, stranger, Reason.TLS_UNKNOWN_CA);
      refused(provider, auth, version, REVOKED, Reason.TLS_REVOKED);
      TestCertificate old = CA.client("old", Instant.now().minusSeconds(60));
      refused(provider, auth, version, old, Reason.TLS_EXPIRED);
    }
  }

  private void refused(
      TlsProvider provider,
      ClientAuth auth,
      String version,
      TestCertificate certificate,
      Reason reason) {
    try (TlsEdge edge = edge(provider, auth)) {
      String said = showing(edge, version, certificate).refused();
      System.out.println(provider
          + version
          + reason
          + said.lines().filter(l -> l.contains("alert")).toList());
      edge.awaitRefused(reason);
    }
  }
}
