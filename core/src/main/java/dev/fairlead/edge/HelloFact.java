package dev.fairlead.edge;

import dev.fairlead.spi.Connection;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** Conditions on the ClientHello: open until it is there, as long as what came may become one. */
sealed interface HelloFact extends Condition {
  int HANDSHAKE = 22;
  int MAJOR = 3;

  /** Asked of a connection that begins with a whole ClientHello. */
  boolean holds(Connection connection);

  @Override
  default Needs needs() {
    return Needs.FIRST_BYTES;
  }

  @Override
  default Answer ask(Connection connection) {
    if (connection.beginsTls()) {
      return holds(connection) ? Answer.YES : Answer.NO;
    }
    return connection.firstBytesEnded() || !mayBecomeTls(connection.firstBytes())
        ? Answer.NO
        : Answer.OPEN;
  }

  private static boolean mayBecomeTls(ByteBuf first) {
    int start = first.readerIndex();
    int length = first.readableBytes();
    return (length < 1 || first.getByte(start) == HANDSHAKE)
        && (length < 2 || first.getByte(start + 1) == MAJOR);
  }

  record BeginsTls() implements HelloFact {
    @Override
    public boolean holds(Connection connection) {
      return true;
    }

    @Override
    public String toString() {
      return "tls()";
    }
  }

  record Sni(NameSet names) implements HelloFact {
    @Override
    public boolean holds(Connection connection) {
      String name = connection.sni();
      return name != null && names.contains(name);
    }

    @Override
    public String toString() {
      return "sni" + names;
    }
  }

  record OffersAlpn(List<String> protocols) implements HelloFact {
    @Override
    public boolean holds(Connection connection) {
      List<String> offered = connection.offeredAlpn();
      for (int i = 0; i < offered.size(); i++) {
        if (protocols.contains(offered.get(i))) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String toString() {
      return "offersAlpn(" + String.join(", ", protocols) + ")";
    }
  }
}
