package dev.fairlead.balance;

import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a strategy prepares itself from.
 *
 * @param eligible servers that may get new traffic now, in configuration order; never empty, each with
 *     a weight of 1 or more
 * @param all every configured server, for tables that must not be rebuilt when health flaps
 * @param inFlight reads the leases held on the whole backend
 * @param previous the picker that is being replaced, so that a turn or a ring can be carried over; null
 *     at the start
 */
public record Members(
    List<Candidate> eligible,
    List<Candidate> all,
    LongSupplier inFlight,
    @Nullable Picker previous) {

  /**
   * Copies the lists.
   *
   * @param eligible servers that may get new traffic now
   * @param all every configured server
   * @param inFlight reads the leases held on the whole backend
   * @param previous the picker that is being replaced
   */
  public Members {
    eligible = List.copyOf(eligible);
    all = List.copyOf(all);
    if (eligible.isEmpty()) {
      throw new IllegalArgumentException("eligible: empty (expected: at least one server)");
    }
    for (Candidate server : eligible) {
      if (server.weight() < 1) {
        throw Check.bad("eligible: weight of " + server.name(), server.weight(), "1 or more");
      }
    }
  }
}
