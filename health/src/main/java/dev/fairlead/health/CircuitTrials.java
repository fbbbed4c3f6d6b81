package dev.fairlead.health;

import dev.fairlead.spi.Check;
import java.time.Duration;

/**
 * How a circuit that is open closes again, checked.
 *
 * @param open how long it is open the first time
 * @param multiplier how much longer each further time
 * @param most how long at most
 * @param trials how many decide
 * @param patience how long it may be half-open; 0 for any time
 */
record CircuitTrials(
    Duration open, double multiplier, Duration most, int trials, Duration patience) {
  static final CircuitTrials DEFAULT =
      new CircuitTrials(Duration.ofMinutes(1), 1, Duration.ofMinutes(1), 10, Duration.ZERO);

  CircuitTrials {
    Check.positive("waitDurationInOpenState", open);
    if (!(multiplier >= 1 && multiplier <= 100)) {
      throw new IllegalArgumentException("multiplier: " + multiplier + " (expected: 1..100)");
    }
    Check.positive("most", most);
    Check.range("permittedNumberOfCallsInHalfOpenState", trials, 1, Integer.MAX_VALUE);
    if (!patience.isZero()) {
      Check.positive("maxWaitDurationInHalfOpenState", patience);
    }
  }

  CircuitTrials open(Duration time) {
    return new CircuitTrials(time, multiplier, most, trials, patience);
  }

  CircuitTrials backoff(double factor, Duration longest) {
    return new CircuitTrials(open, factor, longest, trials, patience);
  }

  CircuitTrials trials(int count) {
    return new CircuitTrials(open, multiplier, most, count, patience);
  }

  CircuitTrials patience(Duration time) {
    return new CircuitTrials(open, multiplier, most, trials, time);
  }

  /** How long it is open the nth time in a row; never shorter than the first. */
  long openNanos(int nth) {
    double factor = Math.pow(multiplier, nth - 1.0);
    double longest = (double) Math.max(open.toNanos(), most.toNanos());
    return (long) Math.min(open.toNanos() * factor, longest);
  }

  @Override
  public String toString() {
    return "waitDurationInOpenState %s%s, permittedNumberOfCallsInHalfOpenState %d%s"
        .formatted(
            Rhythm.text(open),
            multiplier == 1 ? "" : " times %s up to %s".formatted(multiplier, Rhythm.text(most)),
            trials,
            patience.isZero() ? "" : " within " + Rhythm.text(patience));
  }
}
