package dev.fairlead.health;

import dev.fairlead.spi.Watched;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The leases that a server holds already when its trial begins: sessions can last for hours, and a limit that
 * counted them among the trials would let none through until they end. On the control loop, but for {@link
 * #ended}.
 */
final class OlderLeases {
  private final AtomicInteger ended = new AtomicInteger();
  private int before;

  /** To be called before the trial begins, and {@link #count} at once after that. */
  void forget() {
    before = 0;
    ended.set(0);
  }

  /** Those whose end is told from now on are among them still: their slots are kept until after this turn. */
  void count(Watched server) {
    before = server.inFlight();
  }

  /** One of them has ended. By any thread. */
  void ended() {
    ended.incrementAndGet();
  }

  /** {@return how many there are still} */
  int left() {
    return Math.max(0, before - ended.get());
  }
}
