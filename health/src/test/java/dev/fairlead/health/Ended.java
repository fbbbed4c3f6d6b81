package dev.fairlead.health;

import dev.fairlead.balance.Outcome;
import java.time.Duration;

/** How a lease ended, as a value. */
record Ended(
    Kind kind,
    int status,
    long connectNanos,
    long responseNanos,
    long totalNanos,
    long nanoTime,
    boolean answered)
    implements Outcome {
  private static final long MILLISECOND = 1_000_000;

  /** A whole answer with a status, 1 ms after it was asked for on a connection that was there. */
  static Ended with(int status) {
    return new Ended(Kind.COMPLETED, status, 0, MILLISECOND, MILLISECOND, 0, true);
  }

  /** Without an answer; after the connection was there, unless that is what failed. */
  static Ended by(Kind kind) {
    boolean connected = kind != Kind.CONNECT_FAILED && kind != Kind.CONNECT_TIMEOUT;
    return new Ended(kind, -1, connected ? 0 : -1, -1, MILLISECOND, 0, false);
  }

  /** In the midst of an answer. */
  Ended broken(Kind how) {
    return new Ended(how, status, connectNanos, responseNanos, totalNanos, nanoTime, answered);
  }

  /** A TCP session. */
  static Ended session(Kind kind) {
    return new Ended(kind, -1, MILLISECOND, -1, MILLISECOND, 0, true);
  }

  Ended after(Duration response) {
    long nanos = response.toNanos();
    return new Ended(kind, status, connectNanos, nanos, nanos, nanoTime, answered);
  }

  /** From the grant to the end. */
  Ended lasting(Duration time) {
    return new Ended(kind, status, connectNanos, responseNanos, time.toNanos(), nanoTime, answered);
  }

  Ended at(long now) {
    return new Ended(kind, status, connectNanos, responseNanos, totalNanos, now, answered);
  }
}
