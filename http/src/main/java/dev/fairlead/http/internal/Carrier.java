package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.UpgradeRule;
import dev.fairlead.spi.Lease;
import java.util.Arrays;
import java.util.List;

/**
 * What may carry a request to a server that lets TLS choose the version. HTTP/2 has no {@code Upgrade} (RFC
 * 9113 §8.6); it has the extended CONNECT, if the server says so, and that means the same for WebSockets (RFC
 * 8441 §5).
 */
enum Carrier {
  /** Any version. Also where there is no choice: then the one that is there must do. */
  ANY,
  /** HTTP/2 with the extended CONNECT, or HTTP/1.1 (HAProxy: {@code ws auto}). */
  TUNNEL,
  /** HTTP/1.1. */
  HTTP_1;

  /** {@return what may carry a request to a lease's server} */
  static Carrier of(HttpRoute route, Lease lease, RequestHead head) {
    UpgradeRule upgrades = route.home().settings().upgrades();
    if (!upgrades.offered(head)) {
      return ANY;
    }
    List<String> spoken = route.home().gateway().protocols(lease);
    if (!spoken.contains(Connecting.HTTP_2) || !spoken.contains(Connecting.HTTP_1)) {
      return ANY;
    }
    // A client of HTTP/2 has asked by an extended CONNECT, whatever for: it can go on as that.
    return head.http2() || Arrays.equals(upgrades.token(head), WebSocket.PROTOCOL)
        ? TUNNEL
        : HTTP_1;
  }

  /** {@return whether a connection that speaks HTTP/2 will do} */
  boolean takes(Http2Upstream connection) {
    return this == ANY || (this == TUNNEL && connection.peerConnects());
  }
}
