package dev.fairlead.http.internal;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Retries;
import dev.fairlead.spi.Reachable;
import dev.fairlead.spi.Upstream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from one frontend to one of its backends, on one event loop: where a slot is asked for, the
 * idle connections to its servers, and its time-outs. On that loop only.
 */
final class HttpRoute {
  private static final Duration TUNNEL = Duration.ofHours(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final HttpLoop home;
  private final Upstream upstream;
  private final Backend backend;
  private final UpstreamPool pool;
  private final @Nullable EarlyConnections early;
  private final long serverTimeoutNanos;
  private final long turnAroundNanos;

  HttpRoute(HttpLoop home, Upstream upstream, Backend backend) {
    this.home = home;
    this.upstream = upstream;
    this.backend = backend;
    PoolSettings settings = home.settings().pool();
    this.pool = new UpstreamPool(home.loop(), settings);
    this.early = settings.early() > 0 ? new EarlyConnections(this, settings.early()) : null;
    this.serverTimeoutNanos = backend.serverTimeout().toNanos();
    this.turnAroundNanos = Math.min(backend.connectTimeout().toNanos(), LONGEST_PAUSE.toNanos());
  }

  HttpLoop home() {
    return home;
  }

  Upstream upstream() {
    return upstream;
  }

  UpstreamPool pool() {
    return pool;
  }

  /** {@return the servers to which connections may be made before requests come} */
  List<Reachable> reachable() {
    return home.gateway().reachable(backend.name());
  }

  /** Begins to keep connections ready, where that is wanted. */
  void begin() {
    if (early != null) {
      early.look();
    }
  }

  /** A connection to a server was lent. */
  void taken(int server) {
    if (early != null) {
      early.taken(server);
    }
  }

  /** No more requests are wanted: closes idle connections. */
  void drain() {
    if (early != null) {
      early.close();
    }
    pool.close();
  }

  /** {@return how long a connection may take until it can be used} */
  long connectTimeoutNanos() {
    return backend.connectTimeout().toNanos();
  }

  Retries retries() {
    return backend.retries();
  }

  /** {@return how long a server may do nothing while it is its turn} */
  long serverTimeoutNanos() {
    return serverTimeoutNanos;
  }

  /** {@return the pause before the same server is tried again (HAProxy: turn-around)} */
  long turnAroundNanos() {
    return turnAroundNanos;
  }

  /** {@return how long an upgraded connection to a backend may rest} */
  static Duration tunnelTimeout(Backend backend) {
    return backend.tunnelTimeout().orElse(TUNNEL);
  }

  Duration tunnelTimeout() {
    return tunnelTimeout(backend);
  }

  Duration tunnelClientFin() {
    Duration own = home.settings().clientFinTimeout();
    return own == null ? tunnelTimeout() : own;
  }

  Duration tunnelServerFin() {
    return backend.serverFinTimeout().orElseGet(this::tunnelTimeout);
  }
}
