package dev.fairlead.internal.edge;

import dev.fairlead.edge.SendProxy;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.ProxyHeader;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** What a connection to a server begins with when the server wants a PROXY header. */
public final class ProxyPreamble {
  private static final int LONGEST_UNIQUE_ID = 128;

  private ProxyPreamble() {}

  /**
   * For a connection that carries a client. On the client's loop.
   *
   * @throws RuntimeException what a function of the user's throws, or that its value cannot be sent
   */
  public static void relayed(ByteBuf out, SendProxy how, Connection client) {
    SocketAddress source = client.client();
    SocketAddress destination = client.destination();
    if (how.version() == 1) {
      ProxyHeaderWriter.line(out, source, destination);
      return;
    }
    // Not AF_UNIX: HAProxy resets such connections, and sends LOCAL of its own Unix clients.
    boolean ip = source instanceof InetSocketAddress && destination instanceof InetSocketAddress;
    int start =
        ip ? ProxyHeaderWriter.stream(out, source, destination) : ProxyHeaderWriter.local(out);
    List<SendProxy.Extra> extras = how.extras();
    for (int i = 0; i < extras.size(); i++) {
      extra(out, extras.get(i), client);
    }
    ProxyHeaderWriter.end(out, start, how.checksum());
    int length = out.writerIndex() - start;
    if (length > ProxyHeaderReader.DEFAULT_LIMIT) {
      throw new IllegalStateException("PROXY header: %d bytes (expected: at most %d)"
          .formatted(length, ProxyHeaderReader.DEFAULT_LIMIT));
    }
  }

  private static void extra(ByteBuf out, SendProxy.Extra extra, Connection client) {
    byte[] value = extra.value().of(client);
    if (value == null) {
      return;
    }
    if (extra.type() == ProxyHeader.UNIQUE_ID && value.length > LONGEST_UNIQUE_ID) {
      throw new IllegalStateException(
          "unique id: %d bytes (expected: at most 128)".formatted(value.length));
    }
    ProxyHeaderWriter.tlv(out, extra.type(), value);
  }

  /**
   * For a connection of our own, a health check's: a receiver of version 1 gets the connection's own
   * addresses, since some refuse UNKNOWN (§2.1); version 2 has a word for it.
   *
   * @param local our end of the connection
   * @param remote the server's end
   */
  public static void own(ByteBuf out, SendProxy how, SocketAddress local, SocketAddress remote) {
    if (how.version() == 1) {
      ProxyHeaderWriter.line(out, local, remote);
    } else {
      ProxyHeaderWriter.end(out, ProxyHeaderWriter.local(out), how.checksum());
    }
  }
}
