package dev.fairlead.status;

import java.util.Map;

/**
 * The counters and readings of a frontend, a backend or a server at one moment. Counters are kept per
 * event loop and summed when read: a snapshot under load is not a cut through one instant, but each
 * number is exact once traffic rests.
 *
 * @param current sessions open (frontend) or leases held (backend, server)
 * @param queued requests that wait; 0 for a frontend
 * @param counters each counter's value; all are present
 * @param queue how long requests waited for a slot
 * @param connect how long connecting took
 * @param response from the complete connection to the complete response head
 * @param total from the first byte of the request to the end
 */
public record Stats(
    long current,
    long queued,
    Map<Counter, Long> counters,
    Latency queue,
    Latency connect,
    Latency response,
    Latency total) {

  /**
   * Copies the map.
   *
   * @param current sessions open or leases held
   * @param queued requests that wait
   * @param counters each counter's value
   * @param queue how long requests waited for a slot
   * @param connect how long connecting took
   * @param response from the complete connection to the complete response head
   * @param total from the first byte of the request to the end
   */
  public Stats {
    counters = Map.copyOf(counters);
  }

  /**
   * Reads a counter.
   *
   * @param counter which one
   * @return its value
   */
  public long get(Counter counter) {
    return counters.getOrDefault(counter, 0L);
  }
}
