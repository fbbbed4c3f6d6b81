package dev.fairlead.health;

import dev.fairlead.spi.ConnectOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a check asks.
 *
 * @param port another port at the server's host; 0 for the server's own
 * @param address another address altogether; null for the server's own
 */
record Endpoint(int port, @Nullable SocketAddress address) {
  static final Endpoint OF_SERVER = new Endpoint(0, null);

  static Endpoint of(ConnectOptions options) {
    return new Endpoint(options.port(), options.address());
  }

  ConnectOptions within(Duration timeout) {
    return new ConnectOptions(timeout, port, address);
  }

  SocketAddress on(SocketAddress server) {
    if (address != null) {
      return address;
    }
    if (port == 0 || !(server instanceof InetSocketAddress inet)) {
      return server;
    }
    return inet.isUnresolved()
        ? InetSocketAddress.createUnresolved(inet.getHostString(), port)
        : new InetSocketAddress(inet.getAddress(), port);
  }

  /** For the end of a sentence about the check. */
  String text() {
    if (address != null) {
      return ", at " + address;
    }
    return port == 0 ? "" : ", at port " + port;
  }
}
