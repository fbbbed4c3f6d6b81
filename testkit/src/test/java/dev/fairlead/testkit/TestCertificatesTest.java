package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates for tests are what they are said to be. */
class TestCertificatesTest {
  private static final TestCertificates CA = TestCertificates.authority("CA");

  @Test
  void a_servers_certificate_has_its_names_and_is_signed_by_the_authority() throws Exception {
    TestCertificate site = CA.server("a.test", "*.a.test", "192.0.2.1");
    X509Certificate certificate = site.certificate();
    certificate.verify(CA.certificate().getPublicKey());
    certificate.checkValidity();
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(
            List.of(2, "a.test"), List.of(2, "*.a.test"), List.of(7, "192.0.2.1"));
    assertThat(site.chain()).containsExactly(certificate);
  }

  @Test
  void an_intermediate_authority_is_in_the_chain() throws Exception {
    TestCertificates below = CA.intermediate("Below");
    TestCertificate site = below.server("a.test");
    assertThat(site.chain()).containsExactly(site.certificate(), below.certificate());
    below.certificate().verify(CA.certificate().getPublicKey());
  }

  @Test
  void a_list_holds_what_was_revoked() throws Exception {
    TestCertificate good = CA.client("good");
    TestCertificate bad = CA.client("bad");
    X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509")
        .generateCRL(new ByteArrayInputStream(CA.revocationList(bad)));
    list.verify(CA.certificate().getPublicKey());
    assertThat(list.isRevoked(bad.certificate())).isTrue();
    assertThat(list.isRevoked(good.certificate())).isFalse();
  }

  @Test
  void an_ocsp_response_is_about_its_certificate() throws Exception {
    TestCertificate site = CA.server("a.test");
    OCSPResp response = new OCSPResp(CA.ocspResponse(site));
    BasicOCSPResp basic = (BasicOCSPResp) response.getResponseObject();
    assertThat(basic.getResponses()).hasSize(1);
    assertThat(basic.getResponses()[0].getCertID().getSerialNumber())
        .isEqualTo(site.certificate().getSerialNumber());
  }

  @Test
  void files_hold_key_and_chain(@TempDir Path folder) throws Exception {
    TestCertificate site = CA.server("a.test");
    assertThat(site.write(folder, "site")).hasContent(site.chainPem());
    assertThat(folder.resolve("site.key")).hasContent(site.keyPem());
    assertThat(site.keyPem("secret")).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    Path file = site.writePkcs12(folder.resolve("site.p12"), "secret");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(Files.readAllBytes(file)), "secret".toCharArray());
    assertThat(store.getKey("1", "secret".toCharArray())).isEqualTo(site.key());
  }
}
