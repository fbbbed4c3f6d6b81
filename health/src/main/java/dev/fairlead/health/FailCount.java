package dev.fairlead.health;

import dev.fairlead.health.Classifier.Result;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Nginx's count of one server's failures, and what follows from it. Traffic is told to {@link #ended} by
 * any number of threads; all else is the control loop's, which is to be called when that says so.
 */
final class FailCount {
  /** Whether the server may be asked. */
  enum Phase {
    /** As much as others. */
    UP,
    /** Not until the time is over. */
    OUT,
    /** Once. */
    TRIAL
  }

  private final int maxFails;
  private final long failTimeout;

  /** In UP: failures so far. In TRIAL: 0, and above that that one has failed. */
  private final AtomicInteger fails = new AtomicInteger();

  private volatile long failedAt;
  private volatile long trialSince;
  private volatile boolean passed;
  private volatile Phase phase = Phase.UP;

  FailCount(int maxFails, long failTimeoutNanos) {
    this.maxFails = maxFails;
    this.failTimeout = failTimeoutNanos;
  }

  /**
   * A request has ended.
   *
   * @return whether {@link #turn} is to be called
   */
  boolean ended(Result result, long granted, long now) {
    return switch (result) {
      case OK -> answered(granted);
      case ERROR -> failed(now);
      case IGNORE -> false;
    };
  }

  private boolean failed(long now) {
    failedAt = now;
    return switch (phase) {
      case UP -> fails.incrementAndGet() >= maxFails;
      case TRIAL -> fails.incrementAndGet() == 1;
      case OUT -> false; // it began earlier
    };
  }

  private boolean answered(long granted) {
    switch (phase) {
      case UP -> {
        int failed = fails.get();
        if (failed > 0 && failed < maxFails && granted - failedAt > failTimeout) {
          fails.compareAndSet(failed, 0);
        }
        return false;
      }
      case TRIAL -> {
        if (passed || granted - trialSince < 0) {
          return false;
        }
        passed = true;
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  /** Whether a request is under way since before the trial. */
  boolean olderThanTrial(long granted) {
    return phase == Phase.TRIAL && granted - trialSince < 0;
  }

  /** What traffic has found out takes effect. {@return the phase after it} */
  Phase turn() {
    if (phase == Phase.UP && fails.get() >= maxFails) {
      phase = Phase.OUT;
    } else if (phase == Phase.TRIAL) {
      if (fails.get() > 0) {
        phase = Phase.OUT;
      } else if (passed) {
        forget();
      }
    }
    return phase;
  }

  /** How long it stays out yet; 0 or less when its time is over. */
  long nanosLeft(long now) {
    return failedAt + failTimeout - now;
  }

  /** It is out as if it had failed right now. */
  void out(long now) {
    failedAt = now;
    phase = Phase.OUT;
  }

  /** The next one that begins decides. */
  void tryOnce(long now) {
    fails.set(0);
    passed = false;
    trialSince = now;
    phase = Phase.TRIAL;
  }

  /** It is up, and has never failed. */
  void forget() {
    fails.set(0);
    phase = Phase.UP;
  }

  Phase phase() {
    return phase;
  }
}
