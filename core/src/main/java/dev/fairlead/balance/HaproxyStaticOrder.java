package dev.fairlead.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * HAProxy's {@code static-rr} map of T = Σw/gcd slots: at each slot every server's score grows by its
 * weight; the first server of the greatest rank {@code ⌊(score + T) / T⌋} gets the slot and loses T.
 *
 * <p>The scores need not be added up one by one. A server's rank, 1 at the start, grows by one at the
 * slots ⌈k·T/w⌉ and falls by one with each slot it gets; not below 0, since before slot t the ranks add up
 * to n + Σ⌊t·w/T⌋ − (t − 1) > 0, so that the greatest is 1 or more. With servers kept by rank that is
 * O(Σw · log n), to the base of 64.
 */
final class HaproxyStaticOrder {
  private static final int NOBODY = -1;

  private final int[] weights;
  private final int total;
  private final int[] rank;

  /** Servers of rank 1, 2 and so on; nobody asks for those of rank 0. */
  private final List<LeastFirst> byRank = new ArrayList<>();

  /** Who grows at a slot, as a list: the last one noted, and for each the one noted before. */
  private final int[] growing;

  private final int[] notedBefore;
  private final int[] growths;

  private HaproxyStaticOrder(int[] weights, int total) {
    this.weights = weights;
    this.total = total;
    this.rank = new int[weights.length];
    this.growing = new int[total + 1];
    this.notedBefore = new int[weights.length];
    this.growths = new int[weights.length];
    Arrays.fill(growing, NOBODY);
    for (int server = 0; server < weights.length; server++) {
      move(server, 1);
      noteNextGrowth(server);
    }
  }

  static int[] of(int[] weights) {
    int[] reduced = RoundRobin.reduced(weights);
    HaproxyStaticOrder run = new HaproxyStaticOrder(reduced, RoundRobin.total(reduced));
    int[] order = new int[run.total];
    for (int slot = 1; slot <= run.total; slot++) {
      run.grow(slot);
      order[slot - 1] = run.take();
    }
    return order;
  }

  private void grow(int slot) {
    for (int server = growing[slot]; server != NOBODY; ) {
      int next = notedBefore[server];
      move(server, rank[server] + 1);
      noteNextGrowth(server);
      server = next;
    }
  }

  private void noteNextGrowth(int server) {
    int weight = weights[server];
    int times = ++growths[server];
    if (times <= weight) {
      int slot = (int) (((long) times * total + weight - 1) / weight);
      notedBefore[server] = growing[slot];
      growing[slot] = server;
    }
  }

  private int take() {
    int greatest = byRank.size();
    int server = ofRank(greatest).least();
    while (server == LeastFirst.NONE) {
      server = ofRank(--greatest).least();
    }
    move(server, greatest - 1);
    return server;
  }

  private void move(int server, int to) {
    if (rank[server] > 0) {
      ofRank(rank[server]).remove(server);
    }
    rank[server] = to;
    if (to > 0) {
      ofRank(to).add(server);
    }
  }

  private LeastFirst ofRank(int asked) {
    if (asked > byRank.size()) {
      byRank.add(new LeastFirst(weights.length));
    }
    return byRank.get(asked - 1);
  }
}
