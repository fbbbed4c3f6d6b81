package dev.fairlead.health;

import java.util.Objects;

/** What may stand in the questions of probes: nothing that could break out of its field. */
final class ProbeSyntax {
  private static final int LONGEST = 255;

  private ProbeSyntax() {}

  /** A name or the like: some characters, none of which is a control character. */
  static String text(String field, String value) {
    Objects.requireNonNull(value, field);
    return require(field, value, " '" + Reasons.line(value) + "'");
  }

  /** The same for what must not be shown. */
  static String secret(String field, String value) {
    Objects.requireNonNull(value, field);
    return require(field, value, "");
  }

  private static String require(String field, String value, String shown) {
    if (value.isEmpty()
        || value.length() > LONGEST
        || value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "%s:%s (expected: 1 to %d characters without control characters)"
              .formatted(field, shown, LONGEST));
    }
    return value;
  }
}
