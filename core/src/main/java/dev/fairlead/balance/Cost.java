package dev.fairlead.balance;

/**
 * What one more request would cost on a server: the lower the better. One object for each picker; called
 * from all threads at once, takes no lock and allocates nothing.
 */
@FunctionalInterface
interface Cost {
  /**
   * The cost of a server now.
   *
   * @param server an eligible server
   * @param more what to add to the live count of leases: 1 right after a pick, when the lease is not yet
   *     counted; −1 when a lease ends, which is still counted then
   * @param now what {@link #now} said
   * @return 0 or more; infinity: not to be chosen
   */
  double of(Candidate server, int more, long now);

  /** The time, for costs that depend on it; for others 0, so that no clock is read for nothing. */
  default long now(PickContext request) {
    return 0;
  }

  /** The time of the last pick: a lease that ends brings none of its own. */
  default long lastNow() {
    return 0;
  }

  /** A server was chosen. */
  default void picked(Candidate server, long now) {}

  /** A lease has ended. */
  default void completed(Candidate server, Outcome outcome) {}

  /** The cost of what is free to choose; infinity for a server at its limit. */
  default double ifFree(Candidate server, int more, long now) {
    return server.limit() > 0 && server.inFlight() + more >= server.limit()
        ? Double.POSITIVE_INFINITY
        : of(server, more, now);
  }

  /** A picker whose next one may take over what its cost has learnt. */
  interface Learning extends Picker {
    Cost cost();
  }
}
