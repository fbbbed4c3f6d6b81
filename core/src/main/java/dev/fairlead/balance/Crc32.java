package dev.fairlead.balance;

/** CRC-32 (polynomial 0xedb88320, reflected) step by step, since Nginx's ring continues from a prefix. */
final class Crc32 {
  private static final int[] TABLE = table();

  /** What a byte comes to when one, two or three bytes of 0 follow it. */
  private static final int[] TABLE_1 = followed(TABLE);

  private static final int[] TABLE_2 = followed(TABLE_1);
  private static final int[] TABLE_3 = followed(TABLE_2);

  private Crc32() {}

  /** Before the first byte. */
  static final int START = 0xffff_ffff;

  static int update(int state, int b) {
    return (state >>> 8) ^ TABLE[(state ^ b) & 0xff];
  }

  static int update(int state, byte[] bytes, int length) {
    int s = state;
    for (int i = 0; i < length; i++) {
      s = update(s, bytes[i]);
    }
    return s;
  }

  /** Four bytes at once, the lowest first: what each comes to does not depend on the others. */
  static int updateFour(int state, int bytes) {
    int mixed = state ^ bytes;
    return TABLE_3[mixed & 0xff]
        ^ TABLE_2[(mixed >>> 8) & 0xff]
        ^ TABLE_1[(mixed >>> 16) & 0xff]
        ^ TABLE[mixed >>> 24];
  }

  static int end(int state) {
    return ~state;
  }

  static int of(KeyBuffer key) {
    return end(update(START, key.bytes(), key.length()));
  }

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value >>> 1) ^ ((value & 1) == 0 ? 0 : 0xedb8_8320);
      }
      table[i] = value;
    }
    return table;
  }

  private static int[] followed(int[] table) {
    int[] followed = new int[256];
    for (int i = 0; i < 256; i++) {
      followed[i] = update(table[i], 0);
    }
    return followed;
  }
}
