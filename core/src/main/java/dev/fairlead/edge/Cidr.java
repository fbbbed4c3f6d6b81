package dev.fairlead.edge;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One network as it is written (RFC 4632, RFC 4291), its host bits cleared. Addresses are numbers of 128
 * bits in two halves; those of IPv4 lie in {@code ::ffff:0:0/96}, so that both ways to write one are one.
 *
 * @param high the upper half of its first address
 * @param low the lower half of its first address
 * @param prefix how many bits of the 128 are the network's
 */
record Cidr(long high, long low, int prefix) implements Comparable<Cidr> {
  /** The lower half of the first IPv4 address; its upper half is 0. */
  static final long IPV4 = 0xffffL << 32;

  private static final int BAD = -1;

  /** Reads a network; a single address is one of full length. */
  static Cidr parse(String text) {
    Objects.requireNonNull(text, "network");
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean v4 = address.indexOf(':') < 0;
    int bits = v4 ? 32 : 128;
    int given = slash < 0 ? bits : decimal(text, slash + 1, text.length(), bits);
    long @Nullable [] number = v4 ? ipv4(address) : ipv6(address);
    if (given == BAD || number == null) {
      throw new IllegalArgumentException(
          ("network: '%s' (expected: an IPv4 or IPv6 address or network, such as"
                  + " 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32; names are not resolved)")
              .formatted(text));
    }
    int prefix = given + 128 - bits;
    return new Cidr(number[0] & ~hostHigh(prefix), number[1] & ~hostLow(prefix), prefix);
  }

  /** Whether an address is one of IPv4: its lowest 32 bits. */
  static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == IPV4 >>> 32;
  }

  long lastHigh() {
    return high | hostHigh(prefix);
  }

  long lastLow() {
    return low | hostLow(prefix);
  }

  // The bits behind a prefix, in each half.
  private static long hostHigh(int prefix) {
    return prefix >= 64 ? 0 : -1L >>> prefix;
  }

  private static long hostLow(int prefix) {
    if (prefix <= 64) {
      return -1L;
    }
    return prefix == 128 ? 0 : -1L >>> (prefix - 64);
  }

  private static long @Nullable [] ipv4(String text) {
    long number = 0;
    int from = 0;
    for (int i = 0; i < 4; i++) {
      int dot = i < 3 ? text.indexOf('.', from) : text.length();
      int part = dot < 0 ? BAD : decimal(text, from, dot, 255);
      if (part == BAD) {
        return null;
      }
      number = number << 8 | part;
      from = dot + 1;
    }
    return new long[] {0, IPV4 | number};
  }

  // Without leading zeros, which some read as octal.
  private static int decimal(String text, int from, int to, int max) {
    int length = to - from;
    if (length < 1 || length > 3 || (length > 1 && text.charAt(from) == '0')) {
      return BAD;
    }
    int number = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return BAD;
      }
      number = number * 10 + c - '0';
    }
    return number <= max ? number : BAD;
  }

  private static long @Nullable [] ipv6(String text) {
    long[] groups = new long[8];
    int count = 0;
    int gap = text.startsWith("::") ? 0 : BAD;
    int at = gap == 0 ? 2 : 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && HexFormat.isHexDigit(text.charAt(end))) {
        end++;
      }
      if (end < text.length() && text.charAt(end) == '.' && count <= 6) {
        long @Nullable [] tail = ipv4(text.substring(at));
        if (tail == null) {
          return null;
        }
        groups[count++] = (tail[1] >>> 16) & 0xffff;
        groups[count++] = tail[1] & 0xffff;
        break;
      }
      if (count == 8 || end == at || end > at + 4) {
        return null;
      }
      groups[count++] = HexFormat.fromHexDigits(text, at, end);
      if (end == text.length()) {
        break;
      }
      at = end + 1;
      if (text.charAt(end) != ':' || at == text.length()) {
        return null;
      }
      if (text.charAt(at) == ':') {
        if (gap != BAD) {
          return null;
        }
        gap = count;
        at++;
      }
    }
    return gap == BAD ? count == 8 ? number(groups) : null : spread(groups, gap, count);
  }

  /** Puts zeros in the place of {@code ::}, which stands for one group at least. */
  private static long @Nullable [] spread(long[] groups, int gap, int count) {
    if (count == 8) {
      return null;
    }
    long[] all = new long[8];
    System.arraycopy(groups, 0, all, 0, gap);
    System.arraycopy(groups, gap, all, 8 - (count - gap), count - gap);
    return number(all);
  }

  private static long[] number(long[] groups) {
    long[] number = new long[2];
    for (int i = 0; i < 8; i++) {
      number[i / 4] = number[i / 4] << 16 | groups[i];
    }
    return number;
  }

  /** By first address, the larger network first. */
  @Override
  public int compareTo(Cidr other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(low, other.low);
    }
    return order == 0 ? Integer.compare(prefix, other.prefix) : order;
  }

  /** As one writes it: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, a single address without its prefix. */
  @Override
  public String toString() {
    boolean v4 = prefix >= 96 && isIpv4(high, low);
    byte[] bytes = new byte[v4 ? 4 : 16];
    for (int i = 0; i < bytes.length; i++) {
      int index = 16 - bytes.length + i;
      bytes[i] = (byte) ((index < 8 ? high : low) >>> (56 - 8 * (index % 8)));
    }
    try {
      String address = NetUtil.toAddressString(InetAddress.getByAddress(bytes));
      return prefix == 128 ? address : address + "/" + (prefix - 128 + 8 * bytes.length);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
