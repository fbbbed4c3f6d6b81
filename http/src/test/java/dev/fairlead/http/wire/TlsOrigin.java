package dev.fairlead.http.wire;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server with TLS that does to each client what a script says, on a thread of its own. */
final class TlsOrigin implements AutoCloseable {
  /** What is done with a connection. It is closed at the end, by a close_notify if it is still open. */
  @FunctionalInterface
  interface Script {
    void play(RawClient client) throws Exception;
  }

  private final ServerSocket listening;
  private final List<RawClient> clients = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final SSLContext context;
  private final Consumer<SSLSocket> settings;
  private final Script script;
  private final boolean behindLine;

  private TlsOrigin(
      SSLContext context, boolean behindLine, Consumer<SSLSocket> settings, Script script)
      throws IOException {
    this.context = context;
    this.behindLine = behindLine;
    this.settings = settings;
    this.script = script;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  static TlsOrigin start(Script script) throws IOException {
    return start(TlsPeers.SITE, socket -> {}, script);
  }

  static TlsOrigin start(TestCertificate own, Consumer<SSLSocket> settings, Script script)
      throws IOException {
    return new TlsOrigin(TlsPeers.context(own), false, settings, script);
  }

  /** Each connection begins with a line of the PROXY protocol. */
  static TlsOrigin behindLine(TestCertificate own, Script script) throws IOException {
    return new TlsOrigin(TlsPeers.context(own), true, socket -> {}, script);
  }

  /** Answers each request of a connection. */
  static Script answer(String response) {
    return client -> {
      while (true) {
        client.head();
        client.send(response);
      }
    };
  }

  private void start(Runnable work) {
    Thread thread = new Thread(work, "origin");
    threads.add(thread);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket plain = listening.accept();
        if (behindLine) {
          skipLine(plain.getInputStream());
        }
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, null, false);
        tls.setUseClientMode(false);
        settings.accept(tls);
        RawClient client = new RawClient(plain, tls);
        clients.add(client);
        start(() -> play(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private static void skipLine(InputStream in) throws IOException {
    int next;
    do {
      next = in.read();
    } while (next >= 0 && next != '\n');
  }

  private void play(RawClient client) {
    try (client) {
      script.play(client);
    } catch (Exception e) {
      // the other end has left
    }
  }

  int port() {
    return listening.getLocalPort();
  }

  int connections() {
    return clients.size();
  }

  /** How many connections the server has not closed. */
  long open() {
    return clients.stream().filter(client -> !client.socket().isClosed()).count();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (RawClient client : clients) {
      client.cut();
    }
    Await.until(
        "the end of all scripts", Proxy.SOON, () -> threads.stream().noneMatch(Thread::isAlive));
  }
}
