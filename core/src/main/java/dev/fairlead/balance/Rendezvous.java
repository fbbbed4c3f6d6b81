package dev.fairlead.balance;

import java.util.Arrays;

/**
 * Highest random weight (Thaler and Ravishankar 1998): every server has a score for every key, the best
 * one wins. Weighted by {@code −w / ln u}, u uniform in (0, 1) from key and server.
 */
final class Rendezvous implements Mapping {
  static final Rendezvous INSTANCE = new Rendezvous();

  private Rendezvous() {}

  @Override
  public Layout layout(Roster roster) {
    long[] hashes = new long[roster.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = roster.hash(i, 0);
    }
    return (places, eligible) -> {
      long[] seeds = new long[eligible];
      int[] weights = new int[eligible];
      boolean equal = true;
      for (int i = 0; i < places.length; i++) {
        if (places[i] >= 0) {
          seeds[places[i]] = hashes[i];
          weights[places[i]] = roster.weight(i);
        }
      }
      for (int weight : weights) {
        equal &= weight == weights[0];
      }
      return equal ? new Equal(seeds) : new Weighted(seeds, weights);
    };
  }

  static long score(long seed, long hash) {
    return XxHash64.avalanche(seed ^ hash * 0x9E3779B97F4A7C15L);
  }

  @Override
  public String toString() {
    return "rendezvous()";
  }

  private static final class Equal implements Table {
    private final long[] seeds;

    Equal(long[] seeds) {
      this.seeds = seeds;
    }

    @Override
    public int find(long hash, KeyBuffer key, PickContext request, Judge judge, long slots) {
      int best = NONE;
      long most = 0;
      for (int i = 0; i < seeds.length; i++) {
        long score = score(seeds[i], hash) ^ Long.MIN_VALUE;
        if ((best == NONE || score > most) && judge.accepts(i, request, slots)) {
          best = i;
          most = score;
        }
      }
      return best;
    }
  }

  private static final class Weighted implements Table {
    private final long[] seeds;
    private final int[] weights;
    private final int heaviest;

    /** On the safe side of rounding. */
    private static final double NEARLY_ONE = 1 - 1e-9;

    Weighted(long[] seeds, int[] weights) {
      this.seeds = seeds;
      this.weights = weights;
      this.heaviest = Arrays.stream(weights).max().orElseThrow();
    }

    @Override
    public int find(long hash, KeyBuffer key, PickContext request, Judge judge, long slots) {
      int best = NONE;
      double least = Double.POSITIVE_INFINITY;
      double hopeless = 0; // below, not even the heaviest costs less: saves most logarithms
      for (int i = 0; i < seeds.length; i++) {
        double uniform = ((score(seeds[i], hash) >>> 11) + 0.5) * 0x1p-53;
        if (uniform < hopeless) {
          continue;
        }
        double cost = -Math.log(uniform) / weights[i];
        if (cost < least && judge.accepts(i, request, slots)) {
          best = i;
          least = cost;
          hopeless = Math.exp(-least * heaviest) * NEARLY_ONE;
        }
      }
      return best;
    }
  }
}
