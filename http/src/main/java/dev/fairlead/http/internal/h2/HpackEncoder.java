package dev.fairlead.http.internal.h2;

import io.netty.buffer.ByteBuf;

/**
 * Encodes header blocks (RFC 7541). Names are written in lower case. What repeats is put in the dynamic
 * table; what is different in each message is not, and what is secret may not be by anybody behind, either
 * (RFC 7541 §7.1.3). Nothing is allocated for a field. On one event loop only.
 */
final class HpackEncoder {
  /** Below this, a cookie can be guessed byte by byte through the size of what is sent. */
  private static final int LONG_COOKIE = 20;

  private static final byte INDEX = 0;
  private static final byte PLAIN = 1;
  private static final byte NEVER = 2;
  private static final byte COOKIE = 3;
  private static final byte SET_COOKIE = 4;

  /** By the first index of a name in the static table. All names that are treated apart are there. */
  private static final byte[] POLICY = new byte[StaticTable.COUNT + 1];

  private static final int FIRST_NAME = 64;
  private static final int KEPT_NAME = 1024;

  static {
    policy(
        PLAIN,
        ":path",
        "age",
        "content-length",
        "etag",
        "if-modified-since",
        "if-none-match",
        "last-modified",
        "location");
    policy(NEVER, "authorization", "proxy-authorization");
    policy(COOKIE, "cookie");
    policy(SET_COOKIE, "set-cookie");
  }

  private final int ownMaxTableSize;
  private final DynamicTable table = new DynamicTable(HpackDecoder.DEFAULT_TABLE_SIZE);
  private final FieldIndex index = new FieldIndex(table);

  /** The limit to come, and the smallest of those that were to come since the last block. */
  private int nextLimit;

  private int smallestLimit = HpackDecoder.DEFAULT_TABLE_SIZE;

  /** Whether the last block was not sent, so that the peer does not know what it has put in the table. */
  private boolean unsent;

  /** The name in lower case. */
  private byte[] lower = new byte[FIRST_NAME];

  private final byte[] digits = new byte[3];

  /**
   * An encoder of one connection's blocks.
   *
   * @param ownMaxTableSize the most that its table may have, whatever the peer allows
   */
  HpackEncoder(int ownMaxTableSize) {
    this.ownMaxTableSize = ownMaxTableSize;
    peerTableSize(HpackDecoder.DEFAULT_TABLE_SIZE);
  }

  private static void policy(byte policy, String... names) {
    for (String name : names) {
      POLICY[StaticTable.findName(name)] = policy;
    }
  }

  /**
   * Takes the peer's SETTINGS_HEADER_TABLE_SIZE; it holds from the next block on.
   *
   * @param size unsigned
   */
  void peerTableSize(int size) {
    nextLimit = size < 0 ? ownMaxTableSize : Math.min(size, ownMaxTableSize);
    smallestLimit = Math.min(smallestLimit, nextLimit);
  }

  /** What was written since {@link #begin} is not sent. */
  void forget() {
    unsent = true;
  }

  /** Begins a block: changes of the table's size come first (RFC 7541 §4.2). */
  void begin(ByteBuf out) {
    if (unsent) {
      unsent = false;
      resize(out, 0); // both tables are emptied
    } else if (smallestLimit < Math.min(nextLimit, table.limit())) {
      resize(out, smallestLimit);
    }
    if (nextLimit != table.limit()) {
      resize(out, nextLimit);
    }
    smallestLimit = nextLimit;
    if (lower.length > KEPT_NAME) {
      lower = new byte[FIRST_NAME];
    }
  }

  private void resize(ByteBuf out, int limit) {
    table.limit(limit);
    integer(out, 0x20, 5, limit);
  }

  /** Writes the pseudo-header {@code :status}, of three digits. */
  void status(ByteBuf out, int status) {
    digits[0] = (byte) ('0' + status / 100);
    digits[1] = (byte) ('0' + status / 10 % 10);
    digits[2] = (byte) ('0' + status % 10);
    byte[] name = StaticTable.STATUS;
    field(out, name, 0, name.length, digits, 0, digits.length, false);
  }

  /** Writes a field whose name may be in any case. */
  void field(
      ByteBuf out,
      byte[] name,
      int nameFrom,
      int nameLength,
      byte[] value,
      int valueFrom,
      int valueLength) {
    field(out, name, nameFrom, nameLength, value, valueFrom, valueLength, false);
  }

  /**
   * Writes a field.
   *
   * @param out where to
   * @param name holds the name, in any case
   * @param nameFrom where the name begins
   * @param nameLength how long it is
   * @param value holds the value
   * @param valueFrom where the value begins
   * @param valueLength how long it is
   * @param never whether it was received as never to be indexed, and so must be sent (RFC 7541 §6.2.3)
   */
  void field(
      ByteBuf out,
      byte[] name,
      int nameFrom,
      int nameLength,
      byte[] value,
      int valueFrom,
      int valueLength,
      boolean never) {
    int nameHash = lower(name, nameFrom, nameLength);
    int known = StaticTable.findName(nameHash, lower, nameLength);
    byte policy = never ? NEVER : policy(known, valueLength);
    if (policy == NEVER) {
      literal(out, 0x10, 4, known, nameHash, nameLength, value, valueFrom, valueLength);
      return;
    }
    int same = known == 0 ? 0 : StaticTable.findField(known, value, valueFrom, valueLength);
    if (same != 0) {
      integer(out, 0x80, 7, same);
    } else if (policy == INDEX && fits((long) nameLength + valueLength)) {
      remembered(out, known, nameHash, nameLength, value, valueFrom, valueLength);
    } else {
      literal(out, 0x00, 4, known, nameHash, nameLength, value, valueFrom, valueLength);
    }
  }

  private static byte policy(int known, int valueLength) {
    byte policy = POLICY[known];
    return switch (policy) {
      case COOKIE -> valueLength < LONG_COOKIE ? NEVER : INDEX;
      case SET_COOKIE -> valueLength < LONG_COOKIE ? NEVER : PLAIN;
      default -> policy;
    };
  }

  /** What would take nearly all of the table would drive out too much that repeats. */
  private boolean fits(long length) {
    return length + DynamicTable.OVERHEAD <= table.limit() - table.limit() / 4;
  }

  /** Puts the name in lower case at its place; returns its hash. */
  private int lower(byte[] name, int from, int length) {
    if (lower.length < length) {
      lower = new byte[length];
    }
    byte[] to = lower;
    for (int i = 0; i < length; i++) {
      byte c = name[from + i];
      to[i] = c >= 'A' && c <= 'Z' ? (byte) (c | 0x20) : c;
    }
    return FieldIndex.hash(0, to, 0, length);
  }

  /** Writes a field from the dynamic table, or puts it there. */
  private void remembered(
      ByteBuf out,
      int known,
      int nameHash,
      int nameLength,
      byte[] value,
      int valueFrom,
      int valueLength) {
    int fieldHash = FieldIndex.hash(nameHash, value, valueFrom, valueLength);
    int age = index.findField(fieldHash, lower, nameLength, value, valueFrom, valueLength);
    if (age != FieldIndex.NONE) {
      integer(out, 0x80, 7, StaticTable.COUNT + 1 + age);
      return;
    }
    literal(out, 0x40, 6, known, nameHash, nameLength, value, valueFrom, valueLength);
    table.add(lower, 0, nameLength, value, valueFrom, valueLength);
    index.added(nameHash, fieldHash);
  }

  private void literal(
      ByteBuf out,
      int pattern,
      int prefix,
      int known,
      int nameHash,
      int nameLength,
      byte[] value,
      int valueFrom,
      int valueLength) {
    int nameIndex = known != 0 ? known : sentName(nameHash, nameLength);
    integer(out, pattern, prefix, nameIndex);
    if (nameIndex == 0) {
      string(out, lower, 0, nameLength);
    }
    string(out, value, valueFrom, valueLength);
  }

  private int sentName(int nameHash, int nameLength) {
    int age = index.findName(nameHash, lower, nameLength);
    return age == FieldIndex.NONE ? 0 : StaticTable.COUNT + 1 + age;
  }

  private static void string(ByteBuf out, byte[] b, int from, int length) {
    long encoded = Huffman.encodedLength(b, from, length);
    if (encoded < length) {
      integer(out, 0x80, 7, (int) encoded);
      Huffman.encode(out, b, from, length);
    } else {
      integer(out, 0x00, 7, length);
      out.writeBytes(b, from, length);
    }
  }

  /** Writes an integer behind the bits of a pattern (RFC 7541 §5.1). */
  private static void integer(ByteBuf out, int pattern, int prefix, int value) {
    int most = (1 << prefix) - 1;
    if (value < most) {
      out.writeByte(pattern | value);
      return;
    }
    out.writeByte(pattern | most);
    int rest = value - most;
    for (; rest > 0x7f; rest >>>= 7) {
      out.writeByte((rest & 0x7f) | 0x80);
    }
    out.writeByte(rest);
  }
}
