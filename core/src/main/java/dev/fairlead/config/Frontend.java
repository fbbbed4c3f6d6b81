package dev.fairlead.config;

import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;
import java.time.Duration;
import java.util.List;

/**
 * Where clients come in (HAProxy: the {@code frontend} section). {@code TcpFrontend} and {@code
 * HttpFrontend} are frontends; a protocol of your own is another, built with {@link FrontendBuilder}.
 * Immutable; one value may be started in several load balancers.
 */
public interface Frontend {
  /** {@return the name, unique in a load balancer} */
  String name();

  /** {@return where it listens; at least one} */
  List<Binding> bindings();

  /** {@return how many connections may be open at once, 0 for any number} */
  int maxConnections();

  /** {@return how long a client may do nothing} */
  Duration clientTimeout();

  /** {@return all backends to which it may send} */
  List<Backend> backends();

  /**
   * Makes what handles its connections. Called once for each time that the frontend is opened, before it
   * listens.
   *
   * @param gateway the engine
   * @return the protocol
   */
  Protocol protocol(Gateway gateway);
}
