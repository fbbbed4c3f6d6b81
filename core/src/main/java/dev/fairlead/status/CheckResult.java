package dev.fairlead.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * What one source's latest check of one server found.
 *
 * @param code how far it came
 * @param text what was seen, for people; empty when the code says it all
 * @param took how long the check took
 * @param at when it ended
 */
public record CheckResult(CheckCode code, String text, Duration took, Instant at) {
  /**
   * Checks that nothing is missing.
   *
   * @param code how far it came
   * @param text what was seen
   * @param took how long the check took
   * @param at when it ended
   */
  public CheckResult {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(took, "took");
    Objects.requireNonNull(at, "at");
  }

  /** {@return for example {@code L7STS in 4 ms: 503, expected 200..399}} */
  @Override
  public String toString() {
    return code + " in " + took.toMillis() + " ms" + (text.isEmpty() ? "" : ": " + text);
  }
}
