package dev.fairlead.health;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Serves one HTTP answer to each TLS client, and remembers how it came and what it asked. */
final class TlsOrigin implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  final List<Visit> visits = new CopyOnWriteArrayList<>();

  private final ServerSocket listening;
  private final SSLContext context;
  private final boolean proxied;
  private final String[] alpn;
  private final Thread thread = new Thread(this::serve, "tls-origin");

  /**
   * What a client said.
   *
   * @param header the line before TLS
   * @param sni empty for none
   * @param alpn what was agreed on; empty for none
   * @param head of its request
   */
  record Visit(String header, String sni, String alpn, String head) {}

  TlsOrigin(TestCertificate own, boolean proxied, String... alpn) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    this.proxied = proxied;
    this.alpn = alpn;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread.start();
  }

  static TlsOrigin of(TestCertificate own) throws Exception {
    return new TlsOrigin(own, false);
  }

  int port() {
    return listening.getLocalPort();
  }

  private void serve() {
    while (!listening.isClosed()) {
      try (Socket client = listening.accept()) {
        client.setSoTimeout((int) SOON.toMillis());
        String header = proxied ? until(client.getInputStream(), "\r\n") : "";
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        String head = until(socket.getInputStream(), "\r\n\r\n");
        visits.add(new Visit(header, sni(socket), socket.getApplicationProtocol(), head));
        socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
        socket.close();
      } catch (IOException e) {
        // a check that gave up, or the end
      }
    }
  }

  private static String sni(SSLSocket socket) {
    return ((ExtendedSSLSession) socket.getSession())
        .getRequestedServerNames().stream()
            .map(name -> ((SNIHostName) name).getAsciiName())
            .findFirst()
            .orElse("");
  }

  private static String until(InputStream in, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      text.append((char) next);
      if (text.indexOf(end) >= 0) {
        break;
      }
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    Await.until("the end of the origin", SOON, () -> !thread.isAlive());
  }
}
