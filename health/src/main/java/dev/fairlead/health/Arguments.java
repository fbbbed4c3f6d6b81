package dev.fairlead.health;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Objects;

/** What may be configured: everything else is refused with its name, its value and what is expected. */
final class Arguments {
  private static final int LONGEST_NAME = 255;
  private static final String NAMES =
      "1 to " + LONGEST_NAME + " characters without control characters";

  private Arguments() {}

  /** Not shown when it is wrong: it may be a secret. */
  static String notEmpty(String field, String value) {
    if (Objects.requireNonNull(value, field).isEmpty()) {
      throw new IllegalArgumentException(field + ": empty (expected: at least one character)");
    }
    return value;
  }

  /** Some characters that cannot break out of their field: none is a control character. */
  static String name(String field, String value) {
    return require(name(Objects.requireNonNull(value, field)), field, Reasons.line(value), NAMES);
  }

  /** The same for what must not be shown. */
  static String secret(String field, String value) {
    if (!name(Objects.requireNonNull(value, field))) {
      throw new IllegalArgumentException(field + ": not shown (expected: " + NAMES + ")");
    }
    return value;
  }

  private static boolean name(String value) {
    return !value.isEmpty()
        && value.length() <= LONGEST_NAME
        && value.chars().noneMatch(Character::isISOControl);
  }

  /** Visible ASCII: nothing that could break out of its place in a line. */
  static String word(String field, String value) {
    boolean good = !Objects.requireNonNull(value, field).isEmpty()
        && value.chars().allMatch(c -> c > ' ' && c <= '~');
    return require(good, field, value, "visible ASCII without spaces");
  }

  @CanIgnoreReturnValue
  static String require(boolean good, String field, String value, String expected) {
    if (!good) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: %s)".formatted(field, value, expected));
    }
    return value;
  }
}
