package dev.fairlead.balance;

import java.util.PriorityQueue;

/**
 * HAProxy's {@code static-rr} map of Σw/gcd slots: at each slot every server's score grows by its weight;
 * the first server of the greatest rank {@code floor((score + total) / total)} gets the slot and loses the
 * total. The rank of a server grows by one at the slots ⌈k·total/w⌉, so the scores need not be added up
 * one by one: O(Σw · log n).
 */
final class HaproxyStaticOrder {
  private HaproxyStaticOrder() {}

  static int[] of(int[] weights) {
    int[] reduced = RoundRobin.reduced(weights);
    int total = RoundRobin.total(reduced);
    int[] rank = new int[reduced.length];
    int[] growths = new int[reduced.length];
    PriorityQueue<Long> growing = new PriorityQueue<>(); // slot and server
    PriorityQueue<Long> ready = new PriorityQueue<>(); // falling rank and server; some outdated
    for (int i = 0; i < reduced.length; i++) {
      growing.add(pair(nextGrowth(total, 1, reduced[i]), i));
      ready.add(pair(-rank[i], i));
    }
    int[] order = new int[total];
    for (int slot = 1; slot <= total; slot++) {
      while (!growing.isEmpty() && first(growing.peek()) == slot) {
        int server = second(growing.remove());
        ready.add(pair(- ++rank[server], server));
        growths[server]++;
        growing.add(pair(nextGrowth(total, growths[server] + 1, reduced[server]), server));
      }
      long best = ready.remove();
      while (first(best) != -rank[second(best)]) {
        best = ready.remove();
      }
      int server = second(best);
      order[slot - 1] = server;
      rank[server]--;
      ready.add(pair(-rank[server], server));
    }
    return order;
  }

  private static int nextGrowth(long total, int times, int weight) {
    return (int) Math.min((total * times + weight - 1) / weight, Integer.MAX_VALUE);
  }

  private static long pair(int first, int second) {
    return ((long) first << 32) | second;
  }

  private static int first(long pair) {
    return (int) (pair >> 32);
  }

  private static int second(long pair) {
    return (int) pair;
  }
}
