package dev.fairlead.balance;

import java.util.PriorityQueue;

/**
 * Nginx's smooth weighted round robin: each step adds every server's weight to its score, takes the
 * greatest score (the first of equals) and takes the sum of the weights off it. The order has the period
 * Σw/gcd.
 */
final class SmoothOrder {
  /** Up to this much work the order is Nginx's own; beyond, the same shares in order of deadlines. */
  private static final long EXACT_WORK = 20_000_000;

  private SmoothOrder() {}

  static int[] of(int[] weights) {
    int[] reduced = RoundRobin.reduced(weights);
    int total = RoundRobin.total(reduced);
    return total == reduced.length
        ? identity(total)
        : (long) total * reduced.length <= EXACT_WORK
            ? smooth(reduced, total)
            : byDeadline(reduced, total);
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
    int[] score = new int[weights.length];
    for (int step = 0; step < total; step++) {
      order[step] = step(score, weights, total);
    }
    return order;
  }

  /** One step on the scores; who has the turn. */
  static int step(int[] score, int[] weights, int total) {
    int best = 0;
    for (int i = 0; i < weights.length; i++) {
      score[i] += weights[i];
      if (score[i] > score[best]) {
        best = i;
      }
    }
    score[best] -= total;
    return best;
  }

  /** The k-th turn of a server of weight w is due at (k + ½)/w: O(Σw · log n). */
  static int[] byDeadline(int[] weights, int total) {
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
}
