package dev.fairlead.health;

/**
 * What a row of errors in the traffic of a server does to its check (HAProxy: {@code on-error}). Whatever
 * it is, the next check comes soon: after {@link HealthCheck#fastEvery} at the latest, where that is set.
 */
public enum OnError {
  /** Nothing else ({@code fastinter}). */
  FAST_INTERVAL,
  /** It counts as one failed check ({@code fail-check}). */
  FAIL_CHECK,
  /** It counts as failed checks, of which one more takes the server down ({@code sudden-death}). */
  SUDDEN_DEATH,
  /** It takes the server down at once ({@code mark-down}). */
  MARK_DOWN;

  /** Where a row of errors leaves the counter. */
  Hysteresis after(Hysteresis now) {
    return switch (this) {
      case FAST_INTERVAL -> now;
      case FAIL_CHECK -> now.after(false);
      case SUDDEN_DEATH -> now.atMost(now.rise() + 1).after(false);
      case MARK_DOWN -> now.atMost(now.rise()).after(false);
    };
  }

  /** As HAProxy writes it. */
  String word() {
    return switch (this) {
      case FAST_INTERVAL -> "fastinter";
      case FAIL_CHECK -> "fail-check";
      case SUDDEN_DEATH -> "sudden-death";
      case MARK_DOWN -> "mark-down";
    };
  }
}
