package dev.fairlead.simulator;

import java.util.Arrays;

/**
 * What came of it. Equal results come of equal seeds.
 *
 * @param p50 milliseconds that half of the requests took at most, those that failed fast left out
 * @param p99 milliseconds that 99 of 100 of them took at most; five seconds for those given up
 * @param imbalance the busiest server's working time as a multiple of the mean
 * @param failed the part of the requests that failed or were given up after five seconds
 * @param badShare the part of the requests that the slow or failing server got
 * @param mostInFlight the most requests that a server had at once
 */
record Result(
    double p50, double p99, double imbalance, double failed, double badShare, int mostInFlight) {

  static Result of(double[] nanos, int failures, int requests, Machine[] machines, int bad) {
    Arrays.sort(nanos);
    double busiest = Arrays.stream(machines).mapToDouble(m -> m.busyNanos).max().orElse(0);
    double mean =
        Arrays.stream(machines).mapToDouble(m -> m.busyNanos).average().orElse(1);
    double picks = Arrays.stream(machines).mapToInt(m -> m.picks).sum();
    return new Result(
        rank(nanos, 0.50) / 1e6,
        rank(nanos, 0.99) / 1e6,
        busiest / mean,
        failures / (double) requests,
        machines[bad].picks / picks,
        Arrays.stream(machines).mapToInt(m -> m.mostInFlight).max().orElse(0));
  }

  private static double rank(double[] sorted, double part) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(part * sorted.length) - 1];
  }
}
