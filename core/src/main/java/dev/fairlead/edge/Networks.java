package dev.fairlead.edge;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A set of networks, compiled: to look up an address costs about the same among 10,000 networks as
 * among ten. Immutable; for any thread.
 *
 * <p>A network is an address, or an address and the length of its prefix: {@code 192.0.2.1},
 * {@code 10.0.0.0/8}, {@code 2001:db8::/32}. Bits behind the prefix are ignored, as HAProxy does
 * ({@code 10.1.2.3/8} is {@code 10.0.0.0/8}). Names are never resolved. An IPv4 address and the same one
 * mapped into IPv6 ({@code ::ffff:192.0.2.1}) are one address, in networks and in what is looked up; so, as
 * in HAProxy, {@code ::/0} contains every address, of IPv4 too.
 *
 * <p>Two sets are equal when they contain the same addresses, however they were written.
 */
public final class Networks {
  private static final int SHOWN = 3;

  private final Edges all;
  private final Edges ipv4;
  private final String text;

  private Networks(List<Cidr> networks) {
    this.all = Edges.of(networks);
    this.ipv4 = all.ipv4();
    String more = networks.size() <= SHOWN ? "" : " and " + (networks.size() - SHOWN) + " more";
    this.text =
        networks.stream().limit(SHOWN).map(Cidr::toString).collect(Collectors.joining(", ")) + more;
  }

  /**
   * A set of networks.
   *
   * @param networks addresses and networks, IPv4 and IPv6; none of them: nothing is contained
   * @return the set
   * @throws IllegalArgumentException when one of them is neither; the message names it
   */
  public static Networks of(String... networks) {
    return of(Arrays.asList(networks));
  }

  /**
   * A set of networks.
   *
   * @param networks addresses and networks, IPv4 and IPv6; none of them: nothing is contained
   * @return the set
   * @throws IllegalArgumentException when one of them is neither; the message names it
   */
  public static Networks of(Collection<String> networks) {
    return new Networks(networks.stream().map(Cidr::parse).toList());
  }

  /**
   * Whether an address lies in one of the networks; its port does not count.
   *
   * @param address of any kind; one without an IP address (a Unix socket, an in-JVM one, a name not
   *     resolved) lies in none
   * @return true when it does
   */
  public boolean contains(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet
        && inet.getAddress() != null
        && contains(inet.getAddress());
  }

  /**
   * Whether an address lies in one of the networks.
   *
   * @param address of IPv4 or IPv6; its zone does not count
   * @return true when it does
   */
  public boolean contains(InetAddress address) {
    // Compiled code makes no copy of the four bytes. It does of IPv6's sixteen: 32 bytes of
    // garbage.
    return address instanceof Inet4Address v4
        ? ipv4(number(v4.getAddress(), 0))
        : ipv6(address.getAddress());
  }

  /**
   * Whether an address lies in one of the networks, for who has its bytes already. Allocates nothing.
   *
   * @param address 4 bytes of IPv4 or 16 of IPv6, the first one first
   * @return true when it does
   * @throws IllegalArgumentException when it has another length
   */
  public boolean contains(byte[] address) {
    if (address.length != 4 && address.length != 16) {
      throw new IllegalArgumentException(
          "address: %d bytes (expected: 4 or 16)".formatted(address.length));
    }
    return address.length == 4 ? ipv4(number(address, 0)) : ipv6(address);
  }

  private boolean ipv6(byte[] bytes) {
    long high = half(bytes, 0);
    long low = half(bytes, 8);
    return Cidr.isIpv4(high, low) ? ipv4((int) low) : all.inside(high, low);
  }

  private boolean ipv4(int address) {
    return ipv4.inside((long) address << 32, 0);
  }

  private static long half(byte[] bytes, int from) {
    return ((long) number(bytes, from) << 32) | (number(bytes, from + 4) & 0xffff_ffffL);
  }

  private static int number(byte[] bytes, int from) {
    return (bytes[from] << 24)
        | ((bytes[from + 1] & 0xff) << 16)
        | ((bytes[from + 2] & 0xff) << 8)
        | (bytes[from + 3] & 0xff);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Networks that && all.equals(that.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  /** {@return the first of the networks, and how many more there are} */
  @Override
  public String toString() {
    return "[" + text + "]";
  }
}
