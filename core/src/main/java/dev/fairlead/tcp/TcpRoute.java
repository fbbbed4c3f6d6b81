package dev.fairlead.tcp;

import dev.fairlead.config.Backend;
import dev.fairlead.config.FrontendSettings;
import dev.fairlead.spi.Upstream;
import java.time.Duration;

/** The way from a TCP frontend to one of its backends. Immutable. */
final class TcpRoute {
  final Upstream upstream;
  final Backend backend;
  final Duration clientTimeout;
  final Duration serverTimeout;
  final Duration clientFinTimeout;
  final Duration serverFinTimeout;

  TcpRoute(FrontendSettings settings, Backend backend, Upstream upstream) {
    this.upstream = upstream;
    this.backend = backend;
    // A tunnel's time-out, where it was set, stands for both; those of half-closed ones stand above
    // it.
    this.clientTimeout = backend.tunnelTimeout().orElse(settings.clientTimeout());
    this.serverTimeout = backend.tunnelTimeout().orElse(backend.serverTimeout());
    Duration clientFin = settings.clientFinTimeout();
    this.clientFinTimeout = clientFin == null ? clientTimeout : clientFin;
    this.serverFinTimeout = backend.serverFinTimeout().orElse(serverTimeout);
  }
}
