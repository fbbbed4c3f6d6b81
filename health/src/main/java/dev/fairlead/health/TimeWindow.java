package dev.fairlead.health;

import java.util.concurrent.atomic.LongAdder;

/**
 * The calls of the last while, in ten slices: the control loop begins a new one each tenth of it, and drops the
 * oldest. So it holds nine tenths of the time at least, and all of it at most.
 */
final class TimeWindow implements Window {
  static final int SLICES = 10;

  private final Tally calls = new Tally();
  private final Tally failed = new Tally();
  private final Tally slow = new Tally();
  private int slice;

  /** What is counted now, and what was in the nine slices before. */
  private static final class Tally {
    private final LongAdder now = new LongAdder();
    private final long[] before = new long[SLICES - 1];
    private volatile long older;

    /** On the control loop only. */
    void turn(int slice) {
      long ended = now.sumThenReset();
      long dropped = before[slice];
      before[slice] = ended;
      older = older + ended - dropped;
    }

    long sum() {
      return older + now.sum();
    }
  }

  @Override
  public void record(boolean failure, boolean slowness) {
    calls.now.increment();
    if (failure) {
      failed.now.increment();
    }
    if (slowness) {
      slow.now.increment();
    }
  }

  /** A slice ends. On the control loop only. */
  void turn() {
    calls.turn(slice);
    failed.turn(slice);
    slow.turn(slice);
    slice = (slice + 1) % (SLICES - 1);
  }

  @Override
  public long calls() {
    return calls.sum();
  }

  @Override
  public long failed() {
    return failed.sum();
  }

  @Override
  public long slow() {
    return slow.sum();
  }

  /** On the control loop only. */
  @Override
  public void clear() {
    for (int i = 0; i < SLICES; i++) {
      turn();
    }
  }
}
