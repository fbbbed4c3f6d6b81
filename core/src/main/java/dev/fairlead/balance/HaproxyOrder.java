package dev.fairlead.balance;

import java.util.Arrays;

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
  private final int[] waiting;
  private final int[] position;
  private final int[] remainder;
  private final Timeline line;

  private HaproxyOrder(int[] weights) {
    this.weights = Arrays.stream(weights).map(w -> w * SCALE).toArray();
    this.window = RoundRobin.total(this.weights);
    this.waiting = byFallingWeight(weights);
    this.position = new int[weights.length];
    this.remainder = new int[weights.length];
    int least = this.weights[waiting[waiting.length - 1]];
    this.line = new Timeline(weights.length, window, window / least + 2);
  }

  private static int[] byFallingWeight(int[] weights) {
    long[] sorted = new long[weights.length];
    Arrays.setAll(sorted, i -> (long) -weights[i] << 32 | i);
    Arrays.sort(sorted);
    return Arrays.stream(sorted).mapToInt(pair -> (int) pair).toArray();
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
    int entered = 0;
    for (int step = 0; step < limit; step++) {
      int now = window + step;
      boolean enters = line.isFreeTo(now) && entered < waiting.length;
      int server = enters ? waiting[entered++] : line.take();
      if (server == Timeline.NOBODY) {
        return Arrays.copyOf(order, step);
      }
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
      line.put(server, position[server], (4096 + remainder[server] - weight) / SCALE);
    }
  }
}
