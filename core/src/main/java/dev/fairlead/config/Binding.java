package dev.fairlead.config;

import dev.fairlead.edge.AcceptProxy;
import dev.fairlead.edge.Tls;
import dev.fairlead.spi.Check;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An address on which a frontend listens (HAProxy: the {@code bind} line). Immutable.
 *
 * @param address where; port 0 lets the system choose
 * @param backlog how many connections the kernel may hold that are not accepted yet; default 1024
 * @param acceptProxy whose connections begin with a PROXY header; null: nobody's
 * @param tls how TLS is terminated; null: not at all
 */
public record Binding(
    SocketAddress address,
    int backlog,
    @Nullable AcceptProxy acceptProxy,
    @Nullable Tls tls) {
  /**
   * Checks the ranges.
   *
   * @param address where
   * @param backlog how many connections the kernel may hold that are not accepted yet
   * @param acceptProxy whose connections begin with a PROXY header
   * @param tls how TLS is terminated
   */
  public Binding {
    Objects.requireNonNull(address, "address");
    Check.range("backlog", backlog, 1, 65_535);
    if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
      throw new IllegalArgumentException(
          "bind: " + inet.getHostString() + " (expected: an address of this machine)");
    }
  }

  /**
   * All addresses of this machine.
   *
   * @param port 0..65535; 0 lets the system choose
   * @return the binding
   */
  public static Binding of(int port) {
    return of(new InetSocketAddress(Check.range("port", port, 0, 65_535)));
  }

  /**
   * One address of this machine.
   *
   * @param host a name or an IP address of this machine, for example {@code 127.0.0.1}
   * @param port 0..65535; 0 lets the system choose
   * @return the binding
   */
  public static Binding of(String host, int port) {
    Objects.requireNonNull(host, "host");
    return of(new InetSocketAddress(host, Check.range("port", port, 0, 65_535)));
  }

  /**
   * Any address that the transport knows.
   *
   * @param address where
   * @return the binding
   */
  public static Binding of(SocketAddress address) {
    return new Binding(address, 1024, null, null);
  }

  /**
   * Another backlog.
   *
   * @param connections 1..65535; the system may allow fewer
   * @return a changed copy
   */
  public Binding backlog(int connections) {
    return new Binding(address, connections, acceptProxy, tls);
  }

  /**
   * Expects a PROXY header (HAProxy: {@code accept-proxy}), before TLS.
   *
   * @param rule from whom
   * @return a changed copy
   */
  public Binding acceptProxy(AcceptProxy rule) {
    return new Binding(address, backlog, Objects.requireNonNull(rule, "acceptProxy"), tls);
  }

  /**
   * Terminates TLS (HAProxy: {@code ssl crt …}).
   *
   * @param settings certificates and more
   * @return a changed copy
   */
  public Binding tls(Tls settings) {
    return new Binding(address, backlog, acceptProxy, Objects.requireNonNull(settings, "tls"));
  }

  /** {@return the address, and what is not the default} */
  @Override
  public String toString() {
    return address
        + (acceptProxy == null ? "" : " " + acceptProxy)
        + (tls == null ? "" : " " + tls);
  }
}
