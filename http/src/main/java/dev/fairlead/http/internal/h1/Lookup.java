package dev.fairlead.http.internal.h1;

import dev.fairlead.balance.KeySink;

/** Finds query parameters and cookies by HAProxy's rules. Pure functions on raw bytes. */
final class Lookup {
  private Lookup() {}

  /**
   * Writes the value of the first parameter of a name, which must be followed by {@code =}.
   *
   * @param b where the target lies
   * @param from where to look for its query
   * @param to behind its last byte
   * @param name as it stands in the target, in this case
   * @param into takes the value, not decoded
   * @return false when there is none
   */
  static boolean parameter(byte[] b, int from, int to, String name, KeySink into) {
    int at = until(b, from, to, '?') + 1;
    while (at < to) {
      int end = until(b, at, to, '&');
      int equals = at + name.length();
      if (equals < end && b[equals] == '=' && is(b, at, equals, name)) {
        into.write(b, equals + 1, end - equals - 1);
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  /**
   * Writes the value of the first cookie of a name.
   *
   * @param b where the value of a field Cookie lies
   * @param from its first byte
   * @param to behind its last byte
   * @param name in this case
   * @param into takes the value, without white space around it, quotes included
   * @return false when there is none, or it is empty
   */
  static boolean cookie(byte[] b, int from, int to, String name, KeySink into) {
    int at = from;
    while (at < to) {
      at = behindSpace(b, at, to);
      int end = endOfPair(b, at, to);
      int equals = until(b, at, end, '=');
      if (equals < end && is(b, at, beforeSpace(b, at, equals), name)) {
        int first = behindSpace(b, equals + 1, end);
        int length = beforeSpace(b, first, end) - first;
        into.write(b, first, length);
        return length > 0;
      }
      at = end + 1;
    }
    return false;
  }

  /** Pairs end at a semicolon or a comma, but not within quotes in their value. */
  private static int endOfPair(byte[] b, int from, int to) {
    boolean value = false;
    boolean quoted = false;
    for (int i = from; i < to; i++) {
      byte c = b[i];
      if (quoted && c == '\\') {
        i++;
      } else if (value && c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ';' || c == ',')) {
        return i;
      }
      value |= c == '=';
    }
    return to;
  }

  private static int until(byte[] b, int from, int to, char wanted) {
    int at = from;
    while (at < to && b[at] != wanted) {
      at++;
    }
    return at;
  }

  private static int behindSpace(byte[] b, int from, int to) {
    int at = from;
    while (at < to && Ascii.isSpace(b[at])) {
      at++;
    }
    return at;
  }

  private static int beforeSpace(byte[] b, int from, int to) {
    int at = to;
    while (at > from && Ascii.isSpace(b[at - 1])) {
      at--;
    }
    return at;
  }

  private static boolean is(byte[] b, int from, int to, String name) {
    if (to - from != name.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if ((b[i] & 0xff) != name.charAt(i - from)) {
        return false;
      }
    }
    return true;
  }
}
