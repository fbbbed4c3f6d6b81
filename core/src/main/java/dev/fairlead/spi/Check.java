package dev.fairlead.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * Checks of configuration values, so that every error names field, value and what is expected, in one
 * form: {@code weight: -1 (expected: 0..256)}.
 */
public final class Check {
  private static final Duration LONGEST = Duration.ofDays(365);

  private Check() {}

  /**
   * A number in a range.
   *
   * @param field its name
   * @param value the number
   * @param min the least
   * @param max the greatest; {@link Integer#MAX_VALUE} for no bound
   * @return the number
   * @throws IllegalArgumentException when it is out of range
   */
  public static int range(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          max == Integer.MAX_VALUE
              ? "%s: %d (expected: >= %d)".formatted(field, value, min)
              : "%s: %d (expected: %d..%d)".formatted(field, value, min, max));
    }
    return value;
  }

  /**
   * A duration above zero, at most a year.
   *
   * @param field its name
   * @param value the duration
   * @return the duration
   * @throws IllegalArgumentException when it is out of range
   */
  public static Duration positive(String field, Duration value) {
    Objects.requireNonNull(value, field);
    if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s: %s (expected: more than 0, at most 365 days)".formatted(field, value));
    }
    return value;
  }

  /**
   * A name: letters, digits and {@code - _ . :}, at most 128 of them.
   *
   * @param field its name
   * @param value the name
   * @return the name
   * @throws IllegalArgumentException when it is not such a name
   */
  public static String name(String field, String value) {
    Objects.requireNonNull(value, field);
    boolean good = !value.isEmpty() && value.length() <= 128;
    for (int i = 0; good && i < value.length(); i++) {
      char c = value.charAt(i);
      good = (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || "-_.:".indexOf(c) >= 0;
    }
    if (!good) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: 1 to 128 letters, digits, '-', '_', '.' or ':')"
              .formatted(field, value));
    }
    return value;
  }
}
