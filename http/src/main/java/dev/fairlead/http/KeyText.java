package dev.fairlead.http;

import dev.fairlead.balance.KeySink;

/**
 * Bytes of a request of which a part becomes the key. Belongs to one thread, which uses it again for
 * each pick, so that a pick allocates nothing; what is beyond its room does not count.
 */
final class KeyText implements KeySink {
  private static final int ROOM = 16 * 1024;
  private static final ThreadLocal<KeyText> OF_THREAD = ThreadLocal.withInitial(KeyText::new);

  private final byte[] bytes = new byte[ROOM];
  private int length;

  private KeyText() {}

  /** This thread's, empty; valid until the next call on the thread. */
  static KeyText empty() {
    KeyText text = OF_THREAD.get();
    text.length = 0;
    return text;
  }

  int length() {
    return length;
  }

  byte at(int index) {
    return bytes[index];
  }

  /** The first place of a byte from a place on, or the end. */
  int find(char wanted, int from) {
    int at = from;
    while (at < length && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  /** Writes a range; false when it is empty. */
  boolean writeTo(KeySink into, int from, int to) {
    into.write(bytes, from, to - from);
    return to > from;
  }

  void toLowerCase() {
    for (int i = 0; i < length; i++) {
      byte c = bytes[i];
      bytes[i] = c >= 'A' && c <= 'Z' ? (byte) (c | 0x20) : c;
    }
  }

  @Override
  public void write(int b) {
    if (length < ROOM) {
      bytes[length++] = (byte) b;
    }
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    int taken = Math.min(count, ROOM - length);
    System.arraycopy(from, offset, bytes, length, taken);
    length += taken;
  }
}
