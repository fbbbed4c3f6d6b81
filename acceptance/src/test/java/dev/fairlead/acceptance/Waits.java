package dev.fairlead.acceptance;

import dev.fairlead.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What scenarios often wait for, and how they measure. Stateless. */
final class Waits {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private Waits() {}

  /** The access log, once it has so many lines. */
  static List<AccessLine> lines(ProxyUnderTest proxy, int count) {
    if (!Await.held(PATIENCE, () -> proxy.log().size() >= count)) {
      throw new AssertionError(count + " lines expected in the access log:\n" + proxy);
    }
    return proxy.log();
  }

  /** The only line of the access log. */
  static AccessLine line(ProxyUnderTest proxy) {
    return lines(proxy, 1).get(0);
  }

  static void queued(ProxyUnderTest proxy, int count) {
    Await.until(count + " queued", PATIENCE, () -> proxy.queued() == count);
  }

  static void until(String what, BooleanSupplier condition) {
    Await.until(what, PATIENCE, condition);
  }

  /** An action that may fail by a broken connection. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  static Duration took(Step step) throws Exception {
    long start = System.nanoTime();
    step.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
