package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.TestCertificates;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What OpenSSL calls ciphers, keys and signatures; the acceptance tests ask it itself. */
class OpensslNamesTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");

  @ParameterizedTest
  @CsvSource({
    "TLS_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256",
    "TLS_CHACHA20_POLY1305_SHA256, TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, ECDHE-RSA-CHACHA20-POLY1305",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, ECDHE-ECDSA-AES256-SHA384",
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA, DHE-RSA-AES128-SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256, AES128-GCM-SHA256",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA, DES-CBC3-SHA"
  })
  void a_cipher_suite_has_its_name(String iana, String openssl) {
    assertThat(OpensslNames.cipher(iana)).isEqualTo(openssl);
  }

  @ParameterizedTest
  @CsvSource({"rsa2048, RSA2048", "rsa3072, RSA3072", "ecp256, EC256", "ecp384, EC384"})
  void a_key_has_its_kind_and_its_bits(Algorithm algorithm, String name) {
    X509Certificate certificate = CA.server(algorithm, "a.example").certificate();
    assertThat(OpensslNames.key(certificate.getPublicKey())).isEqualTo(name);
  }

  @Test
  void keys_that_haproxy_does_not_name_have_none() {
    X509Certificate certificate = CA.server(Algorithm.ed25519, "a.example").certificate();
    assertThat(OpensslNames.key(certificate.getPublicKey())).isNull();
  }

  @Test
  void a_signature_is_named_after_who_has_signed() {
    X509Certificate certificate = CA.server(Algorithm.rsa2048, "a.example").certificate();
    assertThat(OpensslNames.signature(certificate)).isEqualTo("ecdsa-with-SHA256");
  }
}
