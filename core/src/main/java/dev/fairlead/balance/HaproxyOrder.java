package dev.fairlead.balance;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * HAProxy's {@code roundrobin}: a timeline on which a server of weight w stands every Σw/w steps. The
 * waiting servers enter by falling weight where the timeline has a hole; a window is 16·Σw steps long, and
 * whoever passes its end waits for the next. One window is run here as HAProxy would run it from its
 * start, and then repeated; for most weights it consists of 16 equal turns, of which one is kept. Where it
 * does not, equally heavy servers may change places in HAProxy's next window, and do not here.
 *
 * <p>Not copied: that a server's place on the timeline outlives a change of the list, which in large
 * farms keeps a recovered server waiting for long.
 */
final class HaproxyOrder {
  /** HAProxy's {@code BE_WEIGHT_SCALE}: a weight of 1 counts 16, so that slow start has steps. */
  private static final int SCALE = 16;

  /** Longer windows are cut after the first turn. */
  static final int LONGEST = 1 << 18;

  private final int[] weights;
  private final int window;
  private final int[] position;
  private final int[] remainder;
  private final PriorityQueue<Entry> line = new PriorityQueue<>();
  private final PriorityQueue<Entry> waiting = new PriorityQueue<>();

  private HaproxyOrder(int[] weights) {
    this.weights = Arrays.stream(weights).map(w -> w * SCALE).toArray();
    this.window = RoundRobin.total(this.weights);
    this.position = new int[weights.length];
    this.remainder = new int[weights.length];
  }

  /** A server at its place; of equal places the one that came first. */
  private record Entry(long key, int entered, int server) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int order = Long.compare(key, other.key);
      return order != 0 ? order : Integer.compare(entered, other.entered);
    }
  }

  static int[] of(int[] weights) {
    int turn = RoundRobin.total(RoundRobin.reduced(weights));
    HaproxyOrder run = new HaproxyOrder(weights);
    if (run.window > LONGEST) {
      return run.steps(turn);
    }
    int[] order = run.steps(run.window);
    return repeats(order, turn) ? Arrays.copyOf(order, turn) : order;
  }

  private static boolean repeats(int[] order, int turn) {
    for (int i = turn; i < order.length; i++) {
      if (order[i] != order[i - turn]) {
        return false;
      }
    }
    return order.length >= turn;
  }

  /** At most so many steps, less when the window ends before. */
  private int[] steps(int limit) {
    int[] order = new int[limit];
    for (int i = 0; i < weights.length; i++) {
      waiting.add(new Entry(-weights[i], i, i));
    }
    for (int step = 0; step < limit; step++) {
      int now = window + step;
      boolean hole = line.isEmpty() || position[line.element().server()] > now;
      if (hole && waiting.isEmpty() && line.isEmpty()) {
        return Arrays.copyOf(order, step);
      }
      int server = (hole && !waiting.isEmpty() ? waiting : line).remove().server();
      order[step] = server;
      advance(server, now);
    }
    return order;
  }

  private void advance(int server, int now) {
    int weight = weights[server];
    position[server] = (position[server] == 0 ? now : position[server]) + window / weight;
    remainder[server] += window % weight;
    if (remainder[server] >= weight) {
      remainder[server] -= weight;
      position[server]++;
    }
    if (position[server] < 2 * window) {
      long key = 256L * position[server] + (4096 + remainder[server] - weight) / SCALE;
      line.add(new Entry(key, now, server));
    }
  }
}
