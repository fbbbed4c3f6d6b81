package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.Objects;

/** Bytes as text, one character each (ISO 8859-1): so that they can be searched, cut and shown. */
final class ByteText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int LONGEST_SHOWN = 100;

  private ByteText() {}

  /** The bytes of a text in UTF-8. */
  static String of(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** The bytes of hexadecimal digits, two each, in capitals or not. */
  static String ofHex(String field, String digits) {
    Objects.requireNonNull(digits, field);
    try {
      return new String(HexFormat.of().parseHex(digits), ISO_8859_1);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: hexadecimal digits, two for each byte)".formatted(field, digits), e);
    }
  }

  /** In capitals, as HAProxy's {@code rbinary} sees it. */
  static String hex(String bytes) {
    return HEX.formatHex(bytes(bytes));
  }

  /** For people: the end of the last line is left out, and so is what is too long. */
  static String shown(String bytes) {
    int end = bytes.length();
    while (end > 0 && "\r\n".indexOf(bytes.charAt(end - 1)) >= 0) {
      end--;
    }
    return '"'
        + (end > LONGEST_SHOWN ? bytes.substring(0, LONGEST_SHOWN) + '…' : bytes.substring(0, end))
        + '"';
  }

  /** The same of bytes that are no text. */
  static String shownInHex(String bytes) {
    return bytes.length() > LONGEST_SHOWN / 2
        ? hex(bytes.substring(0, LONGEST_SHOWN / 2)) + '…'
        : hex(bytes);
  }
}
