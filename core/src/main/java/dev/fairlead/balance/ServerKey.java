package dev.fairlead.balance;

import java.net.InetSocketAddress;

/**
 * By what a server is known to a hash mapping (HAProxy's {@code hash-key}): where its nodes, slots or
 * scores come from, and so what must be equal in several load balancers for them to agree on every key.
 */
public enum ServerKey {
  /**
   * Its number: the position in the list at the start, then counted on (HAProxy's default). Several
   * balancers agree as long as they declare the same servers in the same order; a server that left and
   * comes again has a new number.
   */
  ID {
    @Override
    String text(Candidate server) {
      return Integer.toString(server.id());
    }
  },

  /** Its name; the default. The order of declaration does not matter. */
  NAME {
    @Override
    String text(Candidate server) {
      return server.name();
    }
  },

  /**
   * Its address without the port: a name as configured, an IPv6 address in its shortest form in brackets.
   * The order of declaration does not matter. Several servers of one address are told apart by port and
   * name; one that was alone there is known by another text, and so changes its keys, when a second one
   * joins it.
   */
  ADDRESS {
    @Override
    String text(Candidate server) {
      return host(server);
    }
  },

  /** Its address as {@link #ADDRESS}, and its port. The order of declaration does not matter. */
  ADDRESS_AND_PORT {
    @Override
    String text(Candidate server) {
      return hostAndPort(server);
    }
  };

  /** The key's text; host and port with a zero byte between them. */
  abstract String text(Candidate server);

  /** What tells servers of the same key apart, again without regard to the declaration. */
  static String rest(Candidate server) {
    return hostAndPort(server) + "\0" + server.name();
  }

  private static String host(Candidate server) {
    return server.address() instanceof InetSocketAddress inet
        ? HostText.of(inet)
        : server.address().toString();
  }

  private static String hostAndPort(Candidate server) {
    return server.address() instanceof InetSocketAddress inet
        ? HostText.of(inet) + "\0" + inet.getPort()
        : server.address().toString();
  }
}
