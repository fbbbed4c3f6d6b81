package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one check found: a code that HAProxy's operators know, and words.
 *
 * @param code how far it came, and whether that is good
 * @param text what was seen, for example {@code 503}; empty when the code says it all
 * @param expected what should have been seen; null when that goes without saying
 * @param warning what operators should know although the server works; null when there is nothing. It
 *     becomes an event when it is new
 * @param duration how long the check took; null to have it measured
 */
public record Verdict(
    CheckCode code,
    String text,
    @Nullable String expected,
    @Nullable String warning,
    @Nullable Duration duration) {

  /**
   * Checks that there are a code and a text.
   *
   * @param code how far it came
   * @param text what was seen
   * @param expected what should have been seen, or null
   * @param warning what operators should know, or null
   * @param duration how long the check took, or null
   */
  public Verdict {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(text, "text");
  }

  /**
   * A verdict of any kind.
   *
   * @param code how far the check came
   * @param text what was seen
   * @return the verdict
   */
  public static Verdict of(CheckCode code, String text) {
    return new Verdict(code, text, null, null, null);
  }

  /**
   * The server can do its work ({@link CheckCode#L7OK}).
   *
   * @param text what was seen
   * @return the verdict
   */
  public static Verdict pass(String text) {
    return of(CheckCode.L7OK, text);
  }

  /**
   * The server cannot do its work ({@link CheckCode#L7STS}).
   *
   * @param text what was seen
   * @return the verdict
   */
  public static Verdict fail(String text) {
    return of(CheckCode.L7STS, text);
  }

  /**
   * The server works, but wants no new traffic ({@link CheckCode#L7OKC}): it drains until a check passes
   * without this wish. From a server that is down this is a failure, as in HAProxy: it stays down.
   *
   * @param text what was seen
   * @return the verdict
   */
  public static Verdict drain(String text) {
    return of(CheckCode.L7OKC, text);
  }

  /** Who is down cannot be drained. */
  Verdict ofOneThatIsDown() {
    return code == CheckCode.L7OKC
        ? new Verdict(CheckCode.L7STS, text, expected, warning, duration)
        : this;
  }

  /** {@return whether the server can do its work} */
  public boolean passed() {
    return code.passed();
  }

  /**
   * The same verdict with what should have been seen.
   *
   * @param what for example {@code 200..399}
   * @return a changed copy
   */
  public Verdict expected(String what) {
    return new Verdict(code, text, Objects.requireNonNull(what, "expected"), warning, duration);
  }

  /**
   * The same verdict with a warning.
   *
   * @param what operators should know although the server works
   * @return a changed copy
   */
  public Verdict warning(String what) {
    return new Verdict(code, text, expected, Objects.requireNonNull(what, "warning"), duration);
  }

  /**
   * The same verdict with a duration.
   *
   * @param time how long the check took
   * @return a changed copy
   */
  public Verdict duration(Duration time) {
    return new Verdict(code, text, expected, warning, Objects.requireNonNull(time, "duration"));
  }

  /** What was seen and what should have been, in one line whatever a server has sent. */
  String words() {
    return Reasons.line(text) + (expected == null ? "" : ", expected " + Reasons.line(expected));
  }

  /** {@return for example {@code L7STS: 503 in 4 ms, expected 200..399}} */
  @Override
  public String toString() {
    return code
        + (text.isEmpty() ? "" : ": " + Reasons.line(text))
        + (duration == null ? "" : " in " + duration.toMillis() + " ms")
        + (expected == null ? "" : ", expected " + Reasons.line(expected));
  }
}
