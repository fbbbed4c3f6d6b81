package dev.fairlead.internal.edge;

import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a TLS server of the JDK reads in a ClientHello. */
record JdkHello(@Nullable String sni, List<String> alpn) {
  private static final SSLContext CONTEXT = context();

  private static SSLContext context() {
    TestCertificate certificate = TestCertificates.authority("hellos").server("www.example.org");
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      Certificate[] chain = certificate.chain().toArray(Certificate[]::new);
      store.setKeyEntry("server", certificate.key(), new char[0], chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives it the bytes of a buffer, which stays as it is. */
  static JdkHello read(ByteBuf in) throws SSLException {
    SSLEngine engine = CONTEXT.createSSLEngine();
    engine.setUseClientMode(false);
    JdkHello[] read = new JdkHello[1];
    engine.setHandshakeApplicationProtocolSelector((e, offered) -> {
      read[0] = new JdkHello(name(e), List.copyOf(offered));
      return offered.isEmpty() ? "" : offered.get(0);
    });
    engine.unwrap(
        in.nioBuffer(), ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()));
    Runnable task = engine.getDelegatedTask();
    task.run();
    return read[0] == null ? new JdkHello(name(engine), List.of()) : read[0];
  }

  private static @Nullable String name(SSLEngine engine) {
    return engine.getHandshakeSession() instanceof ExtendedSSLSession session
        ? session.getRequestedServerNames().stream()
            .map(n -> ((SNIHostName) n).getAsciiName())
            .findFirst()
            .orElse(null)
        : null;
  }
}
