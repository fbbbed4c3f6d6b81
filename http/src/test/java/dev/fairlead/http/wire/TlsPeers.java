package dev.fairlead.http.wire;

import dev.fairlead.config.Binding;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** One authority, and clients, proxies and servers that trust it. */
final class TlsPeers {
  static final TestCertificates CA = TestCertificates.authority("test authority");
  static final TestCertificate SITE = CA.server("localhost", "127.0.0.1");

  private TlsPeers() {}

  static TlsCertificate certificate(TestCertificate from) {
    return TlsCertificate.of(from.key(), from.chain().toArray(X509Certificate[]::new));
  }

  static Tls site(TlsProvider provider) {
    return Tls.of(certificate(SITE)).provider(provider);
  }

  static Binding binding(TlsProvider provider) {
    return Binding.of("127.0.0.1", 0).tls(site(provider));
  }

  /** How the proxy speaks to servers. */
  static ServerTls toServers(TlsProvider provider) {
    return ServerTls.of().trust(TlsTrust.of(CA.certificate())).provider(provider);
  }

  /** A context of the JDK's that trusts the authority. */
  static SSLContext context(@Nullable TestCertificate own) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", CA.certificate());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own == null ? null : keys(own), trust.getTrustManagers(), null);
      return context;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static KeyManager[] keys(TestCertificate own) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    return keys.getKeyManagers();
  }

  /** A client whose connection is still at hand below its TLS. */
  static RawClient connect(SocketAddress to, SSLContext context) throws IOException {
    return connect(to, context, "localhost");
  }

  /** The same, asking for a name. */
  static RawClient connect(SocketAddress to, SSLContext context, String name) throws IOException {
    InetSocketAddress address = (InetSocketAddress) to;
    Socket plain = new Socket(address.getAddress(), address.getPort());
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(plain, name, address.getPort(), false);
    return new RawClient(plain, tls);
  }
}
