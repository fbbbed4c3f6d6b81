package dev.fairlead.health;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many errors have come in a row, up to a limit, at which it starts anew: of any number of threads,
 * exactly one learns that a row is full. A success among successes only reads.
 */
final class ErrorRow {
  private final int limit;
  private final AtomicInteger errors = new AtomicInteger();

  ErrorRow(int limit) {
    this.limit = limit;
  }

  /** {@return whether this error fills a row} */
  boolean error() {
    while (true) {
      int before = errors.get();
      int after = before + 1 >= limit ? 0 : before + 1;
      if (errors.compareAndSet(before, after)) {
        return after == 0;
      }
    }
  }

  /** The row is broken. */
  void clear() {
    if (errors.get() != 0) {
      errors.set(0);
    }
  }
}
