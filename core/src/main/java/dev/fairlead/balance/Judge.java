package dev.fairlead.balance;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Says whether a server that a key prefers may be had. Three ways of asking, from the strictest to the
 * one that accepts any: see {@link Strictness}. Immutable.
 *
 * <p>Bounded load is HAProxy's {@code hash-balance-factor} (Mirrokni, Thorup, Zadimoghaddam, arXiv
 * 1608.01350, with weights): with {@code T = ⌈(in flight + 1) · factor / 100⌉} slots for the backend,
 * Σw the sum of weights and cᵢ the sum of those before server i, it has
 * {@code max(1, ⌊(cᵢ + wᵢ)·T / Σw⌋ − ⌊cᵢ·T / Σw⌋)}, and is refused when it holds that many already.
 */
final class Judge {
  /** How much is asked of a server. */
  enum Strictness {
    /** Not tried, within its bound, and not too many waiting. */
    ALL,
    /** Not tried. */
    UNTRIED,
    /** Nothing. */
    NOTHING
  }

  private final Candidate[] servers;
  private final long[] weightsBefore;
  private final int factor;
  private final int maxWaiting;
  private final LongSupplier inFlight;
  private final Strictness strictness;

  private Judge(
      Candidate[] servers,
      long[] weightsBefore,
      int factor,
      int maxWaiting,
      LongSupplier inFlight,
      Strictness strictness) {
    this.servers = servers;
    this.weightsBefore = weightsBefore;
    this.factor = factor;
    this.maxWaiting = maxWaiting;
    this.inFlight = inFlight;
    this.strictness = strictness;
  }

  /**
   * @param factor percent of the mean, 0 for no bound
   * @param maxWaiting how many may wait for a full server; {@link Integer#MAX_VALUE} for any number
   */
  static Judge of(List<Candidate> eligible, int factor, int maxWaiting, LongSupplier inFlight) {
    long[] before = new long[eligible.size() + 1];
    for (int i = 0; i < eligible.size(); i++) {
      before[i + 1] = before[i] + eligible.get(i).weight();
    }
    Candidate[] servers = eligible.toArray(Candidate[]::new);
    return new Judge(servers, before, factor, maxWaiting, inFlight, Strictness.ALL);
  }

  Judge with(Strictness other) {
    return new Judge(servers, weightsBefore, factor, maxWaiting, inFlight, other);
  }

  Candidate server(int place) {
    return servers[place];
  }

  int size() {
    return servers.length;
  }

  /** Whether servers that are merely full are passed over. */
  boolean passesFullOnes() {
    return maxWaiting < Integer.MAX_VALUE;
  }

  /** The slots of the whole backend at this moment; read once per pick. 0 where there is no bound. */
  long slots() {
    return factor == 0 ? 0 : ((inFlight.getAsLong() + 1) * factor + 99) / 100;
  }

  boolean accepts(int place, PickContext request, long slots) {
    if (strictness == Strictness.NOTHING) {
      return true;
    }
    Candidate server = servers[place];
    if (request.tried(server)) {
      return false;
    }
    return strictness == Strictness.UNTRIED
        || (within(place, slots)
            && (!passesFullOnes() || !server.full() || server.load().queued() < maxWaiting));
  }

  /** Whether one more keeps a server within its bound. */
  boolean within(int place, long slots) {
    return slots == 0 || servers[place].inFlight() < share(place, slots);
  }

  /** A server's part of the slots; 1 at least. */
  long share(int place, long slots) {
    long total = weightsBefore[servers.length];
    long share = weightsBefore[place + 1] * slots / total - weightsBefore[place] * slots / total;
    return Math.max(1, share);
  }
}
