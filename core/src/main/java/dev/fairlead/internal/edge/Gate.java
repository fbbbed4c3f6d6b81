package dev.fairlead.internal.edge;

import dev.fairlead.config.ConnectionRule;
import dev.fairlead.edge.AcceptProxy;
import dev.fairlead.edge.Needs;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a protocol at one binding. Shared by its connections, on all loops; immutable but for
 * the certificates.
 */
public final class Gate {
  private final @Nullable AcceptProxy proxy;
  private final ProxyHeaderReader proxyReader = new ProxyHeaderReader();
  private final List<ConnectionRule> rules;
  private final long peekNanos;
  private final long clientTimeoutNanos;
  private final @Nullable ServedTls tls;
  private final Handshakes handshakes;
  private final boolean open;

  public Gate(
      @Nullable AcceptProxy proxy,
      List<ConnectionRule> rules,
      long inspectNanos,
      long clientTimeoutNanos,
      @Nullable ServedTls tls) {
    this.proxy = proxy;
    this.rules = rules;
    this.clientTimeoutNanos = clientTimeoutNanos;
    this.tls = tls;
    this.handshakes = new Handshakes(tls == null ? 1 : Math.max(1, tls.config().maxHandshakes()));
    this.peekNanos = peekNanos(inspectNanos);
    this.open = proxy == null && rules.isEmpty() && tls == null;
  }

  /** Nothing stands there. */
  boolean isOpen() {
    return open;
  }

  boolean expectsProxyHeader(SocketAddress peer) {
    return proxy != null && proxy.expectedFrom(peer);
  }

  ProxyHeaderReader proxyReader() {
    return proxyReader;
  }

  long proxyTimeoutNanos() {
    return proxy == null ? 0 : proxy.timeout().toNanos();
  }

  List<ConnectionRule> rules() {
    return rules;
  }

  boolean terminates() {
    return tls != null;
  }

  private long peekNanos(long inspectNanos) {
    if (tls == null) {
      return inspectNanos;
    }
    boolean rulesLook = rules.stream().anyMatch(r -> r.condition().needs() == Needs.FIRST_BYTES);
    long handshake = handshakeTimeoutNanos();
    return rulesLook ? Math.min(inspectNanos, handshake) : handshake;
  }

  /** How long the first bytes may take: the handshake begins with them where TLS is terminated. */
  long peekTimeoutNanos() {
    return peekNanos;
  }

  long handshakeTimeoutNanos() {
    return tls == null ? 0 : tls.config().handshakeTimeout().toNanos();
  }

  long clientTimeoutNanos() {
    return clientTimeoutNanos;
  }

  boolean limitsHandshakes() {
    return tls != null && tls.config().maxHandshakes() > 0;
  }

  Handshakes handshakes() {
    return handshakes;
  }

  /** TLS, where it is terminated. */
  public @Nullable ServedTls tls() {
    return tls;
  }
}
