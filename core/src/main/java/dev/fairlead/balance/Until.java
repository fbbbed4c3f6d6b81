package dev.fairlead.balance;

/** Up to which moment a server's time is measured. */
public enum Until {
  /** The connection is there; a reused connection tells nothing. */
  CONNECTED,
  /**
   * The head of the answer is complete. Where a protocol has no heads, as plain TCP, the connection is
   * there.
   */
  HEADER,
  /** The end: the last byte of the answer, or of the session. */
  LAST_BYTE;

  /** Nanoseconds, or −1 where the outcome does not tell. */
  long nanos(Outcome outcome) {
    long connect = outcome.connectNanos();
    long response = outcome.responseNanos();
    if (this == LAST_BYTE) {
      return outcome.kind() == Outcome.Kind.COMPLETED ? outcome.totalNanos() : -1;
    }
    if (this == HEADER && response >= 0) {
      return Math.max(connect, 0) + response;
    }
    return connect > 0 ? connect : -1;
  }

  /** Whether a server answered, but with an error of its own. */
  static boolean errorAnswer(Outcome outcome) {
    return outcome.kind() == Outcome.Kind.COMPLETED
        && outcome.status() >= 500
        && outcome.status() <= 599;
  }
}
