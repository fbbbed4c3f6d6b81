package dev.fairlead.http.internal;

import dev.fairlead.spi.Relaying;
import dev.fairlead.status.Termination;
import java.time.Duration;

/** An upgraded exchange: bytes that nobody looks at. On its event loop only. */
final class Tunnel implements Relaying {
  private final HttpSession session;
  private final HttpSettings settings;
  private final long earlyFromClient;
  private final long earlyFromServer;

  Tunnel(HttpSession session, HttpSettings settings, long earlyFromClient, long earlyFromServer) {
    this.session = session;
    this.settings = settings;
    this.earlyFromClient = earlyFromClient;
    this.earlyFromServer = earlyFromServer;
  }

  @Override
  public Duration clientTimeout() {
    return settings.tunnelTimeout();
  }

  @Override
  public Duration serverTimeout() {
    return settings.tunnelTimeout();
  }

  @Override
  public Duration clientFinTimeout() {
    return settings.tunnelClientFin();
  }

  @Override
  public Duration serverFinTimeout() {
    return settings.tunnelServerFin();
  }

  @Override
  public void ended(Termination termination, long fromClient, long fromServer) {
    session.tunnelEnded(termination, fromClient + earlyFromClient, fromServer + earlyFromServer);
  }
}
