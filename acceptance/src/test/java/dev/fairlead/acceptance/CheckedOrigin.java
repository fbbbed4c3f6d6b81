package dev.fairlead.acceptance;

import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import java.io.IOException;

/** An HTTP server that is healthy as told, and remembers how often it has said so. Thread-safe. */
final class CheckedOrigin implements AutoCloseable {
  private final ScriptedServer server;
  private boolean healthy = true;
  private int verdicts;
  private long firstNanos;

  private CheckedOrigin() {
    this.server = ScriptedServer.start(this::serve);
  }

  static CheckedOrigin start() {
    return new CheckedOrigin();
  }

  private void serve(ScriptedConnection client) throws IOException {
    while (true) {
      client.readRequest();
      client.write(verdict());
    }
  }

  private synchronized String verdict() {
    if (verdicts++ == 0) {
      firstNanos = System.nanoTime();
    }
    return healthy
        ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        : "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
  }

  /** Says something else from now on, and counts anew. */
  synchronized void healthy(boolean now) {
    healthy = now;
    verdicts = 0;
  }

  synchronized int verdicts() {
    return verdicts;
  }

  /** When the first verdict of this kind was asked for. */
  synchronized long firstNanos() {
    return firstNanos;
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
