package dev.fairlead.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws servers at random by weight: a point in the sum of all weights, found in the running sums in
 * O(log n), or by a division where all weights are equal.
 */
final class Draw {
  static final int NONE = -1;
  private static final int TRIES = 16;

  /** How many servers are asked in turn where draws find nothing: all of a small fleet. */
  static final int LOOKS = 256;

  private final Candidate[] servers;
  private final int[] ends;
  private final int total;
  private final int equalWeight;

  Draw(List<Candidate> eligible) {
    servers = eligible.toArray(Candidate[]::new);
    ends = new int[servers.length];
    int sum = 0;
    int weight = servers[0].weight();
    for (int i = 0; i < ends.length; i++) {
      sum = Math.addExact(sum, servers[i].weight());
      ends[i] = sum;
      weight = servers[i].weight() == weight ? weight : 0;
    }
    total = sum;
    equalWeight = weight;
  }

  Candidate server(int place) {
    return servers[place];
  }

  /** How many servers there are. */
  int size() {
    return servers.length;
  }

  /**
   * A usable server that was not drawn before. Each draw is by weight among all but the first one drawn;
   * where sixteen draws find nothing usable, up to {@value #LOOKS} servers after the last one drawn are
   * asked in turn.
   *
   * @param first the first one drawn for this request, or {@link #NONE}
   * @param others those drawn after it, as {@link #with} notes them
   * @return its place, or {@link #NONE}
   */
  int usable(PickContext request, int first, long others) {
    RandomGenerator random = request.random();
    int place = NONE;
    for (int i = 0; i < TRIES; i++) {
      place = any(random, first);
      if (place == NONE) {
        return NONE;
      }
      if (!among(others, place) && request.usable(servers[place])) {
        return place;
      }
    }
    for (int i = Math.min(servers.length, LOOKS); i > 0; i--) {
      place = place + 1 == servers.length ? 0 : place + 1;
      if (place != first && !among(others, place) && request.usable(servers[place])) {
        return place;
      }
    }
    return NONE;
  }

  /** Notes one more place, up to three, 21 bits each: so that nothing is allocated. */
  static long with(long others, int place) {
    return others << 21 | (place + 1);
  }

  private static boolean among(long others, int place) {
    for (long rest = others; rest != 0; rest >>>= 21) {
      if ((rest & 0x1F_FFFF) == place + 1) {
        return true;
      }
    }
    return false;
  }

  /** By weight, without one of them. */
  private int any(RandomGenerator random, int except) {
    if (except == NONE) {
      return at(random.nextInt(total));
    }
    int weight = servers[except].weight();
    if (weight == total) {
      return NONE;
    }
    int point = random.nextInt(total - weight);
    return at(point < ends[except] - weight ? point : point + weight);
  }

  private int at(int point) {
    if (equalWeight > 0) {
      return point / equalWeight;
    }
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > point) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
