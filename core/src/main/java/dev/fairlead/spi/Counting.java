package dev.fairlead.spi;

import dev.fairlead.status.Counter;

/** The counters of one event loop. On that loop only; readers sum over loops. */
public interface Counting {
  /**
   * Adds to a counter.
   *
   * @param counter which one
   * @param amount how much, 0 or more
   */
  void add(Counter counter, long amount);

  /**
   * Records how long the stages of a unit of work took; negative ones are left out.
   *
   * @param queue nanoseconds in the queue
   * @param connect nanoseconds connecting
   * @param response nanoseconds to the response head
   * @param total nanoseconds in all
   */
  void record(long queue, long connect, long response, long total);
}
