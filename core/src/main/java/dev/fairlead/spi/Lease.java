package dev.fairlead.spi;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Outcome;

/**
 * The right to one slot of one server. On its request's event loop only. Released exactly once: counts
 * in flight, limits, queues, draining and passive health hang on that.
 */
public interface Lease {
  /** {@return the server} */
  Candidate server();

  /** {@return the backend's name} */
  String backend();

  /** {@return nanoseconds that the request waited for it; 0 when it did not} */
  long queuedNanos();

  /** {@return counts for the server and for its backend} */
  Counting counting();

  /**
   * Tells those who watch traffic that the server has taken the work up, where its end may be far off: the
   * connection of a session is there. At most once.
   */
  default void established() {}

  /**
   * Gives the slot back.
   *
   * @param outcome how it ended; read during the call
   * @throws IllegalStateException when it was released before
   */
  void release(Outcome outcome);
}
