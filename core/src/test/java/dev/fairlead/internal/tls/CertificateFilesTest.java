package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates with their keys come out of files as they were put in, or it is said what is wrong. */
class CertificateFilesTest {
  private static final TestCertificates CA = Certs.CA.intermediate("Intermediate CA");
  private static final TestCertificate SITE = CA.server("www.example.test", "*.example.test");
  private static final String PASSWORD = "secret";

  @TempDir
  static Path folder;

  private static LoadedCertificate load(TlsCertificate source) {
    return CertificateFiles.load(source, Instant.now());
  }

  private static Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSite(LoadedCertificate loaded) {
    assertThat(loaded.key()).isEqualTo(SITE.key());
    assertThat(loaded.chain()).isEqualTo(SITE.chain()).hasSize(2);
    assertThat(loaded.names()).containsExactly("www.example.test", "*.example.test");
    assertThat(loaded.keyType()).isEqualTo("EC");
  }

  @Test
  void two_files_in_pem_are_read() {
    Path chain = SITE.write(folder, "two");
    assertSite(load(TlsCertificate.pem(chain, folder.resolve("two.key"))));
  }

  @Test
  void one_file_in_pem_is_read_in_any_order_and_with_comments() {
    X509Certificate between = SITE.chain().get(1);
    String text = "# the authority\n"
        + TestCertificate.pem("CERTIFICATE", encoded(between))
        + "-----BEGIN DH PARAMETERS-----\nMAo=\n-----END DH PARAMETERS-----\n"
        + SITE.keyPem()
        + "and the site:\r\n"
        + TestCertificate.pem("CERTIFICATE", encoded(SITE.certificate())).replace("\n", "\r\n");
    assertSite(load(TlsCertificate.pem(write("any-order.pem", text))));
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_does_not_belong_to_the_chain_is_left_out() {
    String stranger = TestCertificate.pem("CERTIFICATE", encoded(Certs.OTHER_CA.certificate()));
    Path chain = write("stranger.crt", SITE.chainPem() + stranger);
    assertSite(load(TlsCertificate.pem(chain, write("stranger.key", SITE.keyPem()))));
  }

  @Test
  void an_encrypted_key_is_read_with_its_password() {
    Path chain = SITE.write(folder, "encrypted");
    Path key = write("encrypted.key", SITE.keyPem(PASSWORD));
    assertSite(load(TlsCertificate.pem(chain, key).password(PASSWORD.toCharArray())));
  }

  @Test
  void a_password_from_a_supplier_is_wiped_after_use() {
    Path chain = SITE.write(folder, "supplied");
    Path key = write("supplied.key", SITE.keyPem(PASSWORD));
    AtomicReference<char[]> given = new AtomicReference<>();
    assertSite(load(TlsCertificate.pem(chain, key).password(() -> {
      given.set(PASSWORD.toCharArray());
      return given.get();
    })));
    assertThat(given.get()).containsOnly('\0');
  }

  @Test
  void a_pkcs12_file_is_read() {
    Path file = SITE.writePkcs12(folder.resolve("site.p12"), PASSWORD);
    assertSite(load(TlsCertificate.pkcs12(file, PASSWORD.toCharArray())));
  }

  @Test
  void objects_are_taken_as_they_are() {
    assertSite(load(Certs.own(SITE)));
  }

  /** {@code openssl genrsa -traditional} and {@code openssl ecparam -genkey} write these. */
  @ParameterizedTest
  @EnumSource(names = {"rsa2048", "ecp256", "ecp384"})
  void the_older_kinds_of_keys_are_read(Algorithm algorithm) throws Exception {
    TestCertificate site = CA.server(algorithm, "www.example.test");
    PrivateKeyInfo inside = PrivateKeyInfo.getInstance(site.key().getEncoded());
    byte[] older = inside.parsePrivateKey().toASN1Primitive().getEncoded("DER");
    String label;
    if (algorithm == Algorithm.rsa2048) {
      label = "RSA PRIVATE KEY";
    } else {
      label = "EC PRIVATE KEY";
      var key = ECPrivateKey.getInstance(inside.parsePrivateKey());
      older = new ECPrivateKey(
              algorithm == Algorithm.ecp256 ? 256 : 384,
              key.getKey(),
              inside.getPrivateKeyAlgorithm().getParameters())
          .getEncoded("DER");
    }
    Path file = write("older.pem", site.chainPem() + TestCertificate.pem(label, older));
    PrivateKey read = load(TlsCertificate.pem(file)).key();
    assertThat(PrivateKeys.match(read, site.certificate().getPublicKey())).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"ed25519", "ed448"})
  void edwards_keys_are_read(Algorithm algorithm) {
    TestCertificate site = CA.server(algorithm, "www.example.test");
    Path file = write("edwards.pem", site.chainPem() + site.keyPem());
    assertThat(load(TlsCertificate.pem(file)).keyType()).isEqualTo("EdDSA");
  }

  @Test
  void names_can_be_given_instead_of_those_in_the_certificate() {
    TlsCertificate source = Certs.own(SITE).names("Shop.Example.test", "*.münchen.test");
    assertThat(load(source).names()).containsExactly("shop.example.test", "*.xn--mnchen-3ya.test");
  }

  @Test
  void a_certificate_without_dns_names_goes_by_its_common_name() {
    assertThat(load(Certs.own(CA.client("Device.Example.test"))).names())
        .containsExactly("device.example.test");
  }

  @Test
  void the_end_is_that_of_the_first_in_the_chain_that_ends() {
    Instant first = SITE.chain().stream()
        .map(c -> c.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
    assertThat(load(Certs.own(SITE)).notAfter()).isEqualTo(first);
  }

  static Stream<Arguments> bad() throws Exception {
    Path chain = SITE.write(folder, "bad");
    Path key = folder.resolve("bad.key");
    Path missing = folder.resolve("missing.pem");
    Path empty = write("empty.pem", "\n");
    Path twoKeys = write("two-keys.pem", SITE.chainPem() + SITE.keyPem() + SITE.keyPem());
    Path cut = write("cut.pem", SITE.chainPem().substring(0, 300));
    Path noBase64 =
        write("no-base64.pem", "-----BEGIN CERTIFICATE-----\nMII?\n-----END CERTIFICATE-----\n");
    Path noDer = write("no-der.pem", TestCertificate.pem("CERTIFICATE", new byte[] {48, 1, 2}));
    Path noKey = write("no-key.pem", TestCertificate.pem("PRIVATE KEY", new byte[] {48, 9, 2}));
    Path encrypted = write("bad-encrypted.key", SITE.keyPem(PASSWORD));
    Path old = write("old.key", """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED

        AAAA
        -----END RSA PRIVATE KEY-----
        """);
    Path otherKey = write("other.key", CA.server("www.example.test").keyPem());
    Path rsaKey =
        write("rsa.key", CA.server(Algorithm.rsa2048, "www.example.test").keyPem());
    Path curve = write("curve.key", koblitz());
    Path store = SITE.writePkcs12(folder.resolve("bad.p12"), PASSWORD);
    Path noStore = write("no.p12", "no store");
    Path emptyStore = emptyStore();
    return Stream.of(
        wrong("certificate: " + missing + ": no such file", TlsCertificate.pem(missing, key)),
        wrong("key: " + missing + ": no such file", TlsCertificate.pem(chain, missing)),
        wrong("key: " + folder + ": cannot be read: ", TlsCertificate.pem(chain, folder)),
        wrong("certificate: " + empty + ": no certificate in it", TlsCertificate.pem(empty, key)),
        wrong("key: " + empty + ": no private key in it", TlsCertificate.pem(chain, empty)),
        wrong("key: " + twoKeys + ": 2 private keys in it", TlsCertificate.pem(twoKeys)),
        wrong(
            "certificate: " + cut + ": bad PEM: no -----END CERTIFICATE-----",
            TlsCertificate.pem(cut, key)),
        wrong(
            "certificate: " + noBase64 + ": bad PEM: no Base64 in CERTIFICATE",
            TlsCertificate.pem(noBase64, key)),
        wrong("certificate: " + noDer + ": bad certificate: ", TlsCertificate.pem(noDer, key)),
        wrong("key: " + noKey + ": bad DER: it ends too early", TlsCertificate.pem(chain, noKey)),
        wrong(
            "key: " + encrypted + ": encrypted (expected: a password)",
            TlsCertificate.pem(chain, encrypted)),
        wrong(
            "key: " + encrypted + ": wrong password",
            TlsCertificate.pem(chain, encrypted).password("wrong".toCharArray())),
        wrong("key: " + old + ": encrypted in OpenSSL's old way", TlsCertificate.pem(chain, old)),
        wrong(
            "certificate: " + chain + ": the key does not belong to the certificate",
            TlsCertificate.pem(chain, otherKey)),
        wrong(
            "certificate: " + chain + ": the key does not belong to the certificate",
            TlsCertificate.pem(chain, rsaKey)),
        wrong(
            "key: " + curve + ": unknown curve (expected: P-256, P-384 or P-521)",
            TlsCertificate.pem(chain, curve)),
        wrong(
            "certificate: " + store + ": wrong password",
            TlsCertificate.pkcs12(store, "wrong".toCharArray())),
        wrong(
            "certificate: " + noStore + ": bad PKCS#12: ",
            TlsCertificate.pkcs12(noStore, PASSWORD.toCharArray())),
        wrong(
            "certificate: " + emptyStore + ": no private key in it",
            TlsCertificate.pkcs12(emptyStore, PASSWORD.toCharArray())),
        wrong("certificate: CN=old.test: expired on ", Certs.own(CA.expired("old.test"))),
        wrong(
            "certificate: CN=soon.test: not valid before ", Certs.own(CA.notYetValid("soon.test"))),
        wrong("ocspResponse: " + missing + ": no such file", Certs.own(SITE).ocspResponse(missing)),
        wrong("ocspResponse: " + empty + ": bad DER: ", Certs.own(SITE).ocspResponse(empty)));
  }

  private static Arguments wrong(String message, TlsCertificate source) {
    return arguments(message, source);
  }

  /** A key on secp256k1, which the JDK has given up. */
  private static String koblitz() throws Exception {
    var curve = SECObjectIdentifiers.secp256k1;
    var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve);
    var key = new ECPrivateKey(256, BigInteger.TEN);
    return TestCertificate.pem("PRIVATE KEY", new PrivateKeyInfo(algorithm, key).getEncoded());
  }

  private static Path emptyStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", Certs.CA.certificate());
    Path file = folder.resolve("empty.p12");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void what_is_wrong_is_told_by_field_file_and_reason(String message, TlsCertificate source) {
    assertThatThrownBy(() -> load(source))
        .isExactlyInstanceOf(TlsMaterialException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void an_authority_in_the_chain_that_has_ended_is_told() {
    TestCertificates ended = Certs.CA.intermediate("Ended CA", Instant.now().minusSeconds(60));
    TestCertificate site = ended.server("www.example.test");
    assertThatThrownBy(() -> load(Certs.own(site)))
        .hasMessageStartingWith("certificate: CN=www.example.test: expired on ")
        .hasMessageEndingWith("(CN=Ended CA,O=Fairlead tests)");
  }
}
