package dev.fairlead.wire;

import dev.fairlead.config.Binding;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Clients of TLS, and what they meet: a proxy that terminates it as site.example. */
final class TlsClients {
  static final TestCertificates CA = TestCertificates.authority("test authority");
  static final TestCertificate SITE = CA.server("site.example");

  static Tls tls(TlsProvider provider) {
    return Tls.of(TlsCertificate.of(SITE.key(), SITE.chain().toArray(X509Certificate[]::new)))
        .provider(provider);
  }

  static WireProxy terminating(ScriptedServer server, Tls tls) {
    return WireProxy.start(
        WireProxy.to(server).build(),
        Transport.AUTO,
        b -> b.bind(Binding.of("127.0.0.1", 0).tls(tls)));
  }

  static Socket plain(WireProxy proxy) throws IOException {
    InetSocketAddress to =
        (InetSocketAddress) proxy.lb().frontend("tcp").addresses().get(1);
    Socket plain = new Socket(to.getAddress(), to.getPort());
    plain.setSoTimeout((int) WireProxy.SOON.toMillis());
    return plain;
  }

  static SSLSocket client(WireProxy proxy, String sni) throws Exception {
    return client(plain(proxy), sni);
  }

  static SSLSocket client(Socket plain, String sni) throws Exception {
    return client(plain, sni, null);
  }

  static SSLSocket client(Socket plain, String sni, @Nullable TestCertificate own)
      throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", CA.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own == null ? null : keys(own), trust.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, sni, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(sni)));
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static KeyManager[] keys(TestCertificate own) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  /** What a client begins with. */
  static byte[] hello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("site.example", 443);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    return Arrays.copyOf(hello.array(), hello.position());
  }

  static String exchange(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.shutdownOutput();
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private TlsClients() {}
}
