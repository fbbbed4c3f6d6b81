package dev.fairlead.edge;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** SHA-256 hashes in the ways in which people write them. */
final class Pins {
  private static final int BYTES = 32;

  private Pins() {}

  /** As 64 lower-case hex digits. */
  static String hex(String pin) {
    Objects.requireNonNull(pin, "pinned");
    String digits = pin.replace(":", "").toLowerCase(Locale.ROOT);
    if (digits.length() == 2 * BYTES && digits.chars().allMatch(HexFormat::isHexDigit)) {
      return digits;
    }
    try {
      byte[] hash = Base64.getDecoder().decode(pin.replaceFirst("^sha256//?", ""));
      if (hash.length == BYTES) {
        return HexFormat.of().formatHex(hash);
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "pinned: '%s' (expected: a SHA-256 as 64 hex digits or as Base64)".formatted(pin));
  }
}
