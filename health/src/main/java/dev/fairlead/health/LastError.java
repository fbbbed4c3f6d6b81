package dev.fairlead.health;

import dev.fairlead.balance.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the latest error was, for the reason that an operator reads. Written by any threads, field by
 * field: of two errors at once it may tell a mixture.
 */
final class LastError {
  private volatile int status = -1;
  private volatile Outcome.@Nullable Kind kind;

  void set(Outcome outcome) {
    status = outcome.status();
    kind = outcome.kind();
  }

  /** {@return for example {@code 503}, {@code connect timeout}} */
  @Override
  public String toString() {
    Outcome.Kind how = kind;
    if (how == null) {
      return "none";
    }
    return status >= 0 && !how.serverFailure()
        ? Integer.toString(status)
        : how.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
