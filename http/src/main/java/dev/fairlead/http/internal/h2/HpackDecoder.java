package dev.fairlead.http.internal.h2;

import io.netty.buffer.ByteBuf;

/**
 * Decodes header blocks (RFC 7541), strictly. Nothing is allocated for a field; what a large block needed
 * is given back behind it. The table is kept right whatever the sink thinks of a field. On one event loop
 * only.
 */
final class HpackDecoder {
  /** What a peer may use until it has heard of our settings (RFC 9113 §6.5.2). */
  static final int DEFAULT_TABLE_SIZE = 4096;

  private static final byte[] NOTHING = {};
  private static final int FIRST_SIZE = 512;
  private static final int KEPT_SIZE = 8 * 1024;
  /** Beyond the first one. They make 28 bits, which is more than any block or table has. */
  private static final int MOST_INTEGER_BITS = 28;

  private static final int FAULT = -1;

  private final int maxTableSize;
  private final DynamicTable table = new DynamicTable(DEFAULT_TABLE_SIZE);

  /** The block. */
  private byte[] in = NOTHING;

  private int at;
  private int end;
  /** Blocks that do not lie in an array are copied into this one. */
  private byte[] copy = NOTHING;

  /** Decoded strings of one field. */
  private byte[] scratch = new byte[FIRST_SIZE];

  private int scratchUsed;

  /** The last string. */
  private byte[] text = NOTHING;

  private int textFrom;
  private int textLength;

  /**
   * A decoder of one connection's blocks.
   *
   * @param maxTableSize our SETTINGS_HEADER_TABLE_SIZE
   */
  HpackDecoder(int maxTableSize) {
    this.maxTableSize = maxTableSize;
  }

  /**
   * Decodes a whole header block.
   *
   * @param block read to its end
   * @param sink hears the fields, also those before a fault
   * @return false when the block is malformed: a COMPRESSION_ERROR, by which the connection is lost
   */
  boolean decode(ByteBuf block, FieldSink sink) {
    int length = block.readableBytes();
    if (block.hasArray()) {
      in = block.array();
      at = block.arrayOffset() + block.readerIndex();
    } else {
      if (copy.length < length) {
        copy = new byte[Math.max(length, FIRST_SIZE)];
      }
      block.getBytes(block.readerIndex(), copy, 0, length);
      in = copy;
      at = 0;
    }
    end = at + length;
    block.skipBytes(length);
    boolean sound = fields(sink);
    forget();
    return sound;
  }

  private void forget() {
    in = NOTHING;
    text = NOTHING;
    if (copy.length > KEPT_SIZE) {
      copy = NOTHING;
    }
    if (scratch.length > KEPT_SIZE) {
      scratch = new byte[FIRST_SIZE];
    }
  }

  private boolean fields(FieldSink sink) {
    boolean begin = true;
    while (at < end) {
      byte first = in[at];
      boolean sound;
      if ((first & 0xe0) == 0x20) {
        sound = begin && resize();
      } else {
        begin = false;
        if ((first & 0x80) != 0) {
          sound = indexed(sink);
        } else if ((first & 0x40) != 0) {
          sound = literal(sink, 6, true, false);
        } else {
          sound = literal(sink, 4, false, (first & 0x10) != 0);
        }
      }
      if (!sound) {
        return false;
      }
    }
    return true;
  }

  private boolean resize() {
    int size = integer(5);
    if (size == FAULT || size > maxTableSize) {
      return false;
    }
    table.limit(size);
    return true;
  }

  private boolean indexed(FieldSink sink) {
    int index = integer(7);
    if (index <= 0) {
      return false;
    }
    if (index <= StaticTable.COUNT) {
      byte[] name = StaticTable.name(index);
      byte[] value = StaticTable.value(index);
      sink.field(name, 0, name.length, value, 0, value.length, false);
      return true;
    }
    int age = index - StaticTable.COUNT - 1;
    if (age >= table.count()) {
      return false;
    }
    byte[] bytes = table.bytes();
    sink.field(
        bytes,
        table.nameFrom(age),
        table.nameLength(age),
        bytes,
        table.valueFrom(age),
        table.valueLength(age),
        false);
    return true;
  }

  private boolean literal(FieldSink sink, int prefix, boolean add, boolean never) {
    scratchUsed = 0;
    int index = integer(prefix);
    if (index == FAULT || !(index == 0 ? string() : name(index))) {
      return false;
    }
    byte[] name = text;
    int nameFrom = textFrom;
    int nameLength = textLength;
    if (!string()) {
      return false;
    }
    sink.field(name, nameFrom, nameLength, text, textFrom, textLength, never);
    if (add) {
      table.add(name, nameFrom, nameLength, text, textFrom, textLength);
    }
    return true;
  }

  /** Takes a name from the tables. */
  private boolean name(int index) {
    if (index <= StaticTable.COUNT) {
      text = StaticTable.name(index);
      textFrom = 0;
      textLength = text.length;
      return true;
    }
    int age = index - StaticTable.COUNT - 1;
    if (age >= table.count()) {
      return false;
    }
    // Out of the table: its entry may be dropped or moved when this field is added.
    int length = table.nameLength(age);
    room(length);
    System.arraycopy(table.bytes(), table.nameFrom(age), scratch, scratchUsed, length);
    text = scratch;
    textFrom = scratchUsed;
    textLength = length;
    scratchUsed += length;
    return true;
  }

  /** Reads a string literal (RFC 7541 §5.2). */
  private boolean string() {
    if (at == end) {
      return false;
    }
    boolean huffman = in[at] < 0;
    int length = integer(7);
    if (length == FAULT || length > end - at) {
      return false;
    }
    if (huffman) {
      room(Math.toIntExact(Huffman.room(length)));
      int to = Huffman.decode(in, at, length, scratch, scratchUsed);
      if (to == Huffman.FAULT) {
        return false;
      }
      text = scratch;
      textFrom = scratchUsed;
      textLength = to - scratchUsed;
      scratchUsed = to;
    } else {
      text = in;
      textFrom = at;
      textLength = length;
    }
    at += length;
    return true;
  }

  /** What is in the old scratch array stays valid. */
  private void room(int length) {
    if (scratch.length - scratchUsed < length) {
      scratch = new byte[Math.max(length, 2 * scratch.length)];
      scratchUsed = 0;
    }
  }

  /** Reads an integer (RFC 7541 §5.1) whose first byte is there, or finds a {@link #FAULT}. */
  private int integer(int prefix) {
    int most = (1 << prefix) - 1;
    int value = in[at++] & most;
    if (value < most) {
      return value;
    }
    for (int shift = 0; shift < MOST_INTEGER_BITS && at < end; shift += 7) {
      byte next = in[at++];
      value += (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return FAULT;
  }
}
