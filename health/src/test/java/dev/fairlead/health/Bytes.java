package dev.fairlead.health;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes as a ScriptedServer writes and reads them: text, one byte a character. */
final class Bytes {
  private Bytes() {}

  /** From hexadecimal digits; spaces are for readers. */
  static String hex(String digits) {
    byte[] bytes = HexFormat.of().parseHex(digits.replace(" ", ""));
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A PostgreSQL message. */
  static String postgres(char type, String body) {
    int length = 4 + body.length();
    return type + hex("%08x".formatted(length)) + body;
  }

  /** A MySQL packet. */
  static String mysql(int sequence, String payload) {
    int length = payload.length();
    return "" + (char) (length & 0xFF) + (char) (length >> 8) + (char) 0 + (char) sequence
        + payload;
  }
}
