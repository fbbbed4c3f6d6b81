package dev.fairlead.acceptance;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server that answers a request only when told to, and counts how many it holds. Thread-safe.
 */
final class HeldOrigin implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String name;
  private final List<String> arrivals;
  private final ConcurrentMap<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final ScriptedServer server;
  private volatile boolean open;

  private HeldOrigin(String name, List<String> arrivals) {
    this.name = name;
    this.arrivals = arrivals;
    this.server = ScriptedServer.start(this::serve);
  }

  static HeldOrigin start(String name) {
    return new HeldOrigin(name, new CopyOnWriteArrayList<>());
  }

  /** One more, which writes into the same list of arrivals. */
  HeldOrigin another(String other) {
    return new HeldOrigin(other, arrivals);
  }

  private void serve(ScriptedConnection client) throws IOException, InterruptedException {
    while (true) {
      String head = client.readHead();
      String path = head.split(" ", 3)[1];
      most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      CountDownLatch gate = gate(path);
      arrivals.add(path);
      if (!open) {
        gate.await();
      }
      inFlight.decrementAndGet();
      client.write(Scripts.ok(name));
    }
  }

  private CountDownLatch gate(String path) {
    return gates.computeIfAbsent(path, p -> new CountDownLatch(1));
  }

  int port() {
    return server.port();
  }

  /** The paths of all requests received, in the order of arrival. */
  List<String> arrivals() {
    return List.copyOf(arrivals);
  }

  void awaitArrivals(int count) {
    Await.until(count + " arrivals of " + arrivals, PATIENCE, () -> arrivals.size() >= count);
  }

  /** How many it holds. */
  int inFlight() {
    return inFlight.get();
  }

  /** The most that it ever held at once. */
  int most() {
    return most.get();
  }

  /** Answers one request. */
  void release(String path) {
    gate(path).countDown();
  }

  /** Answers all requests, and holds none from now on. */
  void releaseAll() {
    open = true;
    gates.values().forEach(CountDownLatch::countDown);
  }

  @Override
  public void close() {
    releaseAll();
    server.close();
  }
}
