package dev.fairlead.health;

import java.util.Arrays;

/** Compares one server's mean latency with the median of the others', in nanoseconds. */
final class Latencies {
  private Latencies() {}

  /** {@return the median of all but one of at least two; of an even number, the mean of the middle ones} */
  static double medianOfOthers(double[] means, int one) {
    double[] others = new double[means.length - 1];
    System.arraycopy(means, 0, others, 0, one);
    System.arraycopy(means, one + 1, others, one, others.length - one);
    Arrays.sort(others);
    int middle = others.length / 2;
    return others.length % 2 == 1 ? others[middle] : (others[middle - 1] + others[middle]) / 2;
  }

  /** Whether a mean is an outlier's. */
  static boolean isOutlier(double mean, double others, double factor, double minimumExcess) {
    return mean > factor * others && mean - others >= minimumExcess;
  }
}
