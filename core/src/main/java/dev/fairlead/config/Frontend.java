package dev.fairlead.config;

import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;
import java.util.List;

/**
 * Where clients come in (HAProxy: the {@code frontend} section). {@code TcpFrontend} and {@code
 * HttpFrontend} are frontends; a protocol of your own is another, built with {@link FrontendBuilder}.
 * Immutable; one value may be started in several load balancers.
 */
public interface Frontend {
  /** {@return what all frontends have} */
  FrontendSettings settings();

  /** {@return the name, unique in a load balancer} */
  default String name() {
    return settings().name();
  }

  /** {@return what it speaks inside TLS, by ALPN names, the preferred one first; empty: anything} */
  default List<String> alpn() {
    return List.of();
  }

  /**
   * Makes what handles its connections. Called once for each time that the frontend is opened, before it
   * listens.
   *
   * @param gateway the engine
   * @return the protocol
   */
  Protocol protocol(Gateway gateway);
}
