package dev.fairlead.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all frontends have. Made by {@link FrontendBuilder}. Immutable.
 *
 * @param name the name, unique in a load balancer
 * @param bindings where it listens; at least one
 * @param maxConnections how many connections may be open at once, 0 for any number
 * @param clientTimeout how long a client may do nothing
 * @param clientFinTimeout how long a client's connection may rest once one direction has ended; null: as
 *     any other time
 * @param defaultBackend where traffic goes
 */
public record FrontendSettings(
    String name,
    List<Binding> bindings,
    int maxConnections,
    Duration clientTimeout,
    @Nullable Duration clientFinTimeout,
    Backend defaultBackend) {

  /** {@return all backends to which it may send, the default first} */
  public List<Backend> backends() {
    return List.of(defaultBackend);
  }
}
