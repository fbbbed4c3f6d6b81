package dev.fairlead.spi;

import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a monitor's connection differs from the server's own settings. At another port or address it is a
 * plain one: the server's TLS and PROXY header are for its own (as in HAProxy without {@code check-ssl} and
 * {@code check-send-proxy}).
 *
 * @param timeout how long connecting may take
 * @param port another port at the server's address; 0 for the server's own
 * @param address another address altogether; null for the server's own
 */
public record ConnectOptions(
    Duration timeout, int port, @Nullable SocketAddress address) {
  /**
   * Checks the ranges.
   *
   * @param timeout how long connecting may take
   * @param port another port at the server's address
   * @param address another address altogether
   */
  public ConnectOptions {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
    }
  }

  /**
   * The server's own settings.
   *
   * @param timeout how long connecting may take
   * @return the options
   */
  public static ConnectOptions of(Duration timeout) {
    return new ConnectOptions(timeout, 0, null);
  }
}
