package dev.fairlead.http.internal;

import dev.fairlead.spi.LoopTimer;

/**
 * Sees to it that a request's body does not come too slowly: it may take a grace, and a second more for each
 * so many bytes that came. Only the time counts in which the client was waited for. On its event loop only.
 */
final class BodyRate implements Runnable {
  private static final double SECOND = 1e9;

  private final HttpExchange exchange;
  private final HttpLoop home;
  private final BodyRules rules;
  private final LoopTimer timer;
  private long waited;
  private long since;
  private boolean waiting;

  BodyRate(HttpExchange exchange, HttpLoop home) {
    this.exchange = exchange;
    this.home = home;
    this.rules = home.settings().bodies();
    this.timer = new LoopTimer(home.loop(), this);
  }

  /** The client is waited for from now on, or is not. */
  void waits(boolean now) {
    if (now == waiting) {
      return;
    }
    waiting = now;
    if (now) {
      since = home.now();
      timer.set(left());
    } else {
      waited += home.now() - since;
      timer.clear();
    }
  }

  private long left() {
    double earned = exchange.bodyBytes() * SECOND / rules.rate();
    return (long) (rules.grace().toNanos() + earned) - waited;
  }

  /** Time may be up, unless enough has come since it was set. */
  @Override
  public void run() {
    long now = home.now();
    waited += now - since;
    since = now;
    long left = left();
    if (left > 0) {
      timer.set(left);
    } else {
      exchange.tooSlow();
    }
  }

  void close() {
    timer.close();
  }
}
