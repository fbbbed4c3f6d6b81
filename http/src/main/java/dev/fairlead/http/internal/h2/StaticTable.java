package dev.fairlead.http.internal.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** The fields that both ends know from the start (RFC 7541, Appendix A), by index from 1. */
final class StaticTable {
  static final byte[] AUTHORITY = bytes(":authority");
  static final byte[] METHOD = bytes(":method");
  static final byte[] PATH = bytes(":path");
  static final byte[] SCHEME = bytes(":scheme");
  static final byte[] STATUS = bytes(":status");
  /** RFC 8441. It is younger than the table, and not in it. */
  static final byte[] PROTOCOL = bytes(":protocol");

  /** How many fields it has. */
  static final int COUNT = 61;

  /** One field a line, in the order of the indexes: its name, and behind the sign its value. */
  private static final String FIELDS = """
      :authority
      :method=GET
      :method=POST
      :path=/
      :path=/index.html
      :scheme=http
      :scheme=https
      :status=200
      :status=204
      :status=206
      :status=304
      :status=400
      :status=404
      :status=500
      accept-charset
      accept-encoding=gzip, deflate
      accept-language
      accept-ranges
      accept
      access-control-allow-origin
      age
      allow
      authorization
      cache-control
      content-disposition
      content-encoding
      content-language
      content-length
      content-location
      content-range
      content-type
      cookie
      date
      etag
      expect
      expires
      from
      host
      if-match
      if-modified-since
      if-none-match
      if-range
      if-unmodified-since
      last-modified
      link
      location
      max-forwards
      proxy-authenticate
      proxy-authorization
      range
      referer
      refresh
      retry-after
      server
      set-cookie
      strict-transport-security
      transfer-encoding
      user-agent
      vary
      via
      www-authenticate
      """;

  private static final byte[][] NAMES = new byte[COUNT + 1][];
  private static final byte[][] VALUES = new byte[COUNT + 1][];

  private static final int SLOT_BITS = 8;
  /** By the hash of a name, going on at the next slot: the first index of that name, or 0. */
  private static final byte[] SLOTS = new byte[1 << SLOT_BITS];
  /** By the first index of a name: the last one. */
  private static final byte[] LAST = new byte[COUNT + 1];

  static {
    String[] lines = FIELDS.split("\n", COUNT);
    int first = 1;
    for (int index = 1; index <= COUNT; index++) {
      String line = lines[index - 1].strip();
      int sign = line.indexOf('=');
      NAMES[index] = bytes(sign < 0 ? line : line.substring(0, sign));
      VALUES[index] = bytes(sign < 0 ? "" : line.substring(sign + 1));
      byte[] name = NAMES[index];
      if (!Arrays.equals(name, NAMES[first])) {
        first = index;
      }
      LAST[first] = (byte) index;
      if (first == index) {
        int slot = slot(FieldIndex.hash(0, name, 0, name.length));
        while (SLOTS[slot] != 0) {
          slot = next(slot);
        }
        SLOTS[slot] = (byte) index;
      }
    }
  }

  private StaticTable() {}

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static int slot(int hash) {
    return (hash * FieldIndex.SPREAD) >>> (32 - SLOT_BITS);
  }

  private static int next(int slot) {
    return (slot + 1) & (SLOTS.length - 1);
  }

  static byte[] name(int index) {
    return NAMES[index];
  }

  static byte[] value(int index) {
    return VALUES[index];
  }

  /** {@return the first index with this name, or 0} */
  static int findName(String name) {
    byte[] bytes = bytes(name);
    return findName(FieldIndex.hash(0, bytes, 0, bytes.length), bytes, bytes.length);
  }

  /**
   * Looks for a name.
   *
   * @param hash its {@link FieldIndex#hash}
   * @param name holds it, in lower case
   * @param length how many bytes it has, from the first on
   * @return the first index with this name, or 0
   */
  static int findName(int hash, byte[] name, int length) {
    for (int slot = slot(hash); SLOTS[slot] != 0; slot = next(slot)) {
      byte[] known = NAMES[SLOTS[slot]];
      if (Arrays.equals(known, 0, known.length, name, 0, length)) {
        return SLOTS[slot];
      }
    }
    return 0;
  }

  /**
   * Looks for a field.
   *
   * @param first the first index of its name
   * @return the index with this name and this value, or 0
   */
  static int findField(int first, byte[] value, int from, int length) {
    for (int i = first; i <= LAST[first]; i++) {
      byte[] known = VALUES[i];
      if (Arrays.equals(known, 0, known.length, value, from, from + length)) {
        return i;
      }
    }
    return 0;
  }
}
