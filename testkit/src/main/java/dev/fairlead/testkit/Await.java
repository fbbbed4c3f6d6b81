package dev.fairlead.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waiting for a condition instead of for a time. Looks every 5 ms, and once more after the deadline.
 * Callable from any thread but an event loop's.
 */
public final class Await {
  private static final long STEP_NANOS = 5_000_000;

  private Await() {}

  /**
   * Returns as soon as the condition holds.
   *
   * @param atMost how long to look
   * @param condition what to wait for
   * @throws AssertionError if it never held
   */
  public static void until(Duration atMost, BooleanSupplier condition) {
    until("the condition", atMost, condition);
  }

  /**
   * Returns as soon as the condition holds.
   *
   * @param what names the condition in the failure
   * @param atMost how long to look
   * @param condition what to wait for
   * @throws AssertionError if it never held
   */
  public static void until(String what, Duration atMost, BooleanSupplier condition) {
    if (!held(atMost, condition)) {
      throw new AssertionError(what + " did not come true within " + atMost);
    }
  }

  /**
   * Tells whether the condition came true in time. An interrupt ends the wait early and stays set.
   *
   * @param atMost how long to look
   * @param condition what to wait for
   * @return whether it held at last
   */
  public static boolean held(Duration atMost, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start >= atMost.toNanos()
          || Thread.currentThread().isInterrupted()) {
        return condition.getAsBoolean();
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
    return true;
  }
}
