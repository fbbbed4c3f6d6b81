package dev.fairlead.health;

/**
 * How one server stands with Envoy's ejections, as a value. Times are readings of the ticker, in nanoseconds.
 *
 * @param inARow how many ejections in a row count
 * @param active whether it is ejected
 * @param since when that began, or ended
 * @param lasting how long it lasts, or lasted; 0 where it never began
 */
record Ejection(int inARow, boolean active, long since, long lasting) {
  /** A server that was never ejected. */
  static final Ejection NEVER = new Ejection(0, false, 0, 0);

  /**
   * One more: it lasts as long as the base time as often as it comes in a row, up to the most, and the jitter
   * on top. The number rises until it has reached the most.
   */
  Ejection begin(long now, long base, long most, long jitter) {
    int times = (double) inARow * base < (double) most + base ? inARow + 1 : inARow;
    double product = (double) base * times;
    long lasts = product < (double) most ? (long) product : most;
    return new Ejection(times, true, now, lasts + jitter);
  }

  /** Whether its time is over. */
  boolean over(long now) {
    return active && now - since >= lasting;
  }

  Ejection end(long now) {
    return new Ejection(inARow, false, now, lasting);
  }

  /** After a sweep: an interval without an ejection takes one off the row. */
  Ejection calmed(long now, long interval) {
    boolean calm = !active && inARow > 0 && now - since >= interval;
    return calm ? new Ejection(inARow - 1, false, since, lasting) : this;
  }
}
