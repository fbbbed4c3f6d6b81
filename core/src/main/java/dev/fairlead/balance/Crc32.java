package dev.fairlead.balance;

/** CRC-32 (polynomial 0xedb88320, reflected) step by step, since Nginx's ring continues from a prefix. */
final class Crc32 {
  private static final int[] TABLE = table();

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
}
