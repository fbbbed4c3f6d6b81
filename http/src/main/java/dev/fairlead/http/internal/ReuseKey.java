package dev.fairlead.http.internal;

import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Lease;
import org.jspecify.annotations.Nullable;

/** What a request must have in common with the one for which a connection was made. */
final class ReuseKey {
  /** A connection of one client's, which also has something else that its requests must have in common. */
  private record OfClient(Connection client, Object more) {}

  private ReuseKey() {}

  /** {@return to be compared with {@code equals}; null when any request may use any connection} */
  static @Nullable Object of(HttpRoute route, Lease lease, Acquire request) {
    Object key = route.home().gateway().reuseKey(lease, request);
    if (route.pool().settings().shared() || key instanceof Connection) {
      return key;
    }
    Connection client = request.connection();
    return key == null ? client : new OfClient(client, key);
  }

  /** {@return the only client whose requests may use such a connection, or null} */
  static @Nullable Connection client(@Nullable Object key) {
    if (key instanceof OfClient both) {
      return both.client();
    }
    return key instanceof Connection client ? client : null;
  }
}
