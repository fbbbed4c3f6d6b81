package dev.fairlead.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server of the lowest cost among many in O(log n), without a lock. The servers stand at the
 * leaves of a binary tree, each with the cost last seen; every inner node names the winner of the two
 * below it, so that the root names the best of all. When a server is picked or a lease of it ends, its
 * cost is read again from the live counts, and its matches up to the root are played again.
 *
 * <p><b>What holds for one thread.</b> The choice is that of a {@link Scan}, as long as every lease was
 * picked here.
 *
 * <p><b>What holds for many.</b> Each node is written without regard to other threads, but from what was
 * below it an instant before, and read once more afterwards; a match that two threads play at once may
 * for a moment name the loser. Nothing adds up: the next event at any server below plays it again from
 * the costs, and costs are read from the live counts, never counted here. Changes that are no picks
 * (sticky requests, waiters served, a pick that found its slot taken) are not announced; so a winner is
 * read again before it is chosen, and each pick also plays the matches of one other server, in turn:
 * whatever is out of date is right again after n picks.
 */
final class Tournament implements Cost.Learning {
  private static final long NEVER = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);
  private static final int NOBODY = -1;

  /** How often a winner is read again before it is believed. */
  private static final int READ_AGAIN = 3;

  /** How many winners that turn out to be full a pick strikes out before it gives up. */
  static final int LOOKS = 256;

  private final Candidate[] servers;
  private final Places places;
  private final Cost cost;
  private final @Nullable Turns turns;

  /** The costs last seen, as bits: for numbers of 0 or more these have the order of the numbers. */
  private final AtomicLongArray seen;

  /** Node 1 is the root, 2i and 2i + 1 are below i; the leaves are their own winners. */
  private final AtomicIntegerArray winner;

  private final int leaves;
  private final AtomicInteger round = new AtomicInteger();

  /** As {@link Scan#Scan}. */
  Tournament(List<Candidate> servers, Cost cost, @Nullable Turns turns) {
    this.servers = servers.toArray(Candidate[]::new);
    this.places = new Places(servers);
    this.cost = cost;
    this.turns = turns;
    int n = servers.size();
    this.leaves = Math.max(2, Integer.highestOneBit(2 * n - 1));
    this.seen = new AtomicLongArray(n);
    this.winner = new AtomicIntegerArray(2 * leaves);
    for (int i = 0; i < leaves; i++) {
      winner.set(leaves + i, i < n ? i : NOBODY);
    }
    for (int i = 0; i < n; i++) {
      look(i, 0, cost.lastNow());
    }
    for (int node = leaves - 1; node > 0; node--) {
      play(node);
    }
  }

  @Override
  public @Nullable Candidate pick(PickContext request) {
    long now = cost.now(request);
    update(Math.floorMod(round.getAndIncrement(), servers.length), 0, now);
    int best = best(request, now);
    if (best == NOBODY) {
      return null;
    }
    if (turns != null) {
      turns.taken(best);
    }
    cost.picked(servers[best], now);
    update(best, 1, now);
    return servers[best];
  }

  @Override
  public void completed(Candidate server, Outcome outcome) {
    cost.completed(server, outcome);
    int place = places.of(server);
    if (place >= 0) {
      update(place, -1, cost.lastNow());
    }
  }

  @Override
  public Cost cost() {
    return cost;
  }

  @Nullable
  Turns turns() {
    return turns;
  }

  /**
   * The best that the request may take. Leases that were not announced make a winner look better than it
   * is: a few times it is read again. Those that have filled up so are struck out as they are met, and no
   * later pick meets them; after {@value #LOOKS} of them this one gives up.
   */
  private int best(PickContext request, long now) {
    for (int i = 0; i < LOOKS; i++) {
      int best = winner.getOpaque(1);
      if (best == NOBODY || seen.getOpaque(best) == NEVER) {
        return NOBODY; // then nobody is free
      }
      boolean again = i < READ_AGAIN || servers[best].full();
      if (!again || !costsMoreThanSeen(best, now)) {
        return request.usable(servers[best]) ? best : bestBelow(1, request, now);
      }
    }
    return NOBODY;
  }

  private boolean costsMoreThanSeen(int place, long now) {
    long before = seen.getOpaque(place);
    if (look(place, 0, now) <= before) {
      return false;
    }
    replay(place);
    return true;
  }

  /** Looks below a node only while its winner is none: k servers that were tried cost O(k · log n). */
  private int bestBelow(int node, PickContext request, long now) {
    int best = winner.getOpaque(node);
    if (best == NOBODY || seen.getOpaque(best) == NEVER) {
      return NOBODY; // then nobody below is free
    }
    if (request.usable(servers[best])) {
      return best;
    }
    if (node >= leaves) {
      return NOBODY;
    }
    if (servers[best].full()) {
      update(best, 0, now);
    }
    return better(bestBelow(2 * node, request, now), bestBelow(2 * node + 1, request, now));
  }

  private void update(int place, int more, long now) {
    look(place, more, now);
    replay(place);
  }

  /** Reads a cost from the live counts. */
  private long look(int place, int more, long now) {
    long bits = Double.doubleToRawLongBits(cost.ifFree(servers[place], more, now));
    seen.setOpaque(place, bits);
    return bits;
  }

  private void replay(int place) {
    for (int node = (leaves + place) >> 1; node > 0; node >>= 1) {
      play(node);
    }
  }

  private void play(int node) {
    for (int i = 0; i < 2; i++) {
      int left = winner.getOpaque(2 * node);
      int right = winner.getOpaque(2 * node + 1);
      winner.setOpaque(node, better(left, right));
      if (winner.getOpaque(2 * node) == left && winner.getOpaque(2 * node + 1) == right) {
        return;
      }
    }
  }

  private int better(int left, int right) {
    if (left == NOBODY || right == NOBODY) {
      return left == NOBODY ? right : left;
    }
    long difference = seen.getOpaque(left) - seen.getOpaque(right);
    boolean leftWins =
        difference != 0 ? difference < 0 : turns == null ? left < right : turns.before(left, right);
    return leftWins ? left : right;
  }
}
