package dev.fairlead.internal.tls;

import dev.fairlead.edge.ServerTls;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The contexts of a backend's servers, one for each configuration that differs, so that they share sessions
 * and native memory. Confined to one thread; using one for the first time blocks.
 */
public final class ClientTlsContexts implements AutoCloseable {
  private final Map<ServerTls, Shared> shared = new HashMap<>();

  /** A context and how many use it. */
  private static final class Shared {
    private final ClientTlsContext context;
    private int users;

    Shared(ClientTlsContext context) {
      this.context = context;
    }
  }

  /** Nothing yet. */
  public ClientTlsContexts() {}

  /**
   * The context for a configuration, until {@link #release}.
   *
   * @param now for the dates of certificates
   * @throws TlsMaterialException with field, file and reason for the first that is wrong
   */
  public ClientTlsContext use(ServerTls config, Instant now) {
    Shared one = shared.get(config);
    if (one == null) {
      one = new Shared(ClientTlsContext.of(config, now));
      shared.put(config, one);
    }
    one.users++;
    return one.context;
  }

  /** Ends one use. {@return whether it was the last, with which the context is closed} */
  public boolean release(ClientTlsContext context) {
    Shared one = shared.get(context.config());
    if (one == null || one.context != context) {
      throw new IllegalStateException("not in use: " + context.config());
    }
    if (--one.users > 0) {
      return false;
    }
    shared.remove(context.config());
    context.close();
    return true;
  }

  /** All that are in use. */
  public List<ClientTlsContext> all() {
    return shared.values().stream().map(one -> one.context).toList();
  }

  /** How many there are. */
  public int size() {
    return shared.size();
  }

  /** Closes all. */
  @Override
  public void close() {
    shared.values().forEach(s -> s.context.close());
    shared.clear();
  }
}
