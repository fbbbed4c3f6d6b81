package dev.fairlead.tcp;

import dev.fairlead.config.Backend;
import dev.fairlead.config.FrontendBuilder;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;
import dev.fairlead.spi.Upstream;
import java.time.Duration;

/** What all sessions of one opened TCP frontend share. */
final class TcpProtocol implements Protocol {
  final Gateway gateway;
  final Upstream upstream;
  final Backend backend;
  final Duration clientTimeout;
  final Duration serverTimeout;
  final Duration clientFinTimeout;
  final Duration serverFinTimeout;

  TcpProtocol(FrontendBuilder.Settings settings, Gateway gateway) {
    this.gateway = gateway;
    this.backend = settings.defaultBackend();
    this.upstream = gateway.upstream(backend.name());
    // A tunnel's time-out, where it was set, stands for both; those of half-closed ones stand above
    // it.
    this.clientTimeout = backend.tunnelTimeout().orElse(settings.clientTimeout());
    this.serverTimeout = backend.tunnelTimeout().orElse(backend.serverTimeout());
    Duration clientFin = settings.clientFinTimeout();
    this.clientFinTimeout = clientFin == null ? clientTimeout : clientFin;
    this.serverFinTimeout = backend.serverFinTimeout().orElse(serverTimeout);
  }

  @Override
  public void accepted(Connection client) {
    new TcpSession(this, client).start();
  }

  /** A byte stream has no good moment to be ended by us: sessions run on until the grace is over. */
  @Override
  public void drain() {}
}
