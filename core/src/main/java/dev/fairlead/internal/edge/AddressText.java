package dev.fairlead.internal.edge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Addresses and ports written out, in the one form that PROXY version 1 allows (proxy-protocol.txt §2.1):
 * no leading zeros, no zones, no names. IPv6 may end in dotted decimals, as HAProxy writes mapped IPv4.
 * Writing makes no garbage.
 */
final class AddressText {
  private static final int IPV6_BYTES = 16;

  private AddressText() {}

  /** A number from 0 to a greatest one of at most five digits; -1 for anything else. */
  static int decimal(String text, int greatest) {
    int length = text.length();
    if (length == 0 || length > 5 || (length > 1 && text.charAt(0) == '0')) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number <= greatest ? number : -1;
  }

  /** The 4 bytes of {@code 192.0.2.1}; null for anything else. */
  static byte @Nullable [] ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      int number = decimal(parts[i], 255);
      if (number < 0) {
        return null;
      }
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  /** The 16 bytes of {@code 2001:db8::1}; null for anything else. */
  static byte @Nullable [] ipv6(String text) {
    byte[] bytes = new byte[IPV6_BYTES];
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, bytes, true) == IPV6_BYTES ? bytes : null;
    }
    byte[] behind = new byte[IPV6_BYTES];
    int before = gap == 0 ? 0 : groups(text.substring(0, gap), bytes, false);
    int after = gap + 2 == text.length() ? 0 : groups(text.substring(gap + 2), behind, true);
    // The gap stands for one group at least.
    if (before < 0 || after < 0 || before + after > IPV6_BYTES - 2) {
      return null;
    }
    System.arraycopy(behind, 0, bytes, IPV6_BYTES - after, after);
    return bytes;
  }

  /** Fills in groups of hexadecimal digits; answers how many bytes, or -1 when they are none or too many. */
  private static int groups(String text, byte[] bytes, boolean mayEndInIpv4) {
    String[] groups = text.split(":", -1);
    int at = 0;
    for (int i = 0; i < groups.length; i++) {
      boolean last = i == groups.length - 1;
      byte[] part =
          last && mayEndInIpv4 && groups[i].indexOf('.') >= 0 ? ipv4(groups[i]) : group(groups[i]);
      if (part == null || at + part.length > bytes.length) {
        return -1;
      }
      System.arraycopy(part, 0, bytes, at, part.length);
      at += part.length;
    }
    return at;
  }

  private static byte @Nullable [] group(String text) {
    if (text.isEmpty() || text.length() > 4) {
      return null;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return null;
      }
      number = number << 4 | digit;
    }
    return new byte[] {(byte) (number >> 8), (byte) number};
  }

  static void writeDecimal(ByteBuf out, int number) {
    writeNumber(out, number, 10);
  }

  private static void writeNumber(ByteBuf out, int number, int radix) {
    if (number >= radix) {
      writeNumber(out, number / radix, radix);
    }
    out.writeByte(Character.forDigit(number % radix, radix));
  }

  static void writeIpv4(ByteBuf out, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i > 0) {
        out.writeByte('.');
      }
      writeDecimal(out, bytes[i] & 0xFF);
    }
  }

  /** As RFC 5952 §4 wants it: the first of the longest runs of zero groups, if of two at least, is left out. */
  static void writeIpv6(ByteBuf out, byte[] bytes) {
    int gap = -1;
    int gapEnd = -1;
    for (int from = 0; from < IPV6_BYTES; from += 2) {
      int to = from;
      while (to < IPV6_BYTES && bytes[to] == 0 && bytes[to + 1] == 0) {
        to += 2;
      }
      if (to - from > Math.max(2, gapEnd - gap)) {
        gap = from;
        gapEnd = to;
      }
    }
    int at = 0;
    while (at < IPV6_BYTES) {
      if (at == gap) {
        out.writeByte(':').writeByte(':');
        at = gapEnd;
      } else {
        if (at > 0 && at != gapEnd) {
          out.writeByte(':');
        }
        writeNumber(out, (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF), 16);
        at += 2;
      }
    }
  }
}
