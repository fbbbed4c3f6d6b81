package dev.fairlead.simulator;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Requests one after the other, as a Poisson process; sizes are exponential. The first tenth warms up. */
final class Arrivals {
  private final Scenario scenario;
  private final SplittableRandom random;
  private final int requests;
  private final int warmUp;
  private final double[] keysUpTo;
  private int made;
  private double now;

  Arrivals(Scenario scenario, int requests, SplittableRandom random) {
    this.scenario = scenario;
    this.random = random;
    this.requests = requests;
    this.warmUp = requests / 10;
    this.keysUpTo = frequencies(scenario.zipf());
  }

  /** The k-th key is as frequent as k^−zipf; as running sums. */
  static double[] frequencies(double zipf) {
    double[] sums = new double[Scenario.KEYS];
    double sum = 0;
    for (int k = 0; k < sums.length; k++) {
      sum += StrictMath.pow(k + 1, -zipf);
      sums[k] = sum;
    }
    return sums;
  }

  int counted() {
    return requests - warmUp;
  }

  @Nullable
  Job next() {
    if (made == requests) {
      return null;
    }
    made++;
    now += scenario.gapNanos() * exponential();
    double point = random.nextDouble() * keysUpTo[keysUpTo.length - 1];
    int found = Arrays.binarySearch(keysUpTo, point);
    int key = found >= 0 ? found + 1 : -found - 1;
    return new Job((long) now, Math.min(key, keysUpTo.length - 1), exponential(), made > warmUp);
  }

  private double exponential() {
    return -StrictMath.log(1 - random.nextDouble());
  }
}
