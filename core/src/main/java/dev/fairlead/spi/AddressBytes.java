package dev.fairlead.spi;

import dev.fairlead.balance.KeySink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An end of a client's connection, for {@code PickContext.writeClient} and {@code writeDestination}: its
 * bytes are made at the first use and kept, since {@link InetAddress#getAddress} makes a copy each time.
 * On one event loop only.
 */
public final class AddressBytes {
  private final SocketAddress address;
  private byte @Nullable [] bytes;
  private @Nullable String text;

  /**
   * An address that nobody has asked for yet.
   *
   * @param address of any kind
   */
  public AddressBytes(SocketAddress address) {
    this.address = address;
  }

  /** {@return the address} */
  public SocketAddress address() {
    return address;
  }

  /**
   * Writes 4 bytes for IPv4, 16 for IPv6, the text of any other kind of address.
   *
   * @param sink where to
   */
  public void write(KeySink sink) {
    InetAddress inet = address instanceof InetSocketAddress socket ? socket.getAddress() : null;
    if (inet == null) {
      String known = text;
      if (known == null) {
        known = address.toString();
        text = known;
      }
      sink.write(known);
      return;
    }
    byte[] known = bytes;
    if (known == null) {
      known = inet.getAddress();
      bytes = known;
    }
    sink.write(known, 0, known.length);
  }
}
