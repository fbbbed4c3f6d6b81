package dev.fairlead.health;

import dev.fairlead.balance.Outcome;

/** How long a server took, by what detectors of slow servers go. */
final class CallTime {
  private CallTime() {}

  /**
   * From the beginning of the connection, if one was made, to the head of the answer; where a protocol has
   * no heads, to the connection.
   *
   * @return nanoseconds, or -1 where there was none
   */
  static long ofAnswer(Outcome outcome) {
    long connect = outcome.connectNanos();
    long response = outcome.responseNanos();
    if (response >= 0) {
      return Math.max(connect, 0) + response;
    }
    return connect > 0 ? connect : -1;
  }

  /** The same; of a failure without an answer, all the time it took. */
  static long ofCall(Outcome outcome) {
    boolean unanswered = outcome.responseNanos() < 0 && outcome.kind().serverFailure();
    return unanswered ? outcome.totalNanos() : ofAnswer(outcome);
  }
}
