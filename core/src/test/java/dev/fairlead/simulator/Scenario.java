package dev.fairlead.simulator;

import java.util.Collections;
import java.util.List;

/**
 * Ten servers and what comes to them. Each server works on {@link #WORKERS} requests at once and lets the
 * others wait in the order they came; a request takes an exponential time, {@link #MEAN_NANOS} in the
 * mean on a server of speed 1.
 *
 * @param title in the page
 * @param speeds how fast each server is said to be, which its weight follows
 * @param slow by how much one is slower than that: 1 for not at all
 * @param failing whether it breaks every connection after a millisecond instead
 * @param load requests per second, as a part of what the speeds are said to bear
 * @param zipf the exponent of the keys' frequencies; 0: all keys are as frequent
 */
record Scenario(
    String title, List<Integer> speeds, double slow, boolean failing, double load, double zipf) {
  static final int WORKERS = 2;
  static final double MEAN_NANOS = 20e6;
  static final long PATIENCE_NANOS = 5_000_000_000L;
  static final int KEYS = 10_000;

  /** The one that is slow or failing. */
  static final int BAD = 3;

  private static final List<Integer> EQUAL = Collections.nCopies(10, 1);
  private static final List<Integer> UNEQUAL = List.of(1, 1, 1, 1, 2, 2, 2, 4, 4, 4);

  static final Scenario ALIKE = new Scenario("Equal servers", EQUAL, 1, false, 0.7, 0);
  static final Scenario WEIGHTED = new Scenario("Unequal, true weights", UNEQUAL, 1, false, 0.7, 0);
  static final Scenario SLOW = new Scenario("One server 5× slower", EQUAL, 5, false, 0.7, 0);
  static final Scenario FAILING = new Scenario("One server fails fast", EQUAL, 1, true, 0.7, 0);
  static final Scenario ZIPF = new Scenario("Unequal keys", EQUAL, 1, false, 0.7, 0.9);

  int servers() {
    return speeds.size();
  }

  /** How long a request of the mean size takes on a server. */
  double meanNanos(int server) {
    return MEAN_NANOS / speeds.get(server) * (server == BAD ? slow : 1);
  }

  boolean fails(int server) {
    return failing && server == BAD;
  }

  /** Nanoseconds from a request to the next, in the mean. */
  double gapNanos() {
    return MEAN_NANOS / (WORKERS * speeds.stream().mapToInt(s -> s).sum() * load);
  }
}
