package dev.fairlead.edge;

import dev.fairlead.spi.Connection;
import dev.fairlead.spi.ProxyHeader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Conditions on addresses and the PROXY header. */
sealed interface KnownAtOnce extends Condition {
  boolean holds(Connection connection);

  @Override
  default Needs needs() {
    return Needs.ADDRESSES;
  }

  @Override
  default Answer ask(Connection connection) {
    return holds(connection) ? Answer.YES : Answer.NO;
  }

  record Source(Networks networks) implements KnownAtOnce {
    @Override
    public boolean holds(Connection connection) {
      return networks.contains(connection.client());
    }

    @Override
    public String toString() {
      return "source" + networks;
    }
  }

  record Port(BitSet ports) implements KnownAtOnce {
    @Override
    public boolean holds(Connection connection) {
      return connection.destination() instanceof InetSocketAddress to && ports.get(to.getPort());
    }

    @Override
    public String toString() {
      return "destinationPort"
          + ports.stream().mapToObj(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
  }

  record Tlv(int type, Predicate<? super ByteBuffer> value, String text) implements KnownAtOnce {
    @Override
    public boolean holds(Connection connection) {
      ProxyHeader header = connection.proxyHeader();
      ByteBuffer told = header == null ? null : header.tlv(type);
      return told != null && value.test(told);
    }

    @Override
    public String toString() {
      return "proxyTlv(" + text + ")";
    }
  }
}
