package dev.fairlead.acceptance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Counts the lines of the logger {@code dev.fairlead.access}, by how the exchange ended, as they would
 * stand in a file. Thread-safe.
 */
final class AccessLog extends Handler {
  private static final int KEPT = 20;

  private final Logger logger = Logger.getLogger("dev.fairlead.access");
  private final Map<String, Long> ends = new HashMap<>();
  private final List<String> failed = new ArrayList<>();
  private long lines;

  private AccessLog() {}

  /** Listens until closed. */
  static AccessLog open() {
    AccessLog log = new AccessLog();
    log.logger.setLevel(Level.FINE);
    log.logger.setUseParentHandlers(false);
    log.logger.addHandler(log);
    return log;
  }

  @Override
  public synchronized void publish(LogRecord line) {
    AccessLine end = AccessLine.parse(line.getMessage())
        .orElseThrow(() -> new IllegalArgumentException(line.getMessage()));
    lines++;
    ends.merge(end.termination() + " " + end.status(), 1L, Long::sum);
    boolean allowed = end.termination().startsWith("C")
        || (end.status() == 200 && List.of("--", "SD").contains(end.termination()));
    if (!allowed && failed.size() < KEPT) {
      failed.add(end.text());
    }
  }

  /** All lines. */
  synchronized long lines() {
    return lines;
  }

  /** Exchanges that ended regularly with status 200. */
  synchronized long complete() {
    return ends.getOrDefault("-- 200", 0L);
  }

  /** Responses that the server broke off after they had begun. */
  synchronized long brokenOff() {
    return ends.getOrDefault("SD 200", 0L);
  }

  /** Exchanges that the client did not wait for. */
  synchronized long leftByClient() {
    return ends.entrySet().stream()
        .filter(end -> end.getKey().startsWith("C"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** The first lines of exchanges that should not have failed. */
  synchronized List<String> failed() {
    return List.copyOf(failed);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
    logger.setLevel(null);
  }

  /** How often each end occurred. */
  @Override
  public synchronized String toString() {
    return lines + " lines " + ends;
  }
}
