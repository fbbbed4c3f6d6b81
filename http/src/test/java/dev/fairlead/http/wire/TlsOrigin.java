package dev.fairlead.http.wire;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.TestCertificate;
import java.io.IOException;
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

  private TlsOrigin(SSLContext context, Consumer<SSLSocket> settings, Script script)
      throws IOException {
    this.context = context;
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
    return new TlsOrigin(TlsPeers.context(own), settings, script);
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
