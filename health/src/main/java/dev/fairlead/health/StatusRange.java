package dev.fairlead.health;

import dev.fairlead.spi.Check;

/**
 * HTTP statuses that are as good as each other.
 *
 * @param min the least
 * @param max the greatest
 */
record StatusRange(int min, int max) {
  private static final int LEAST = 101; // what is less says only "wait for it"
  private static final int GREATEST = 599;

  StatusRange {
    Check.range("status", min, LEAST, GREATEST);
    Check.range("status", max, min, GREATEST);
  }

  boolean contains(int status) {
    return min <= status && status <= max;
  }

  @Override
  public String toString() {
    return min == max ? Integer.toString(min) : min + ".." + max;
  }
}
