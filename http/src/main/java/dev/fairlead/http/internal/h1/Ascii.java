package dev.fairlead.http.internal.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;

/** Character classes of RFC 9110 and comparisons on raw bytes. Pure functions. */
public final class Ascii {
  /** May stand in a token (RFC 9110 §5.6.2). */
  private static final byte TOKEN = 1;
  /** May stand in a request target: visible ASCII but '#', which would begin a fragment. */
  private static final byte TARGET = 2;
  /** May stand in the name of a host: RFC 3986 reg-name, without the comma that would make a list. */
  private static final byte HOST = 4;
  /** May stand in a field value: visible, obs-text, space, tab. */
  private static final byte TEXT = 8;

  private static final byte[] CLASS = new byte[256];

  static {
    for (int c = 0; c < 256; c++) {
      boolean alphanumeric =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      byte kind = 0;
      if (alphanumeric || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
        kind |= TOKEN;
      }
      if (c > 0x20 && c < 0x7f && c != '#') {
        kind |= TARGET;
      }
      if (alphanumeric || "-._~!$&'()*+;=".indexOf(c) >= 0) {
        kind |= HOST;
      }
      if (c == '\t' || (c >= 0x20 && c != 0x7f)) {
        kind |= TEXT;
      }
      CLASS[c] = kind;
    }
  }

  private Ascii() {}

  static boolean isToken(byte c) {
    return (CLASS[c & 0xff] & TOKEN) != 0;
  }

  static boolean isTarget(byte c) {
    return (CLASS[c & 0xff] & TARGET) != 0;
  }

  static boolean isHost(byte c) {
    return (CLASS[c & 0xff] & HOST) != 0;
  }

  static boolean isText(byte c) {
    return (CLASS[c & 0xff] & TEXT) != 0;
  }

  static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hex(byte c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }

  static boolean isUpper(byte c) {
    return c >= 'A' && c <= 'Z';
  }

  static byte lower(byte c) {
    return c >= 'A' && c <= 'Z' ? (byte) (c | 0x20) : c;
  }

  /**
   * Whether a range is a word, whatever its case.
   *
   * @param bytes where the range lies
   * @param from its first byte
   * @param to behind its last byte
   * @param word in lower case
   * @return true when it is
   */
  public static boolean same(byte[] bytes, int from, int to, byte[] word) {
    if (to - from != word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (lower(bytes[from + i]) != word[i]) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #same(byte[], int, int, byte[])}, for a word in any case. */
  static boolean same(byte[] bytes, int from, int to, CharSequence word) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (lower(bytes[from + i]) != (c < 0x80 ? lower((byte) c) : c)) {
        return false;
      }
    }
    return true;
  }

  /** The bytes of an ASCII text. */
  public static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** Writes a number in decimal digits, without making a string of it. */
  public static void writeDecimal(ByteBuf out, long number) {
    long power = 1;
    while (number / power >= 10) {
      power *= 10;
    }
    for (; power > 0; power /= 10) {
      out.writeByte((int) ('0' + number / power % 10));
    }
  }

  /** Writes a number in hexadecimal digits, without making a string of it. */
  static void writeHex(ByteBuf out, int number) {
    int shift = 28 - (Integer.numberOfLeadingZeros(number | 1) & ~3);
    for (; shift >= 0; shift -= 4) {
      int digit = (number >>> shift) & 15;
      out.writeByte(digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
  }
}
