package dev.fairlead.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks an order that was computed beforehand, with one cursor for all threads: every round robin is
 * this picker with an order of its own. A pick is one atomic addition and one look into the order.
 */
final class Turn implements Picker {
  private static final VarHandle CURSOR;

  /** So many servers are all asked before nobody is found; of more, so many turns are looked at. */
  static final int LOOKS = 256;

  /** How far to look for the next turn of a free server, before any free one is as good. */
  private static final int FURTHEST = 4096;

  static {
    try {
      CURSOR = MethodHandles.lookup().findVarHandle(Turn.class, "cursor", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Candidate[] servers;
  private final int[] order;

  /** Whose order it is, and of which weights. */
  private final @Nullable RoundRobin rule;

  private final int[] weights;

  /** May wrap: floorMod does not mind. */
  private volatile long cursor;

  /**
   * @param rule whose order it is
   * @param weights of the servers
   * @param order places in the list, each as often as its weight says
   * @param previous the picker that is replaced: where it is a turn too, that turn goes on
   */
  Turn(
      RoundRobin rule,
      int[] weights,
      List<Candidate> eligible,
      int[] order,
      @Nullable Picker previous) {
    this.servers = eligible.toArray(Candidate[]::new);
    this.order = order;
    this.rule = rule;
    this.weights = weights;
    this.cursor = previous instanceof Turn old ? old.goesOnAt(eligible, order) : 0;
  }

  /** Begins at any reading of the cursor, negative ones included. */
  Turn(List<Candidate> eligible, int[] order, long cursor) {
    this.servers = eligible.toArray(Candidate[]::new);
    this.order = order;
    this.rule = null;
    this.weights = new int[0];
    this.cursor = cursor;
  }

  /** The order, where a rule would make the same one of these weights: limits changed, or names. */
  int @Nullable [] orderOf(RoundRobin sameRule, int[] sameWeights) {
    return sameRule.equals(rule) && Arrays.equals(sameWeights, weights) ? order : null;
  }

  @Override
  public @Nullable Candidate pick(PickContext request) {
    long turn = (long) CURSOR.getAndAdd(this, 1L);
    int at = (int) Math.floorMod(turn, (long) order.length);
    Candidate server = servers[order[at]];
    return request.usable(server) ? server : nextUsable(at, request);
  }

  /**
   * Whoever is passed over has had its turn. In a large fleet a pick gives up after so many in a row, and the
   * next one goes on from there.
   */
  private @Nullable Candidate nextUsable(int start, PickContext request) {
    if (servers.length <= LOOKS) {
      return nextOfFew(start, request);
    }
    int at = start;
    for (int i = 1; i <= LOOKS; i++) {
      at = at + 1 == order.length ? 0 : at + 1;
      Candidate server = servers[order[at]];
      if (request.usable(server)) {
        CURSOR.getAndAdd(this, (long) i);
        return server;
      }
    }
    CURSOR.getAndAdd(this, (long) LOOKS);
    return null;
  }

  /**
   * Goes on along the order. The order names heavy servers often: after as many steps as there are
   * servers it is made sure that one is free at all.
   */
  private @Nullable Candidate nextOfFew(int start, PickContext request) {
    Candidate free = null;
    int at = start;
    for (int i = 1; i < Math.min(order.length, servers.length + FURTHEST); i++) {
      at = at + 1 == order.length ? 0 : at + 1;
      if (i == servers.length) {
        free = anyFree(order[at], request);
        if (free == null) {
          return null;
        }
      }
      Candidate server = servers[order[at]];
      if (request.usable(server)) {
        CURSOR.getAndAdd(this, (long) i);
        return server;
      }
    }
    return free;
  }

  private @Nullable Candidate anyFree(int place, PickContext request) {
    for (int i = 0; i < servers.length; i++) {
      Candidate server = servers[(place + i) % servers.length];
      if (request.usable(server)) {
        return server;
      }
    }
    return null;
  }

  /**
   * Where the next order has to begin, so that the server whose turn comes now has it then too. A server
   * that left is passed over.
   */
  private int goesOnAt(List<Candidate> nextServers, int[] nextOrder) {
    Places places = new Places(nextServers);
    int at = (int) Math.floorMod(cursor, (long) order.length);
    int from = (int) ((long) at * nextOrder.length / order.length);
    for (int i = 0; i < order.length; i++) {
      int place = places.of(servers[order[(at + i) % order.length]]);
      if (place >= 0) {
        int found = from;
        while (nextOrder[found] != place) {
          found = found + 1 == nextOrder.length ? 0 : found + 1;
        }
        return found;
      }
    }
    return 0;
  }
}
