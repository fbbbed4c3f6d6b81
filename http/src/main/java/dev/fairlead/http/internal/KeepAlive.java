package dev.fairlead.http.internal;

import dev.fairlead.spi.LoopTimer;

/**
 * Finds out whether the server of an HTTP/2 connection is still there: when nothing was heard of it for an
 * interval, it is pinged, and when nothing is heard in time then either, the connection is lost. What is
 * heard costs nothing here: the time of it is looked at when the timer runs. On its event loop only.
 */
final class KeepAlive {
  private final Http2Upstream connection;
  private final long interval;
  private final long timeout;
  private final LoopTimer timer;
  /** Whether a ping was sent of which no answer has come. */
  private boolean asked;

  private long askedAt;

  KeepAlive(Http2Upstream connection, long interval, long timeout) {
    this.connection = connection;
    this.interval = interval;
    this.timeout = timeout;
    this.timer = new LoopTimer(connection.route().home().loop(), this::look);
  }

  void begin() {
    timer.set(interval);
  }

  void close() {
    timer.close();
  }

  /** An answer to a ping came; false: none was waited for. */
  boolean answered() {
    if (!asked) {
      return false;
    }
    asked = false;
    timer.set(interval);
    return true;
  }

  private void look() {
    long now = connection.route().home().now();
    long heard = connection.heardAt();
    if (asked && heard - askedAt < 0) {
      connection.unheard();
    } else if (now - heard >= interval) {
      asked = true;
      askedAt = now;
      connection.ping();
      timer.set(timeout);
    } else {
      timer.set(interval - (now - heard));
    }
  }
}
