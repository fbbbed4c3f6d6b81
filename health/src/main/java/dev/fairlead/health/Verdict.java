package dev.fairlead.health;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one check found, in words for an operator. Those of the checks that come with Fairlead begin with
 * HAProxy's code: {@code L4OK}, {@code L4CON} (not connected), {@code L4TOUT} (not connected in time),
 * {@code L7OK}, {@code L7STS} (unexpected status), {@code L7RSP} (no proper answer), {@code L7TOUT} (no
 * answer in time).
 *
 * @param passed whether the server can do its work
 * @param text what was seen, for example {@code L7STS: 503}
 * @param expected what should have been seen; null when that goes without saying
 * @param duration how long the check took; null to have it measured
 */
public record Verdict(
    boolean passed,
    String text,
    @Nullable String expected,
    @Nullable Duration duration) {

  /**
   * Checks that there is a text.
   *
   * @param passed whether the server can do its work
   * @param text what was seen
   * @param expected what should have been seen, or null
   * @param duration how long the check took, or null
   */
  public Verdict {
    Objects.requireNonNull(text, "text");
  }

  /**
   * The server can do its work.
   *
   * @param text what was seen
   * @return the verdict
   */
  public static Verdict pass(String text) {
    return new Verdict(true, text, null, null);
  }

  /**
   * The server cannot do its work.
   *
   * @param text what was seen
   * @return the verdict
   */
  public static Verdict fail(String text) {
    return new Verdict(false, text, null, null);
  }

  /**
   * The same verdict with what should have been seen.
   *
   * @param what for example {@code 200..399}
   * @return a changed copy
   */
  public Verdict expected(String what) {
    return new Verdict(passed, text, Objects.requireNonNull(what, "expected"), duration);
  }

  /**
   * The same verdict with a duration.
   *
   * @param time how long the check took
   * @return a changed copy
   */
  public Verdict duration(Duration time) {
    return new Verdict(passed, text, expected, Objects.requireNonNull(time, "duration"));
  }

  /** {@return for example {@code L7STS: 503 in 4 ms, expected 200..399}} */
  @Override
  public String toString() {
    return text
        + (duration == null ? "" : " in " + duration.toMillis() + " ms")
        + (expected == null ? "" : ", expected " + expected);
  }
}
