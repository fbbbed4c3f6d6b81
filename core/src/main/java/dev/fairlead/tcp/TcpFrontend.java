package dev.fairlead.tcp;

import dev.fairlead.config.Binding;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.FrontendBuilder;
import dev.fairlead.config.FrontendSettings;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;

/**
 * A frontend that relays byte streams (HAProxy: {@code mode tcp}): transparent both ways, with
 * back-pressure, half-close and resets passed on. Immutable.
 *
 * <pre>{@code
 * TcpFrontend.builder("postgres").bind(5432).defaultBackend(db).clientTimeout(ofHours(1)).build()
 * }</pre>
 */
public final class TcpFrontend implements Frontend {
  private final FrontendSettings settings;

  private TcpFrontend(FrontendSettings settings) {
    this.settings = settings;
  }

  /**
   * A builder.
   *
   * @param name the frontend's name, unique in a load balancer
   * @return the builder
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  @Override
  public FrontendSettings settings() {
    return settings;
  }

  @Override
  public Protocol protocol(Gateway gateway) {
    return new TcpProtocol(settings, gateway);
  }

  /** {@return name, addresses, limit and time-outs, for people} */
  @Override
  public String toString() {
    return "tcp frontend %s on %s to %s: maxConnections %s, client %s, client-fin %s"
        .formatted(
            name(),
            settings.bindings().stream().map(Binding::address).toList(),
            settings.defaultBackend().name(),
            settings.maxConnections() == 0 ? "any" : settings.maxConnections(),
            settings.clientTimeout(),
            settings.clientFinTimeout() == null ? "as client" : settings.clientFinTimeout());
  }

  /** Builds a TCP frontend. Not thread-safe. */
  public static final class Builder extends FrontendBuilder<Builder> {
    private Builder(String name) {
      super(name);
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Checks and builds.
     *
     * @return the frontend
     * @throws IllegalArgumentException when bindings or the default backend are missing; all problems in
     *     one message
     */
    public TcpFrontend build() {
      return new TcpFrontend(settings());
    }
  }
}
