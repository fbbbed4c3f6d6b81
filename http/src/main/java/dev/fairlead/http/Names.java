package dev.fairlead.http;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Checks of names that come from configuration. Pure functions. */
final class Names {
  private static final Set<String> RESERVED = Set.of(
      "host",
      "content-length",
      "transfer-encoding",
      "connection",
      "keep-alive",
      "proxy-connection",
      "te",
      "trailer",
      "upgrade",
      "http2-settings",
      "expect");

  private Names() {}

  static String token(String what, String value) {
    Objects.requireNonNull(value, what);
    boolean good = !value.isEmpty() && value.length() <= 128;
    for (int i = 0; good && i < value.length(); i++) {
      char c = value.charAt(i);
      good = (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
    if (!good) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: 1 to 128 characters of an HTTP token)".formatted(what, value));
    }
    return value;
  }

  /** A name as it stands in a query: what cannot stand there as such would never be found. */
  static String parameter(String what, String value) {
    Objects.requireNonNull(value, what);
    boolean good = !value.isEmpty() && value.length() <= 128;
    for (int i = 0; good && i < value.length(); i++) {
      char c = value.charAt(i);
      good = c > 0x20 && c < 0x7f && "&=#".indexOf(c) < 0;
    }
    if (!good) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: 1 to 128 characters as in a URI, without & = #)"
              .formatted(what, value));
    }
    return value;
  }

  static String field(String what, String value) {
    token(what, value);
    if (RESERVED.contains(value.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: a field that neither frames nor routes a message)"
              .formatted(what, value));
    }
    return value;
  }
}
