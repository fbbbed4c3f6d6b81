package dev.fairlead.internal.edge;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The address of a Unix socket as a PROXY header carries it: 108 bytes, padded with zeros. The type is
 * Netty's, whose jar comes with a native transport only: without it there are no such addresses.
 */
final class UnixAddress {
  static final int BYTES = 108;

  private UnixAddress() {}

  /** Reads 108 bytes; null when there is no type for it. */
  static @Nullable SocketAddress of(byte[] bytes, int from) {
    // An abstract name begins with a zero: only what pads it is left out.
    int end = from + BYTES;
    while (end > from && bytes[end - 1] == 0) {
      end--;
    }
    for (int i = from; i < end && bytes[from] != 0; i++) {
      if (bytes[i] == 0) {
        end = i;
      }
    }
    String path = new String(bytes, from, end - from, StandardCharsets.UTF_8);
    try {
      return OfNetty.address(path);
    } catch (LinkageError e) {
      return null; // the optional jar is not there
    }
  }

  /** Its 108 bytes; null for an address of another kind, or one that does not fit. */
  static byte @Nullable [] bytes(@Nullable SocketAddress address) {
    String path;
    try {
      path = OfNetty.path(address);
    } catch (LinkageError e) {
      return null; // the optional jar is not there, so it is of another kind
    }
    byte[] bytes = path == null ? null : path.getBytes(StandardCharsets.UTF_8);
    return bytes == null || bytes.length > BYTES ? null : Arrays.copyOf(bytes, BYTES);
  }

  /** The only place that names the optional type. */
  private static final class OfNetty {
    private OfNetty() {}

    static SocketAddress address(String path) {
      return new DomainSocketAddress(path);
    }

    static @Nullable String path(@Nullable SocketAddress address) {
      return address instanceof DomainSocketAddress unix ? unix.path() : null;
    }
  }
}
