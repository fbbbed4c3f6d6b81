package dev.fairlead.tcp;

import dev.fairlead.config.Backend;
import dev.fairlead.config.FrontendSettings;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What all sessions of one opened TCP frontend share. */
final class TcpProtocol implements Protocol {
  final Gateway gateway;
  private final Map<String, TcpRoute> routes = new HashMap<>();
  private final TcpRoute defaultRoute;

  TcpProtocol(FrontendSettings settings, Gateway gateway) {
    this.gateway = gateway;
    for (Backend backend : settings.backends()) {
      routes.put(backend.name(), new TcpRoute(settings, backend, gateway.upstream(backend.name())));
    }
    this.defaultRoute = route(settings.defaultBackend().name());
  }

  private TcpRoute route(String backend) {
    return Objects.requireNonNull(routes.get(backend), backend);
  }

  @Override
  public void accepted(Connection client) {
    String chosen = client.backend();
    new TcpSession(this, chosen == null ? defaultRoute : route(chosen), client).start();
  }

  /** A byte stream has no good moment to be ended by us: sessions run on until the grace is over. */
  @Override
  public void drain() {}
}
