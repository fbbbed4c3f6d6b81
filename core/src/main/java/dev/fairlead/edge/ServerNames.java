package dev.fairlead.edge;

import java.net.IDN;
import java.util.Locale;
import java.util.Objects;

/** Names as they stand in a ClientHello: lower case, without a dot at the end, IDN as A-labels. */
final class ServerNames {
  private ServerNames() {}

  /** A host name, for example {@code www.example.com}. */
  static String host(String field, String value) {
    Objects.requireNonNull(value, field);
    String name = ascii(value);
    if (!isHost(name)) {
      throw bad(field, value, "a host name");
    }
    return name;
  }

  /** A host name or {@code *.} and a host name. */
  static String pattern(String field, String value) {
    Objects.requireNonNull(value, field);
    boolean wild = value.startsWith("*.");
    String name = ascii(wild ? value.substring(2) : value);
    if (!isHost(name)) {
      throw bad(field, value, "a host name or '*.' and a host name");
    }
    return wild ? "*." + name : name;
  }

  private static String ascii(String value) {
    String name = value.endsWith(".") ? value.substring(0, value.length() - 1) : value;
    try {
      return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return ""; // which is no name
    }
  }

  /** Labels of 1 to 63 letters, digits, hyphens and underscores, 253 characters in all. */
  private static boolean isHost(String name) {
    int label = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '.') {
        if (label == 0) {
          return false;
        }
        label = 0;
      } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
        if (++label > 63) {
          return false;
        }
      } else {
        return false;
      }
    }
    return label > 0 && name.length() <= 253;
  }

  private static IllegalArgumentException bad(String field, String value, String expected) {
    return new IllegalArgumentException(
        "%s: '%s' (expected: %s)".formatted(field, value, expected));
  }
}
