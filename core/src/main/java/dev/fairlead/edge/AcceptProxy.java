package dev.fairlead.edge;

import dev.fairlead.spi.Check;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connections begin with a PROXY protocol header, version 1 or 2 (HAProxy: {@code accept-proxy}, {@code
 * tcp-request connection expect-proxy layer4}; Nginx: {@code listen ... proxy_protocol}). Its client is the
 * client from then on: for rules, hashing, logs and {@code X-Forwarded-For}. Immutable.
 *
 * <p>It is said beforehand of whom a header is expected, never guessed from what arrives: who could choose
 * could pretend to be anybody. A connection of which one is expected and that begins otherwise, or not in
 * time, is closed.
 *
 * <pre>{@code
 * AcceptProxy.from("10.0.0.0/8", "2001:db8::/32").timeout(Duration.ofSeconds(3))
 * }</pre>
 *
 * @param networks whose connections begin with a header; null for everybody's
 * @param timeout how long a header may take from the accept on; default 5 s. The specification wants no less
 *     than 3 s, so that one lost packet can be sent again
 */
public record AcceptProxy(@Nullable Networks networks, Duration timeout) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Checks the ranges.
   *
   * @param networks whose connections begin with a header; null for everybody's
   * @param timeout how long a header may take
   */
  public AcceptProxy {
    Check.positive("timeout", timeout);
    if (networks != null && networks.equals(Networks.of())) {
      throw new IllegalArgumentException("networks: none (expected: at least one)");
    }
  }

  /**
   * Every connection begins with a header. Only for an address that none but trusted proxies can reach.
   *
   * @return the setting
   */
  public static AcceptProxy required() {
    return new AcceptProxy(null, DEFAULT_TIMEOUT);
  }

  /**
   * Every connection from these networks begins with a header; none is looked for in others.
   *
   * @param networks the trusted proxies: addresses and networks, such as {@code 10.0.0.0/8}
   * @return the setting
   * @throws IllegalArgumentException when one of them is neither, or there is none
   */
  public static AcceptProxy from(String... networks) {
    return from(Networks.of(networks));
  }

  /**
   * Every connection from these networks begins with a header; none is looked for in others.
   *
   * @param networks the trusted proxies
   * @return the setting
   * @throws IllegalArgumentException when there is none
   */
  public static AcceptProxy from(Networks networks) {
    return new AcceptProxy(Objects.requireNonNull(networks, "networks"), DEFAULT_TIMEOUT);
  }

  /**
   * Another time for the header to arrive (Nginx: {@code proxy_protocol_timeout}, there 30 s).
   *
   * @param longest more than 0
   * @return a changed copy
   */
  public AcceptProxy timeout(Duration longest) {
    return new AcceptProxy(networks, longest);
  }

  /**
   * Whether a connection begins with a header.
   *
   * @param peer who opened it; without an IP address it lies in no network
   * @return true when it must
   */
  public boolean expectedFrom(SocketAddress peer) {
    return networks == null || networks.contains(peer);
  }
}
