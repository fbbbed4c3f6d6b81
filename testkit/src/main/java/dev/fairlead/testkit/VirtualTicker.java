package dev.fairlead.testkit;

import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;

/** The clock of a {@link VirtualNetwork}. Moved by its thread; read by any. */
final class VirtualTicker implements Ticker {
  private volatile long now;
  private volatile boolean ticking;

  @Override
  public long initialNanoTime() {
    return 0;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public long nanoTime() {
    if (ticking) {
      now++;
    }
    return now;
  }

  @Override
  public void sleep(long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("nothing sleeps on virtual time: schedule");
  }

  void moveTo(long time) {
    if (time < now) {
      throw new IllegalArgumentException("time: " + time + " (expected: >= " + now + ")");
    }
    now = time;
  }

  /** A loop that ends compares two readings, and would really sleep if they were the same. */
  void tickAtEachReading() {
    ticking = true;
  }
}
