package dev.fairlead.balance;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a hash can come from without a protocol's help; those of a protocol are with the protocol. Any
 * {@link HashKey} of your own will do as well:
 *
 * <pre>{@code
 * HashKey tenant = HashKeys.of("tenant", request -> tenantOf(request.client()));
 * HashKey body = HashKeys.request(MyRequest.class, "user", MyRequest::user);
 * }</pre>
 */
public final class HashKeys {
  private HashKeys() {}

  /**
   * The client's whole address, without its port (HAProxy {@code balance source}).
   *
   * @return the key
   */
  public static HashKey source() {
    return new AddressKey("source", Bits.SOURCE, 32, 128, false);
  }

  /**
   * The client's network: the first bits of its address, so that a client that changes its address
   * within its network keeps its server.
   *
   * @param ipv4Prefix how many bits of an IPv4 address count, 0..32
   * @param ipv6Prefix how many bits of an IPv6 address count, 0..128
   * @return the key
   */
  public static HashKey source(int ipv4Prefix, int ipv6Prefix) {
    return new AddressKey("source", Bits.SOURCE, ipv4Prefix, ipv6Prefix, false);
  }

  /**
   * The client's address and port: spreads the connections of one client.
   *
   * @return the key
   */
  public static HashKey sourceAndPort() {
    return new AddressKey("sourceAndPort", Bits.SOURCE, 32, 128, true);
  }

  /**
   * The address that the client connected to; none where the protocol does not know it. Of use behind a
   * transparent proxy or a PROXY header, where clients connect to many addresses.
   *
   * @return the key
   */
  public static HashKey destination() {
    return new AddressKey("destination", Bits.DESTINATION, 32, 128, false);
  }

  /**
   * The address and port that the client connected to.
   *
   * @return the key
   */
  public static HashKey destinationAndPort() {
    return new AddressKey("destinationAndPort", Bits.DESTINATION, 32, 128, true);
  }

  /**
   * Any function of the request.
   *
   * @param name for {@code toString}
   * @param function gives the key's text, ASCII or ISO-8859-1; null: the request has none
   * @return the key
   */
  public static HashKey of(String name, Text<PickContext> function) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(function, "function");
    return new TextKey<>(name, function, PickContext.class);
  }

  /**
   * Any function of the request in its protocol's terms.
   *
   * @param type the protocol's view, see {@link PickContext#request}
   * @param name for {@code toString}
   * @param function gives the key's text, ASCII or ISO-8859-1; null: the request has none
   * @param <T> the protocol's view
   * @return the key; requests without that view have none
   */
  public static <T> HashKey request(Class<T> type, String name, Text<T> function) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(function, "function");
    return new TextKey<>(name, function, type);
  }

  /**
   * Makes a key's text of a request.
   *
   * @param <T> the request, or its protocol's view
   */
  @FunctionalInterface
  public interface Text<T> {
    /**
     * The text of the key.
     *
     * @param request valid during the call only
     * @return ASCII or ISO-8859-1; null: the request has none
     */
    @Nullable
    CharSequence of(T request);
  }

  private record TextKey<T>(String name, Text<T> function, Class<T> type) implements HashKey {
    @Override
    public boolean write(PickContext request, KeySink into) {
      T view = type == PickContext.class ? type.cast(request) : request.request(type);
      CharSequence text = view == null ? null : function.of(view);
      if (text == null) {
        return false;
      }
      into.write(text);
      return true;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private enum Bits {
    SOURCE,
    DESTINATION
  }

  private record AddressKey(String name, Bits end, int ipv4Prefix, int ipv6Prefix, boolean port)
      implements HashKey {
    AddressKey {
      Check.range("ipv4Prefix", ipv4Prefix, 0, 32);
      Check.range("ipv6Prefix", ipv6Prefix, 0, 128);
    }

    @Override
    public boolean write(PickContext request, KeySink into) {
      SocketAddress address = end == Bits.SOURCE ? request.client() : request.destination();
      if (address == null) {
        return false;
      }
      if (ipv4Prefix == 32 && ipv6Prefix == 128) {
        writeAddress(request, into);
      } else if (into instanceof KeyBuffer buffer) {
        writePrefix(request, address, buffer);
      } else {
        KeyBuffer buffer = new KeyBuffer();
        writePrefix(request, address, buffer);
        into.write(buffer.bytes(), 0, buffer.length());
      }
      if (port && address instanceof InetSocketAddress inet) {
        into.write(inet.getPort() >>> 8);
        into.write(inet.getPort());
      }
      return true;
    }

    private void writePrefix(PickContext request, SocketAddress address, KeyBuffer buffer) {
      int from = buffer.length();
      writeAddress(request, buffer);
      if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
        buffer.keepBits(from, buffer.length() - from == 4 ? ipv4Prefix : ipv6Prefix);
      }
    }

    private void writeAddress(PickContext request, KeySink into) {
      if (end == Bits.SOURCE) {
        request.writeClient(into);
      } else {
        request.writeDestination(into);
      }
    }

    @Override
    public String toString() {
      boolean whole = ipv4Prefix == 32 && ipv6Prefix == 128;
      return name + (whole ? "()" : "(" + ipv4Prefix + ", " + ipv6Prefix + ")");
    }
  }
}
