package dev.fairlead.config;

import dev.fairlead.spi.Check;
import java.time.Duration;
import java.util.Objects;

/**
 * How a server that comes back gets its load: which share of its weight and of its limit it has after a
 * time (HAProxy: {@code slowstart}; Envoy: {@code slow_start_config}). After t of T it is
 *
 * <pre>max(least, (max(t, head) / T)^(1 / aggression))</pre>
 *
 * <p>and all of it from T on. Immutable; a pure function of time.
 *
 * @param over T: when the server has all of it; more than 0
 * @param aggression above 1 the share rises faster at first, below 1 slower; 1 is a straight line
 * @param least the share below which it never is, 0..1
 * @param head the time that counts as passed from the beginning, 0 or more
 */
public record SlowStart(Duration over, double aggression, double least, Duration head) {
  private static final double ENVOYS_LEAST = 0.10;
  private static final Duration ENVOYS_HEAD = Duration.ofSeconds(1);

  /**
   * Checks the ranges.
   *
   * @param over when the server has all of it
   * @param aggression how the share is bent
   * @param least the share below which it never is
   * @param head the time that counts as passed from the beginning
   * @throws IllegalArgumentException when one is out of range
   */
  public SlowStart {
    Check.positive("over", over);
    Objects.requireNonNull(head, "head");
    if (!(aggression > 0 && aggression <= 1000)) {
      throw new IllegalArgumentException(
          "aggression: " + aggression + " (expected: more than 0, at most 1000)");
    }
    if (!(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException("least: " + least + " (expected: 0..1)");
    }
    if (head.isNegative() || head.compareTo(over) > 0) {
      throw new IllegalArgumentException("head: " + head + " (expected: 0 to " + over + ")");
    }
  }

  /**
   * HAProxy's: a straight line from nothing to all. What is above zero counts as one at least.
   *
   * @param over when the server has all of it; more than 0
   * @return the curve
   */
  public static SlowStart linear(Duration over) {
    return new SlowStart(over, 1, 0, Duration.ZERO);
  }

  /**
   * Envoy's: a tenth at least, and the first second counts as passed.
   *
   * @param window when the server has all of it; 1 s or more
   * @param aggression above 1 the share rises faster at first, below 1 slower; Envoy's default is 1
   * @return the curve
   */
  public static SlowStart envoy(Duration window, double aggression) {
    return new SlowStart(window, aggression, ENVOYS_LEAST, ENVOYS_HEAD);
  }

  /**
   * The share after a time.
   *
   * @param nanos since the server came back, 0 or more
   * @return 0..1
   */
  public double share(long nanos) {
    double whole = over.toNanos();
    double passed = Math.max(nanos, head.toNanos());
    return passed >= whole ? 1 : Math.max(least, Math.pow(passed / whole, 1 / aggression));
  }
}
