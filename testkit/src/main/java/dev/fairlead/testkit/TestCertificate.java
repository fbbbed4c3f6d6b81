package dev.fairlead.testkit;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OutputEncryptor;

/**
 * A certificate with its key and the authorities between it and the root, see {@link TestCertificates}.
 *
 * @param bundle as Netty's builder made it
 */
public record TestCertificate(X509Bundle bundle) {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  /** {@return the certificate itself} */
  public X509Certificate certificate() {
    return bundle.getCertificate();
  }

  /** {@return the certificate and the authorities above it, without the root} */
  public List<X509Certificate> chain() {
    return List.of(bundle.getCertificatePath());
  }

  /** {@return the private key} */
  public PrivateKey key() {
    return bundle.getKeyPair().getPrivate();
  }

  /** {@return the chain in PEM} */
  public String chainPem() {
    return bundle.getCertificatePathPEM();
  }

  /** {@return the key in PEM, PKCS#8} */
  public String keyPem() {
    return bundle.getPrivateKeyPEM();
  }

  /**
   * The key in PEM, PKCS#8, encrypted (PBES2, AES-256).
   *
   * @param password how
   * @return the text
   */
  public String keyPem(String password) {
    return TestCertificates.made(() -> {
      OutputEncryptor encryptor = new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
          .setProvider(new BouncyCastleProvider())
          .setPRF(JcaPKCS8Generator.PRF_HMACSHA256)
          .setPassword(password.toCharArray())
          .build();
      byte[] der = new JcaPKCS8Generator(key(), encryptor).generate().getContent();
      return pem("ENCRYPTED PRIVATE KEY", der);
    });
  }

  /**
   * Writes chain and key into one PKCS#12 store.
   *
   * @param file where
   * @param password of store and key
   * @return the file
   */
  public Path writePkcs12(Path file, String password) {
    return TestCertificates.made(() -> {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("1", key(), password.toCharArray(), bundle.getCertificatePath());
      try (OutputStream out = Files.newOutputStream(file)) {
        store.store(out, password.toCharArray());
      }
      return file;
    });
  }

  /**
   * Writes the chain as {@code <name>.crt} and the key as {@code <name>.key}.
   *
   * @param folder where
   * @param name of both files
   * @return the file of the chain
   */
  public Path write(Path folder, String name) {
    try {
      Files.writeString(folder.resolve(name + ".key"), keyPem());
      return Files.writeString(folder.resolve(name + ".crt"), chainPem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Any DER as PEM.
   *
   * @param label what it is, for example {@code X509 CRL}
   * @param der the bytes
   * @return the text
   */
  public static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, LINES.encodeToString(der), label);
  }
}
