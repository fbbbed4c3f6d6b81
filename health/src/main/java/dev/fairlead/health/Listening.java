package dev.fairlead.health;

import dev.fairlead.spi.Watched;

/**
 * A monitor's ear at a server.
 *
 * @param server whom it listens to
 * @param subscription as the server gave it
 */
record Listening(Watched server, AutoCloseable subscription) implements AutoCloseable {
  static Listening toTraffic(Watched server, Watched.OutcomeListener listener) {
    return new Listening(server, server.onOutcome(listener));
  }

  static Listening toChecks(Watched server, Watched.CheckListener listener) {
    return new Listening(server, server.onChecked(listener));
  }

  @Override
  public void close() {
    try {
      subscription.close();
    } catch (Exception e) {
      server.failed("subscription", subscription, e);
    }
  }
}
