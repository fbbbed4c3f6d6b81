package dev.fairlead.spi;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a monitor's connection differs from the server's own settings. At another port or address it is a
 * plain one unless this says otherwise: the server's TLS and PROXY header are for its own (as in HAProxy
 * without {@code check-ssl} and {@code check-send-proxy}).
 *
 * @param timeout how long connecting may take
 * @param port another port at the server's address; 0 for the server's own
 * @param address another address altogether; null for the server's own
 * @param edge what the connection begins with
 */
public record ConnectOptions(
    Duration timeout, int port, @Nullable SocketAddress address, Edge edge) {
  /** Without TLS, whatever the server has (HAProxy: {@code no-check-ssl}). */
  public static final Tls PLAIN = Usual.PLAIN;

  /** With the server's own TLS, if it has any, at another port or address too. */
  public static final Tls OF_SERVER = Usual.OF_SERVER;

  /**
   * Checks the ranges.
   *
   * @param timeout how long connecting may take
   * @param port another port at the server's address
   * @param address another address altogether
   * @param edge what the connection begins with
   */
  public ConnectOptions {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
    }
    Objects.requireNonNull(edge, "edge");
  }

  /**
   * The server's own settings.
   *
   * @param timeout how long connecting may take
   * @return the options
   */
  public static ConnectOptions of(Duration timeout) {
    return new ConnectOptions(timeout, 0, null, Edge.DEFAULT);
  }

  /**
   * With another time-out.
   *
   * @param limit how long connecting may take, waiting for TLS included
   * @return a changed copy
   */
  public ConnectOptions timeout(Duration limit) {
    return new ConnectOptions(limit, port, address, edge);
  }

  /**
   * To another port at the server's address.
   *
   * @param other 0 for the server's own
   * @return a changed copy
   */
  public ConnectOptions port(int other) {
    return new ConnectOptions(timeout, other, null, edge);
  }

  /**
   * To another address.
   *
   * @param other null for the server's own
   * @return a changed copy
   */
  public ConnectOptions address(@Nullable SocketAddress other) {
    return new ConnectOptions(timeout, 0, other, edge);
  }

  /**
   * Begun otherwise.
   *
   * @param other what the connection begins with
   * @return a changed copy
   */
  public ConnectOptions edge(Edge other) {
    return new ConnectOptions(timeout, port, address, other);
  }

  /** Settings of TLS towards a server; {@code dev.fairlead.edge.ServerTls} is the one. */
  public interface Tls {}

  /** Settings of the PROXY header to a server; {@code dev.fairlead.edge.SendProxy} is the one. */
  public interface Proxy {}

  private enum Usual implements Tls {
    PLAIN,
    OF_SERVER
  }

  /**
   * What a connection begins with before it can be used, as far as it differs.
   *
   * @param tls {@link #PLAIN}, {@link #OF_SERVER} or settings; null for the server's own at its own port and
   *     address, and for none elsewhere
   * @param sni the host to ask TLS for and to verify; null for what the settings say
   * @param alpn the protocols to offer by ALPN; empty for what the settings say
   * @param resumes whether a session of TLS may be resumed, if the settings say so; else the server shows its
   *     certificate each time
   * @param proxy the PROXY header; null for the server's own at its own port and address, and for none
   *     elsewhere
   */
  public record Edge(
      @Nullable Tls tls,
      @Nullable String sni,
      List<String> alpn,
      boolean resumes,
      @Nullable Proxy proxy) {
    /** As the server has it. */
    public static final Edge DEFAULT = new Edge(null, null, List.of(), true, null);

    /**
     * Keeps a copy.
     *
     * @param tls plain, as the server, or settings
     * @param sni the host to ask TLS for
     * @param alpn the protocols to offer
     * @param resumes whether a session may be resumed
     * @param proxy the PROXY header
     */
    public Edge {
      alpn = List.copyOf(alpn);
    }

    /**
     * With TLS or without.
     *
     * @param settings {@link #PLAIN}, {@link #OF_SERVER} or {@code dev.fairlead.edge.ServerTls}
     * @return a changed copy
     */
    public Edge tls(Tls settings) {
      return new Edge(Objects.requireNonNull(settings, "tls"), sni, alpn, resumes, proxy);
    }

    /**
     * With a host of its own in TLS.
     *
     * @param host asked for and verified
     * @return a changed copy
     */
    public Edge sni(String host) {
      return new Edge(tls, Objects.requireNonNull(host, "sni"), alpn, resumes, proxy);
    }

    /**
     * With protocols of its own in TLS.
     *
     * @param protocols by preference
     * @return a changed copy
     */
    public Edge alpn(List<String> protocols) {
      return new Edge(tls, sni, protocols, resumes, proxy);
    }

    /** {@return a changed copy in which no session of TLS is resumed} */
    public Edge withoutResumption() {
      return new Edge(tls, sni, alpn, false, proxy);
    }

    /**
     * With a PROXY header of its own.
     *
     * @param header {@code dev.fairlead.edge.SendProxy}
     * @return a changed copy
     */
    public Edge proxy(Proxy header) {
      return new Edge(tls, sni, alpn, resumes, Objects.requireNonNull(header, "proxy"));
    }
  }
}
