package dev.fairlead.http.internal;

import dev.fairlead.config.Backend;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.UpgradeRule;
import dev.fairlead.http.internal.h2.Http2Limits;
import dev.fairlead.http.spi.RequestInfo;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the engine needs of a frontend's configuration. Immutable.
 *
 * @param clientTimeout how long a client may do nothing while it is expected to act
 * @param clientFinTimeout how long a tunnel's client may rest once one direction has ended; null: as any
 *     other time
 * @param requestTimeout how long a head may take
 * @param keepAliveTimeout how long a client may wait between requests
 * @param limits how large heads may be, and what passes in requests
 * @param responseLimits the same for responses
 * @param unusualNames what becomes of such fields of requests
 * @param forward who learns of the client, or null
 * @param tlsFields what servers learn of the client's TLS
 * @param upgrades which upgrades may pass
 * @param connects which requests with the method CONNECT may pass; null: none
 * @param http2WithoutTls whether a client may begin HTTP/2 without asking
 * @param http2ByUpgrade whether a client may go over to HTTP/2 by {@code Upgrade: h2c}
 * @param http2 what a peer may do on an HTTP/2 connection
 * @param serveHalfClosed whether a client that ends its direction behind a whole request is answered
 * @param bodies what is expected of the bodies of requests
 * @param via the proxy's name in {@code Via}, or null for no such field
 * @param date whether responses without {@code Date} get one
 * @param pool how connections to servers are kept
 * @param backends where requests may go, the default first
 */
public record HttpSettings(
    Duration clientTimeout,
    @Nullable Duration clientFinTimeout,
    Duration requestTimeout,
    Duration keepAliveTimeout,
    Limits limits,
    Limits responseLimits,
    UnusualNames unusualNames,
    @Nullable ForwardRule forward,
    TlsFields tlsFields,
    UpgradeRule upgrades,
    @Nullable Predicate<RequestInfo> connects,
    boolean http2WithoutTls,
    boolean http2ByUpgrade,
    Http2Limits http2,
    boolean serveHalfClosed,
    BodyRules bodies,
    @Nullable String via,
    boolean date,
    PoolSettings pool,
    List<Backend> backends) {

  /** {@return whether a request may pass, as far as that depends on its method} */
  boolean admits(RequestHead head) {
    return !head.connect() || (connects != null && connects.test(head));
  }

  Backend defaultBackend() {
    return backends.get(0);
  }
}
