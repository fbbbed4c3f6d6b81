package dev.fairlead.health;

import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.spi.ConnectOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Where a check asks, and what its connection begins with.
 *
 * @param options but for the time-out
 */
record Endpoint(ConnectOptions options) {
  static final Endpoint OF_SERVER = new Endpoint(ConnectOptions.of(Duration.ofSeconds(1)));

  Endpoint port(int port) {
    return new Endpoint(options.port(port));
  }

  Endpoint address(SocketAddress address) {
    return new Endpoint(options.address(address));
  }

  Endpoint edge(UnaryOperator<ConnectOptions.Edge> change) {
    return new Endpoint(options.edge(change.apply(options.edge())));
  }

  ConnectOptions within(Duration timeout) {
    return options.timeout(timeout);
  }

  static SocketAddress address(ConnectOptions options, SocketAddress server) {
    SocketAddress address = options.address();
    if (address != null) {
      return address;
    }
    int port = options.port();
    if (port == 0 || !(server instanceof InetSocketAddress inet)) {
      return server;
    }
    return inet.isUnresolved()
        ? InetSocketAddress.createUnresolved(inet.getHostString(), port)
        : new InetSocketAddress(inet.getAddress(), port);
  }

  /** For the end of a sentence about the check. */
  String text() {
    String at = options.address() != null
        ? ", at " + options.address()
        : options.port() == 0 ? "" : ", at port " + options.port();
    ConnectOptions.Edge edge = options.edge();
    return at
        + text(edge)
        + (edge.sni() == null ? "" : ", sni " + edge.sni())
        + (edge.alpn().isEmpty() ? "" : ", alpn " + String.join(" ", edge.alpn()))
        + (edge.proxy() instanceof SendProxy header ? ", PROXY header " + header : "");
  }

  private static String text(ConnectOptions.Edge edge) {
    if (edge.tls() instanceof ServerTls own) {
      return ", " + own;
    }
    return edge.tls() == null
        ? ""
        : edge.tls() == ConnectOptions.PLAIN ? ", plain" : ", tls of the server";
  }
}
