package dev.fairlead.health;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of one interval and of the one before: written by any number of threads, turned over and read by
 * the control loop.
 */
final class IntervalCount {
  private final LongAdder good = new LongAdder();
  private final LongAdder bad = new LongAdder();
  private final LongAdder timed = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private long lastGood;
  private long lastBad;
  private long lastTimed;
  private long lastNanos;

  void add(boolean success) {
    (success ? good : bad).increment();
  }

  void time(long taken) {
    timed.increment();
    nanos.add(taken);
  }

  /** The interval ends. */
  void turnOver() {
    lastGood = good.sumThenReset();
    lastBad = bad.sumThenReset();
    lastTimed = timed.sumThenReset();
    lastNanos = nanos.sumThenReset();
  }

  /** {@return requests of the last interval} */
  long volume() {
    return lastGood + lastBad;
  }

  /** {@return how many of those succeeded, in percent; there must be some} */
  double successRate() {
    return 100.0 * lastGood / volume();
  }

  /** {@return how many times were taken in the last interval} */
  long timed() {
    return lastTimed;
  }

  /** {@return their mean; there must be some} */
  double meanNanos() {
    return (double) lastNanos / lastTimed;
  }
}
