package dev.fairlead.balance;

/**
 * IPVS {@code wrr}: a level goes down from the greatest weight to the divisor of all in steps of that
 * divisor; at each level every server of at least that weight has a turn.
 */
final class InterleavedOrder {
  private InterleavedOrder() {}

  static int[] of(int[] weights) {
    int[] reduced = RoundRobin.reduced(weights);
    int greatest = 0;
    for (int weight : reduced) {
      greatest = Math.max(greatest, weight);
    }
    int[] order = new int[RoundRobin.total(reduced)];
    int step = 0;
    for (int level = greatest; level > 0; level--) {
      for (int i = 0; i < reduced.length; i++) {
        if (reduced[i] >= level) {
          order[step++] = i;
        }
      }
    }
    return order;
  }
}
