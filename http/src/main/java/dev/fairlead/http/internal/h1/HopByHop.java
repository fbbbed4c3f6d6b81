package dev.fairlead.http.internal.h1;

/**
 * Reads the {@code Connection} options of a head and drops the fields that they name (RFC 9110 §7.6.1).
 * The fixed list is dropped when a field is indexed; here follow those that the sender adds. Fields that
 * frame or route a message cannot be dropped this way: {@code Connection: content-length} is an attack,
 * and is ignored.
 */
final class HopByHop {
  static final int CLOSE = 1;
  static final int KEEP_ALIVE = 2;
  static final int UPGRADE = 4;

  private static final byte[] CLOSE_OPTION = Ascii.bytes("close");
  private static final byte[] KEEP_ALIVE_OPTION = Ascii.bytes("keep-alive");
  private static final byte[] UPGRADE_OPTION = Ascii.bytes("upgrade");

  private HopByHop() {}

  /**
   * Reads one {@code Connection} field.
   *
   * @return a set of {@link #CLOSE}, {@link #KEEP_ALIVE} and {@link #UPGRADE}; -1 when it is malformed
   */
  static int read(Fields fields, int field) {
    byte[] b = fields.bytes();
    int to = fields.to(field);
    int options = 0;
    int at = fields.from(field);
    while (at < to) {
      int from = at;
      while (at < to && Ascii.isToken(b[at])) {
        at++;
      }
      int end = at;
      while (at < to && Ascii.isSpace(b[at])) {
        at++;
      }
      if (at < to && b[at] != ',') {
        return -1;
      }
      at = skipSeparators(b, at, to);
      if (end > from) {
        options |= option(fields, b, from, end);
      }
    }
    return options;
  }

  private static int option(Fields fields, byte[] b, int from, int end) {
    if (Ascii.same(b, from, end, CLOSE_OPTION)) {
      return CLOSE;
    }
    if (Ascii.same(b, from, end, KEEP_ALIVE_OPTION)) {
      return KEEP_ALIVE;
    }
    if (Ascii.same(b, from, end, UPGRADE_OPTION)) {
      return UPGRADE;
    }
    fields.dropAll(from, end);
    return 0;
  }

  /** Drops the fields of a trailer section that a head's {@code Connection} fields name. */
  static void dropNamed(Fields head, Fields trailers) {
    byte[] b = head.bytes();
    for (int i = 0; i < head.count(); i++) {
      if (head.name(i) == Name.CONNECTION) {
        int to = head.to(i);
        int at = skipSeparators(b, head.from(i), to);
        while (at < to) {
          int from = at;
          while (at < to && Ascii.isToken(b[at])) {
            at++;
          }
          trailers.dropNamed(b, from, at);
          at = at == from ? to : skipSeparators(b, at, to);
        }
      }
    }
  }

  static int skipSeparators(byte[] b, int at, int to) {
    int i = at;
    while (i < to && (b[i] == ',' || Ascii.isSpace(b[i]))) {
      i++;
    }
    return i;
  }

  /** Whether a comma-separated value has an element that begins with a word (parameters may follow). */
  static boolean names(byte[] b, int from, int to, byte[] word) {
    int at = skipSeparators(b, from, to);
    while (at < to) {
      int start = at;
      while (at < to && Ascii.isToken(b[at])) {
        at++;
      }
      if (Ascii.same(b, start, at, word)) {
        return true;
      }
      while (at < to && b[at] != ',') {
        at++;
      }
      at = skipSeparators(b, at, to);
    }
    return false;
  }
}
