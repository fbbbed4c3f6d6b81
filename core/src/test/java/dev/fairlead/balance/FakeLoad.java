package dev.fairlead.balance;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Live readings that a test moves. Thread-safe. */
public final class FakeLoad implements Candidate.Load {
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong startedNanosSum = new AtomicLong();

  /** Nothing in flight, nobody waits. */
  public FakeLoad() {}

  /**
   * The readings of a candidate made by {@link Candidates}.
   *
   * @param candidate the candidate
   * @return its readings
   */
  public static FakeLoad of(Candidate candidate) {
    return (FakeLoad) candidate.load();
  }

  /**
   * Takes a lease.
   *
   * @param nanoTime when it starts
   */
  public void hold(long nanoTime) {
    inFlight.incrementAndGet();
    startedNanosSum.addAndGet(nanoTime);
  }

  /**
   * Gives a lease back.
   *
   * @param nanoTime when it had started
   */
  public void release(long nanoTime) {
    inFlight.decrementAndGet();
    startedNanosSum.addAndGet(-nanoTime);
  }

  /**
   * Sets what is in flight.
   *
   * @param leases how many leases are held
   */
  public void inFlight(int leases) {
    inFlight.set(leases);
  }

  /**
   * Sets who waits.
   *
   * @param requests how many requests wait for this very server
   */
  public void queued(int requests) {
    queued.set(requests);
  }

  @Override
  public int inFlight() {
    return inFlight.get();
  }

  @Override
  public int queued() {
    return queued.get();
  }

  @Override
  public long startedNanosSum() {
    return startedNanosSum.get();
  }
}
