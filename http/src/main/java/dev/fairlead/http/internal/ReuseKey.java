package dev.fairlead.http.internal;

import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Lease;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request must have in common with the one for which a connection was made: nothing, or its client's
 * connection, alone or as the first of a list, or something else.
 */
final class ReuseKey {
  private ReuseKey() {}

  /** {@return to be compared with {@code equals}; null when any request may use any connection} */
  static @Nullable Object of(HttpRoute route, Lease lease, Acquire request) {
    Object key = route.home().gateway().reuseKey(lease, request);
    if (route.pool().settings().shared() || client(key) != null) {
      return key;
    }
    Connection client = request.connection();
    return key == null ? client : List.of(client, key);
  }

  /** {@return the only client whose requests may use such a connection, or null} */
  static @Nullable Connection client(@Nullable Object key) {
    Object first = key instanceof List<?> several ? several.get(0) : key;
    return first instanceof Connection client ? client : null;
  }
}
