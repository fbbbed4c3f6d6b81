package dev.fairlead.http.internal;

import dev.fairlead.config.Backend;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.UpgradeRule;
import java.time.Duration;
import java.util.List;
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
 * @param tlsFields what servers learn of the client's TLS
 * @param upgrades which upgrades may pass
 * @param serveHalfClosed whether a client that ends its direction behind a whole request is answered
 * @param idleTimeout how long a server's idle connection is kept
 * @param maxIdle how many idle connections are kept for each server and loop
 * @param backends where requests may go, the default first
 */
public record HttpSettings(
    Duration clientTimeout,
    @Nullable Duration clientFinTimeout,
    Duration requestTimeout,
    Duration keepAliveTimeout,
    Limits limits,
    @Nullable ForwardRule forward,
    TlsFields tlsFields,
    UpgradeRule upgrades,
    boolean serveHalfClosed,
    Duration idleTimeout,
    int maxIdle,
    List<Backend> backends) {

  Backend defaultBackend() {
    return backends.get(0);
  }
}
