package dev.fairlead.balance;

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

  /**
   * The k-th turn of a server of weight w is due at (k + ½)/w. Turns are dealt into as many equal spans of
   * time as there are turns, one a span on the average, those of a span in the order of the list: O(Σw).
   */
  static int[] byDeadline(int[] weights, int total) {
    int[] next = new int[total + 1];
    for (int weight : weights) {
      for (int turn = 0; turn < weight; turn++) {
        next[span(turn, weight, total) + 1]++;
      }
    }
    for (int i = 1; i <= total; i++) {
      next[i] += next[i - 1];
    }
    int[] order = new int[total];
    for (int server = 0; server < weights.length; server++) {
      for (int turn = 0; turn < weights[server]; turn++) {
        order[next[span(turn, weights[server], total)]++] = server;
      }
    }
    return order;
  }

  private static int span(int turn, int weight, int total) {
    return (int) ((2L * turn + 1) * total / (2L * weight));
  }
}
