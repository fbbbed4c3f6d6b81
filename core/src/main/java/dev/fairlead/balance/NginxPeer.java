package dev.fairlead.balance;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What Nginx's round robin remembers of one server. Written by all threads, each field as it comes: times
 * before the count of failures, so that who sees a failure counted sees when it happened.
 */
final class NginxPeer {
  /** Nginx's {@code current_weight}: the greatest one has the turn. */
  private final AtomicLong score = new AtomicLong();

  /** By how much failures have lowered its {@code effective_weight} below its weight. */
  private final AtomicInteger lost = new AtomicInteger();

  /** Failures since it was last well; not counted beyond {@code max_fails}. */
  private final AtomicInteger fails = new AtomicInteger();

  /** When it failed last. Like the next one, of no meaning while there are no failures. */
  private final AtomicLong accessed = new AtomicLong();

  /** When it failed last, or was asked after that to see whether it is well again. */
  private final AtomicLong checked = new AtomicLong();

  long score() {
    return score.get();
  }

  /** The weight that it has at the next step. */
  int effectiveWeight(int weight) {
    return Math.max(weight - lost.get(), 0);
  }

  /** One step: its score gains its effective weight, and that recovers by one. */
  int gain(int weight) {
    int missing = Math.min(lost.get(), weight);
    if (missing > 0) {
      lost.compareAndSet(missing, missing - 1);
    }
    score.addAndGet(weight - missing);
    return weight - missing;
  }

  /** It has the turn, and pays what all have gained. */
  void pay(long total) {
    score.addAndGet(-total);
  }

  /** Whether it has failed too often and too lately to be asked. */
  boolean out(long now, int maxFails, long failTimeout) {
    return maxFails > 0 && fails.get() >= maxFails && now - checked.get() <= failTimeout;
  }

  /**
   * Takes the right to ask it. Of those who find the time-out over at once, one gets it.
   *
   * @return whether it was to be had
   */
  boolean ask(long now, int maxFails, long failTimeout) {
    int failed = fails.get();
    if (failed == 0) {
      return true;
    }
    long since = checked.get();
    boolean first = now - since > failTimeout && checked.compareAndSet(since, now);
    return first || failed < maxFails;
  }

  /** It is asked whether it is out or not. */
  void askAnyway(long now) {
    checked.set(now);
  }

  /** A request to it has failed. */
  void failed(long now, int weight, int maxFails) {
    accessed.set(now);
    checked.set(now);
    lost.addAndGet(weight / maxFails);
    lost.accumulateAndGet(weight, Math::min);
    fails.accumulateAndGet(maxFails, (count, most) -> Math.min(count + 1, most));
  }

  /** A request to it has not failed: when that was after its last time-out, it is well. */
  void answered() {
    int failed = fails.get();
    if (failed > 0 && accessed.get() - checked.get() < 0) {
      fails.compareAndSet(failed, 0);
    }
  }
}
