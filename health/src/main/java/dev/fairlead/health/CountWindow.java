package dev.fairlead.health;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** The last so many calls: a ring in which each call takes the place of the oldest, and its counts. */
final class CountWindow implements Window {
  private static final int CALL = 1;
  private static final int FAILED = 2;
  private static final int SLOW = 4;

  private final AtomicIntegerArray ring;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger slow = new AtomicInteger();

  CountWindow(int size) {
    this.ring = new AtomicIntegerArray(size);
  }

  @Override
  public void record(boolean failure, boolean slowness) {
    put(
        Math.floorMod(next.getAndIncrement(), ring.length()),
        CALL | (failure ? FAILED : 0) | (slowness ? SLOW : 0));
  }

  private void put(int place, int call) {
    int before = ring.getAndSet(place, call);
    change(calls, before & CALL, call & CALL);
    change(failed, before & FAILED, call & FAILED);
    change(slow, before & SLOW, call & SLOW);
  }

  private static void change(AtomicInteger count, int before, int after) {
    if (before != after) {
      count.addAndGet(after == 0 ? -1 : 1);
    }
  }

  @Override
  public long calls() {
    return calls.get();
  }

  @Override
  public long failed() {
    return failed.get();
  }

  @Override
  public long slow() {
    return slow.get();
  }

  @Override
  public void clear() {
    for (int i = 0; i < ring.length(); i++) {
      put(i, 0);
    }
  }
}
