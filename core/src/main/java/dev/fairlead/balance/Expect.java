package dev.fairlead.balance;

import java.time.Duration;
import java.util.Objects;

/** Checks of parameters, in the form of all of Fairlead: {@code field: value (expected: range)}. */
final class Expect {
  private Expect() {}

  static int range(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d..%d)".formatted(field, value, min, max));
    }
    return value;
  }

  /** A duration in nanoseconds. */
  static long nanos(String field, Duration value, Duration min, Duration max) {
    Objects.requireNonNull(value, field);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s..%s)".formatted(field, value, min, max));
    }
    return value.toNanos();
  }
}
