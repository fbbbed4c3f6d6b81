package dev.fairlead.health;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The states of a circuit breaker. Traffic is told to {@link #ended} by any number of threads; all else is the
 * control loop's, which is to be called when that says so.
 */
final class Circuit {
  /** Whether calls pass. */
  enum State {
    /** All of them. */
    CLOSED,
    /** None. */
    OPEN,
    /** Some, on trial. */
    HALF_OPEN
  }

  private final Window window;
  private final int minimumCalls;
  private final int failureRate;
  private final int slowRate;
  private final int trials;

  private final AtomicInteger tried = new AtomicInteger();
  private final AtomicInteger triedFailed = new AtomicInteger();
  private final AtomicInteger triedSlow = new AtomicInteger();
  private volatile long trialsSince;

  private volatile boolean tripped;
  private volatile State state = State.CLOSED;

  /**
   * @param minimumCalls so many must be in the window for its rates to count
   * @param failureRate from so many percent on it opens
   * @param slowRate the same for slow calls
   * @param trials how many decide whether it closes again
   */
  Circuit(Window window, int minimumCalls, int failureRate, int slowRate, int trials) {
    this.window = window;
    this.minimumCalls = minimumCalls;
    this.failureRate = failureRate;
    this.slowRate = slowRate;
    this.trials = trials;
  }

  /**
   * A call has ended.
   *
   * @param granted when it began: one that is older than the trials is none
   * @return whether {@link #turn} is to be called
   */
  boolean ended(boolean failed, boolean slow, long granted) {
    return switch (state) {
      case CLOSED -> counted(failed, slow);
      case HALF_OPEN -> granted - trialsSince >= 0 && tried(failed, slow);
      case OPEN -> false;
    };
  }

  private boolean counted(boolean failed, boolean slow) {
    if (tripped) {
      return false;
    }
    window.record(failed, slow);
    if (tooBad(window.calls(), window.failed(), window.slow())) {
      tripped = true;
      return true;
    }
    return false;
  }

  /** The count of all is raised last: who sees it sees the others. */
  private boolean tried(boolean failed, boolean slow) {
    if (failed) {
      triedFailed.incrementAndGet();
    }
    if (slow) {
      triedSlow.incrementAndGet();
    }
    tried.incrementAndGet();
    return true;
  }

  private boolean tooBad(long calls, long failed, long slow) {
    return calls >= minimumCalls && exceeds(calls, failed, slow);
  }

  private boolean exceeds(long calls, long failed, long slow) {
    return 100 * failed >= failureRate * calls || 100 * slow >= slowRate * calls;
  }

  /** Whether a call is under way since before the trials. */
  boolean olderThanTrials(long granted) {
    return state == State.HALF_OPEN && granted - trialsSince < 0;
  }

  /** What traffic has found out takes effect. {@return the state after it} */
  State turn() {
    if (state == State.CLOSED && tripped) {
      tried.set(0);
      state = State.OPEN;
    } else if (state == State.HALF_OPEN) {
      int ended = tried.get();
      if (exceeds(Math.max(ended, trials), triedFailed.get(), triedSlow.get())) {
        state = State.OPEN; // whatever the others bring
      } else if (ended >= trials) {
        close();
      }
    }
    return state;
  }

  /** Calls that begin from now on are on trial. */
  void tryAgain(long now) {
    triedFailed.set(0);
    triedSlow.set(0);
    tried.set(0);
    trialsSince = now;
    state = State.HALF_OPEN;
  }

  void open() {
    state = State.OPEN;
  }

  private void close() {
    window.clear();
    tripped = false;
    state = State.CLOSED;
  }

  State state() {
    return state;
  }

  /** {@return how many more may be tried} */
  int trialsLeft() {
    return trials - Math.min(tried.get(), trials);
  }

  /** {@return the window's figures in words; those of the trials while there are some} */
  String figures() {
    return state == State.HALF_OPEN || tried.get() > 0 // or the trials have just ended
        ? words("trials", tried.get(), triedFailed.get(), triedSlow.get())
        : words("calls", window.calls(), window.failed(), window.slow());
  }

  private static String words(String what, long all, long failed, long slow) {
    return "of %d %s, %d failed and %d were slow".formatted(all, what, failed, slow);
  }
}
