package dev.fairlead.status;

/**
 * How long each stage of a session or an exchange took, in nanoseconds; -1 where the stage was not
 * reached (HAProxy's TR, Tw, Tc, Tr and Ta).
 *
 * @param request from the first byte of the request to its complete head; 0 for TCP
 * @param queue waiting for a slot
 * @param connect connecting to the server; 0 for a reused connection
 * @param response from the complete connection to the complete response head
 * @param total from the first byte of the request (TCP: from accept) to the end
 */
public record Timings(long request, long queue, long connect, long response, long total) {

  /** {@return the total in milliseconds, rounded down} */
  public long totalMillis() {
    return millis(total);
  }

  /**
   * Nanoseconds as a log line shows them.
   *
   * @param nanos a field of this record
   * @return milliseconds rounded down, -1 for a stage that was not reached
   */
  public static long millis(long nanos) {
    return nanos < 0 ? -1 : nanos / 1_000_000;
  }
}
