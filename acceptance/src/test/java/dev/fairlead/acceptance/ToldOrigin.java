package dev.fairlead.acceptance;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server whose checks always pass, and that answers requests with the status it is told. Counts both.
 * Thread-safe.
 */
final class ToldOrigin implements AutoCloseable {
  private final AtomicInteger checks = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final ScriptedServer server = ScriptedServer.start(this::serve);
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile int status = 200;

  private void serve(ScriptedConnection client) throws IOException, InterruptedException {
    while (true) {
      boolean check = client.readRequest().startsWith("HEAD");
      (check ? checks : requests).incrementAndGet();
      if (!check) {
        gate.await();
      }
      client.write("HTTP/1.1 %d Told\r\nContent-Length: 0\r\n\r\n".formatted(check ? 200 : status));
    }
  }

  void answer(int newStatus) {
    status = newStatus;
  }

  /** Requests that come from now on are answered later. */
  void hold() {
    gate = new CountDownLatch(1);
  }

  void release() {
    gate.countDown();
  }

  int checks() {
    return checks.get();
  }

  int requests() {
    return requests.get();
  }

  Member as(String name) {
    return Member.of(name, server.port());
  }

  @Override
  public void close() {
    release();
    server.close();
  }
}
