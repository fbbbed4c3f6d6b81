package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OCSP responses that {@code openssl s_client} asks for. */
final class OpensslStapleTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");

  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void a_client_that_asks_gets_the_response_of_the_certificate_it_sees(String version)
      throws IOException {
    TestCertificate stapled = CA.server("site.example");
    Path response = Files.write(folder.resolve("ocsp"), CA.ocspResponse(stapled));
    TlsCertificate without = Openssl.served(CA.server("other.example"));
    Tls tls = Tls.of(Openssl.served(stapled).ocspResponse(response), without)
        .provider(TlsProvider.OPENSSL);
    try (TlsEdge edge = TlsEdge.http(tls)) {
      Openssl client = Openssl.to(edge.port(), version, "-status")
          .with("-CAfile", Openssl.write(folder, CA).toString());

      assertThat(client.with("-servername", "site.example").answered())
          .contains("OCSP Response Status: successful")
          .contains("Cert Status: good")
          .contains("Verification: OK");
      assertThat(client.with("-servername", "other.example").answered())
          .contains("OCSP response: no response sent");
    }
  }
}
