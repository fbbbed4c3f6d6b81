package dev.fairlead.balance;

import org.jspecify.annotations.Nullable;

/**
 * Chooses among the servers of one snapshot. Called for every request, from any thread, several at
 * once; takes no lock, performs nothing, allocates nothing.
 */
@FunctionalInterface
public interface Picker {
  /**
   * Chooses a server.
   *
   * @param request the request
   * @return an eligible server. A full one means that the request waits for that very server; null
   *     means no preference: it waits for whichever is free first
   */
  @Nullable
  Candidate pick(PickContext request);

  /**
   * Told once for each lease that ends, on the picker that is current at that moment.
   *
   * @param server the lease's server
   * @param outcome how it ended; valid during the call only
   */
  default void completed(Candidate server, Outcome outcome) {}
}
