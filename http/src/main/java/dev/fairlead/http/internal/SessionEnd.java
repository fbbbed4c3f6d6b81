package dev.fairlead.http.internal;

import dev.fairlead.event.Event;
import dev.fairlead.spi.Gateway;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Timings;
import java.net.SocketAddress;

/** Tells the end of a session. Its exchanges were told before. */
final class SessionEnd {
  private SessionEnd() {}

  static void report(
      HttpLoop home,
      long number,
      SocketAddress client,
      long accepted,
      long bytesIn,
      long bytesOut,
      Termination how) {
    Gateway gateway = home.gateway();
    if (gateway.observed()) {
      gateway.report(new Event.SessionClosed(
          gateway.frontend(),
          number,
          client,
          null,
          null,
          gateway.instant(accepted),
          new Timings(0, -1, -1, -1, home.now() - accepted),
          bytesIn,
          bytesOut,
          0,
          false,
          how,
          gateway.load(null)));
    }
  }
}
