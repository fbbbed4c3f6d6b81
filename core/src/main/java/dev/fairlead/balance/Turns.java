package dev.fairlead.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Decides between servers of equal cost: they take turns, each as often as its weight says, smoothly, as
 * Nginx lets them. Where Nginx steps through all that are equal, a server here has the time of its next
 * turn on a virtual clock: a turn of weight w lasts 1/w, the earliest one wins, and the clock stands at
 * the latest turn given. Who was not among the equals for long has a few turns waiting, not all it missed.
 */
final class Turns {
  /** The turn of a weight of 1: enough to divide by any weight, and 2⁴³ such turns to half the wrap. */
  static final long WHOLE = 1L << 20;

  /** How many turns may wait for a server: as many as threads may be ahead of each other. */
  private static final long WAITING = 4;

  private final Candidate[] servers;
  private final AtomicLongArray next; // compared by difference: may wrap, but not lag by 2⁶³
  private final AtomicLong clock;

  Turns(List<Candidate> eligible, @Nullable Turns previous) {
    this.servers = eligible.toArray(Candidate[]::new);
    this.next = new AtomicLongArray(servers.length);
    this.clock = new AtomicLong(previous == null ? 0 : previous.clock.get());
    Places old = new Places(previous == null ? List.of() : List.of(previous.servers));
    for (int i = 0; i < servers.length; i++) {
      int place = old.of(servers[i]);
      long now = clock.get();
      long turn = WHOLE / servers[i].weight();
      long due = place >= 0 && previous != null ? previous.next.get(place) : now + turn / 2;
      next.set(i, due - now > turn ? now + turn : due); // a turn of a lesser weight lasted longer
    }
  }

  /** Begins at any reading of the clock. */
  Turns(List<Candidate> eligible, long[] next, long clock) {
    this.servers = eligible.toArray(Candidate[]::new);
    this.next = new AtomicLongArray(next);
    this.clock = new AtomicLong(clock);
  }

  /** Whether the turn of one comes before that of another; by place when both come at once. */
  boolean before(int one, int other) {
    long difference = next.getOpaque(one) - next.getOpaque(other);
    return difference < 0 || (difference == 0 && one < other);
  }

  /** A server has its turn. Two threads that choose it at once give it two turns. */
  void taken(int place) {
    long whole = WHOLE / servers[place].weight();
    while (true) {
      long now = clock.getOpaque();
      long due = next.getOpaque(place);
      long earliest = now - WAITING * whole;
      long turn = due - earliest > 0 ? due : earliest;
      if (next.compareAndSet(place, due, turn + whole)) {
        if (turn - now > 0) {
          clock.setOpaque(turn);
        }
        return;
      }
    }
  }
}
