package dev.fairlead.http.internal;

import dev.fairlead.config.Backend;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.UpgradeRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the engine needs of a frontend's configuration. Immutable.
 *
 * @param clientTimeout how long a client may do nothing while it is expected to act
 * @param clientFinTimeout how long a tunnel's client may rest once one direction has ended; null: as any
 *     other time
 * @param requestTimeout how long a head may take
 * @param keepAliveTimeout how long a client may wait between requests
 * @param limits how large heads may be
 * @param forward who learns of the client, or null
 * @param upgrades which upgrades may pass
 * @param serveHalfClosed whether a client that ends its direction behind a whole request is answered
 * @param idleTimeout how long a server's idle connection is kept
 * @param maxIdle how many idle connections are kept for each server and loop
 * @param backend where requests go
 */
public record HttpSettings(
    Duration clientTimeout,
    @Nullable Duration clientFinTimeout,
    Duration requestTimeout,
    Duration keepAliveTimeout,
    Limits limits,
    @Nullable ForwardRule forward,
    UpgradeRule upgrades,
    boolean serveHalfClosed,
    Duration idleTimeout,
    int maxIdle,
    Backend backend) {

  private static final Duration TUNNEL = Duration.ofHours(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** {@return how long an upgraded connection to a backend may rest} */
  public static Duration tunnelTimeout(Backend backend) {
    return backend.tunnelTimeout().orElse(TUNNEL);
  }

  Duration tunnelTimeout() {
    return tunnelTimeout(backend);
  }

  Duration tunnelClientFin() {
    return clientFinTimeout == null ? tunnelTimeout() : clientFinTimeout;
  }

  Duration tunnelServerFin() {
    return backend.serverFinTimeout().orElseGet(this::tunnelTimeout);
  }

  /** {@return the pause before the same server is tried again (HAProxy: turn-around)} */
  long turnAroundNanos() {
    Duration connect = backend.connectTimeout();
    return Math.min(connect.toNanos(), LONGEST_PAUSE.toNanos());
  }
}
