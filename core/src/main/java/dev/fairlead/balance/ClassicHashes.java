package dev.fairlead.balance;

/** HAProxy's 32-bit hash functions, from their published definitions. */
final class ClassicHashes {
  private ClassicHashes() {}

  static long sdbm(KeyBuffer key) {
    byte[] bytes = key.bytes();
    int hash = 0;
    for (int i = 0; i < key.length(); i++) {
      hash = 65599 * hash + (bytes[i] & 0xff); // (1 << 16) + (1 << 6) - 1
    }
    return Integer.toUnsignedLong(hash);
  }

  static long djb2(KeyBuffer key) {
    byte[] bytes = key.bytes();
    int hash = 5381;
    for (int i = 0; i < key.length(); i++) {
      hash = 33 * hash + (bytes[i] & 0xff);
    }
    return Integer.toUnsignedLong(hash);
  }

  static long wt6(KeyBuffer key) {
    byte[] bytes = key.bytes();
    int left = 0xa53c965a;
    int right = 0x5ca6953a;
    int leftTurn = 6;
    int rightTurn = 18;
    for (int i = 0; i < key.length(); i++) {
      int c = bytes[i] & 0xff;
      int mixedLeft = ~(left ^ c);
      int mixedRight = ~(right + c);
      left = Integer.rotateLeft(mixedRight, leftTurn);
      right = Integer.rotateLeft(mixedLeft, rightTurn);
      int turns = ((left >>> 16) ^ right) & 0xffff;
      leftTurn = turns & 0x1f;
      rightTurn = turns >>> 11;
    }
    return Integer.toUnsignedLong(left ^ right);
  }

  static long fold(KeyBuffer key) {
    byte[] bytes = key.bytes();
    int hash = 0;
    for (int i = 0; i + 4 <= key.length(); i += 4) {
      hash ^= bytes[i] << 24
          | (bytes[i + 1] & 0xff) << 16
          | (bytes[i + 2] & 0xff) << 8
          | (bytes[i + 3] & 0xff);
    }
    return Integer.toUnsignedLong(hash);
  }

  /**
   * Jenkins' integer hash in six steps, then a multiplication by a prime near three quarters of 2³²
   * (HAProxy's {@code full_hash}): also where HAProxy puts a server's nodes on its ring.
   */
  static int avalanche(int value) {
    int a = value;
    a = a + 0x7ed55d16 + (a << 12);
    a = a ^ 0xc761c23c ^ (a >>> 19);
    a = a + 0x165667b1 + (a << 5);
    a = (a + 0xd3a2646c) ^ (a << 9);
    a = a + 0xfd7046c5 + (a << 3);
    a = a ^ 0xb55a4f09 ^ (a >>> 16);
    return a * (int) 3_221_225_473L;
  }
}
