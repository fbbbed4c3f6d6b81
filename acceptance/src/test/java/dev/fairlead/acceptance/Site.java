package dev.fairlead.acceptance;

import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificate of site.example, localhost and 127.0.0.1, in whatever form a proxy, a server or a client
 * wants it. Files are made once and deleted when the JVM ends. Stateless.
 */
final class Site {
  private static final TestCertificates CA = TestCertificates.authority("site authority");
  private static final TestCertificate OWN = CA.server("site.example", "localhost", "127.0.0.1");
  private static final Path FOLDER = folder();
  private static final Path AUTHORITY = authority(FOLDER.resolve("authority.pem"));
  private static final Path CERTIFICATE = OWN.write(FOLDER, "site");

  private Site() {}

  /** The authority, for those who trust a file. */
  static Path authority() {
    return AUTHORITY;
  }

  /** The certificate in a file, its key beside it. */
  static Path certificate() {
    return CERTIFICATE;
  }

  /** Shows the certificate, and trusts the authority. */
  static SSLContext context() {
    try {
      KeyStore own = empty();
      own.setKeyEntry("own", OWN.key(), new char[0], OWN.chain().toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new X509TrustManager[] {trust()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Trusts the authority. */
  static X509TrustManager trust() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted());
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The authority in a store. */
  static KeyStore trusted() {
    try {
      KeyStore store = empty();
      store.setCertificateEntry("authority", CA.certificate());
      return store;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** For a server on Netty that speaks one protocol. */
  static SslContext nettyServer(String alpn) {
    return netty(SslContextBuilder.forServer(OWN.key(), OWN.chain()), alpn);
  }

  /** For a client on Netty that speaks one protocol. */
  static SslContext nettyClient(String alpn) {
    return netty(SslContextBuilder.forClient().trustManager(trust()), alpn);
  }

  private static SslContext netty(SslContextBuilder builder, String alpn) {
    try {
      return builder
          .applicationProtocolConfig(new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              alpn))
          .build();
    } catch (SSLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path authority(Path file) {
    try {
      return Files.writeString(
          file, TestCertificate.pem("CERTIFICATE", CA.certificate().getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return store;
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("fairlead-site-");
      for (String name : new String[] {"", "authority.pem", "site.crt", "site.key"}) {
        folder.resolve(name).toFile().deleteOnExit(); // the last first
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
