package dev.fairlead.health;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A verdict to come, of a probe that can say what it was waiting for when the time is up. */
final class Awaited extends CompletableFuture<Verdict> {
  private final Supplier<Verdict> atTimeout;

  /** The supplier is asked on the control loop, at most once. */
  Awaited(Supplier<Verdict> atTimeout) {
    this.atTimeout = atTimeout;
  }

  Verdict atTimeout() {
    return atTimeout.get();
  }
}
