package dev.fairlead.http.internal.h1;

/** Checks request targets and hosts (RFC 9112 §3.2, RFC 9110 §7.2). Pure functions on raw bytes. */
final class Target {
  private static final byte[] HTTP = Ascii.bytes("http://");
  private static final byte[] HTTPS = Ascii.bytes("https://");

  private Target() {}

  /** The length of the scheme with {@code ://}, or 0 when the target is not in absolute-form. */
  static int scheme(byte[] b, int from, int to) {
    if (startsWith(b, from, to, HTTP)) {
      return HTTP.length;
    }
    return startsWith(b, from, to, HTTPS) ? HTTPS.length : 0;
  }

  /** Where the authority that begins at {@code from} ends. */
  static int authorityEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] != '/' && b[at] != '?') {
      at++;
    }
    return at;
  }

  /** Whether all bytes may stand in a target. */
  static boolean clean(byte[] b, int from, int to, boolean beyondAscii) {
    for (int i = from; i < to; i++) {
      if (!Ascii.isTarget(b[i]) && (b[i] >= 0 || !beyondAscii)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a range is {@code host [":" port]}, without user information, path or list. The host may be
   * a name, an IPv4 address or an IPv6 address in brackets.
   */
  static boolean hostAndPort(byte[] b, int from, int to) {
    int at = from;
    if (at < to && b[at] == '[') {
      at++;
      int first = at;
      while (at < to && (Ascii.hex(b[at]) >= 0 || b[at] == ':' || b[at] == '.')) {
        at++;
      }
      if (at - first < 2 || at == to || b[at] != ']') {
        return false;
      }
      at++;
    } else {
      while (at < to && (Ascii.isHost(b[at]) || escape(b, at, to))) {
        at++;
      }
      if (at == from) {
        return false;
      }
    }
    return at == to || (b[at] == ':' && port(b, at + 1, to));
  }

  /** Whether a valid {@link #hostAndPort} has a port. */
  static boolean hasPort(byte[] b, int from, int to) {
    return Ascii.isDigit(b[to - 1]) && portColon(b, from, to) >= 0;
  }

  /** Where the host of a valid {@link #hostAndPort} ends. */
  static int hostEnd(byte[] b, int from, int to) {
    int colon = portColon(b, from, to);
    return colon < 0 ? to : colon;
  }

  private static int portColon(byte[] b, int from, int to) {
    for (int i = to - 1; i >= from && b[i] != ']'; i--) {
      if (b[i] == ':') {
        return i;
      }
    }
    return -1;
  }

  private static boolean escape(byte[] b, int at, int to) {
    return b[at] == '%' && at + 2 < to && Ascii.hex(b[at + 1]) >= 0 && Ascii.hex(b[at + 2]) >= 0;
  }

  private static boolean port(byte[] b, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      if (!Ascii.isDigit(b[i])) {
        return false;
      }
      value = value * 10 + (b[i] - '0');
      if (value > 65_535) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] b, int from, int to, byte[] word) {
    return to - from >= word.length && Ascii.same(b, from, from + word.length, word);
  }
}
