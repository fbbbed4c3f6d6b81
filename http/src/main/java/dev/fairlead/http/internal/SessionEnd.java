package dev.fairlead.http.internal;

import dev.fairlead.event.Event;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Gateway;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Timings;

/** Tells the end of a session. Its exchanges were told before. */
final class SessionEnd {
  private SessionEnd() {}

  static void report(
      HttpLoop home, Connection connection, long bytesIn, long bytesOut, Termination how) {
    Gateway gateway = home.gateway();
    if (gateway.observed()) {
      gateway.report(new Event.SessionClosed(
          gateway.frontend(),
          connection.number(),
          connection.client(),
          null,
          null,
          gateway.instant(connection.acceptedNanos()),
          new Timings(0, -1, -1, -1, home.now() - connection.acceptedNanos()),
          bytesIn,
          bytesOut,
          0,
          false,
          how,
          gateway.load(null)));
    }
  }
}
