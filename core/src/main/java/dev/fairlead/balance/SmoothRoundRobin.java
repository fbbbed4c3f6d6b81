package dev.fairlead.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Nginx's smooth weighted round robin. The sequence has the period Σw/gcd, so it is computed once and
 * walked by a shared cursor; nothing is computed per pick.
 */
final class SmoothRoundRobin implements Balancer {
  static final SmoothRoundRobin INSTANCE = new SmoothRoundRobin();

  /** Up to this many steps the sequence is Nginx's own; beyond, the same shares in deadline order. */
  private static final long EXACT_STEPS = 20_000_000;

  private SmoothRoundRobin() {}

  @Override
  public Picker prepare(Members members) {
    long start = members.previous() instanceof Turn turn ? (long) Turn.CURSOR.getOpaque(turn) : 0;
    return new Turn(members.eligible(), start);
  }

  @Override
  public String toString() {
    return "roundRobin()";
  }

  /** Each server's index, Σw/gcd entries, in the order in which they get their turns. */
  static int[] sequence(List<Candidate> servers) {
    int[] weights = servers.stream().mapToInt(Candidate::weight).toArray();
    int divisor = 0;
    for (int w : weights) {
      divisor = gcd(divisor, w);
    }
    int total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= divisor;
      total += weights[i];
    }
    return total == weights.length
        ? identity(total)
        : (long) total * weights.length <= EXACT_STEPS
            ? smooth(weights, total)
            : byDeadline(weights, total);
  }

  private static int[] identity(int length) {
    int[] order = new int[length];
    for (int i = 0; i < length; i++) {
      order[i] = i;
    }
    return order;
  }

  private static int[] smooth(int[] weights, int total) {
    int[] order = new int[total];
    int[] current = new int[weights.length];
    for (int step = 0; step < total; step++) {
      int best = 0;
      for (int i = 0; i < weights.length; i++) {
        current[i] += weights[i];
        if (current[i] > current[best]) {
          best = i;
        }
      }
      current[best] -= total;
      order[step] = best;
    }
    return order;
  }

  /** The k-th turn of a server of weight w is due at (k + ½)/w: O(Σw · log n). */
  private static int[] byDeadline(int[] weights, int total) {
    record Due(double at, int server, int turn) implements Comparable<Due> {
      @Override
      public int compareTo(Due other) {
        int order = Double.compare(at, other.at);
        return order != 0 ? order : Integer.compare(server, other.server);
      }
    }
    PriorityQueue<Due> queue = new PriorityQueue<>(weights.length);
    for (int i = 0; i < weights.length; i++) {
      queue.add(new Due(0.5 / weights[i], i, 0));
    }
    int[] order = new int[total];
    for (int step = 0; step < total; step++) {
      Due due = queue.remove();
      order[step] = due.server();
      int turn = due.turn() + 1;
      if (turn < weights[due.server()]) {
        queue.add(new Due((turn + 0.5) / weights[due.server()], due.server(), turn));
      }
    }
    return order;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static final class Turn implements Picker {
    static final VarHandle CURSOR;

    static {
      try {
        CURSOR = MethodHandles.lookup().findVarHandle(Turn.class, "cursor", long.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final Candidate[] servers;
    private final int[] order;

    @SuppressWarnings("unused") // through CURSOR; may wrap, floorMod does not mind
    private volatile long cursor;

    Turn(List<Candidate> eligible, long cursor) {
      this.servers = eligible.toArray(Candidate[]::new);
      this.order = sequence(eligible);
      this.cursor = cursor;
    }

    @Override
    public @Nullable Candidate pick(PickContext request) {
      long turn = (long) CURSOR.getAndAdd(this, 1L);
      int length = order.length;
      int at = (int) Math.floorMod(turn, (long) length);
      for (int i = 0; i < length; i++) {
        Candidate server = servers[order[at]];
        if (request.usable(server)) {
          if (i > 0) {
            CURSOR.getAndAdd(this, (long) i); // those passed over have had their turn
          }
          return server;
        }
        at = at + 1 == length ? 0 : at + 1;
      }
      return null;
    }
  }
}
