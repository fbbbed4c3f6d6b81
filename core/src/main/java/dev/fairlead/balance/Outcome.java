package dev.fairlead.balance;

/** How a lease ended. Valid during the call that hands it over only: keep values, not the object. */
public interface Outcome {
  /** {@return what happened} */
  Kind kind();

  /** {@return the protocol's result code as the server sent it, for example 200, or -1 for none} */
  int status();

  /** {@return nanoseconds that connecting took; 0 for a reused connection, -1 when it did not succeed} */
  long connectNanos();

  /** {@return nanoseconds from the complete connection to the complete response head, or -1} */
  long responseNanos();

  /** {@return nanoseconds from the grant of the lease to its end} */
  long totalNanos();

  /** {@return the ticker's reading at that end, to be compared with {@link PickContext#nanoTime}} */
  long nanoTime();

  /**
   * {@return whether the server had taken the work up, so that a failure came in the midst of it: the head
   * of a response was there; for TCP, the connection}
   */
  default boolean answered() {
    return responseNanos() >= 0;
  }

  /** What happened to a unit of work. */
  enum Kind {
    /** It ran to its end; a status that tells of an error counts as such an end too. */
    COMPLETED(false),
    /** The server refused the connection, or it could not be made. */
    CONNECT_FAILED(true),
    /** The connection was not there in time. */
    CONNECT_TIMEOUT(true),
    /** The connection closed before the first byte of an answer. */
    EMPTY(true),
    /** The connection was reset or broke off before the end of the answer. */
    RESET(true),
    /** The answer violates the protocol. */
    MALFORMED(true),
    /** The server did not act in time. */
    TIMEOUT(true),
    /** The client left, or did not act in time; says nothing of the server. */
    CLIENT_ABORT(false),
    /** The proxy ended it: shutdown, rule, or an error of its own; says nothing of the server. */
    CANCELLED(false);

    private final boolean serverFailure;

    Kind(boolean serverFailure) {
      this.serverFailure = serverFailure;
    }

    /** {@return whether it is the server's failure} */
    public boolean serverFailure() {
      return serverFailure;
    }
  }
}
