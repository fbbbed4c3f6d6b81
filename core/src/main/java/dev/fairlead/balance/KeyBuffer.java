package dev.fairlead.balance;

import java.util.Arrays;

/**
 * The bytes of one hash key. Belongs to one thread, which uses it again for each pick: grows to the
 * longest key and allocates nothing from then on.
 */
final class KeyBuffer implements KeySink {
  private static final int USUAL = 256;
  private static final int KEPT = 16 * 1024;

  private static final ThreadLocal<KeyBuffer> OF_THREAD = ThreadLocal.withInitial(KeyBuffer::new);

  private byte[] bytes = new byte[USUAL];
  private int length;

  /** This thread's, empty; valid until the next call on the thread. */
  static KeyBuffer empty() {
    KeyBuffer buffer = OF_THREAD.get();
    buffer.length = 0;
    if (buffer.bytes.length > KEPT) {
      buffer.bytes = new byte[USUAL];
    }
    return buffer;
  }

  int length() {
    return length;
  }

  /** The array; valid up to {@link #length()}, until the next write. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public void write(int b) {
    room(1);
    bytes[length++] = (byte) b;
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    room(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  @Override
  public void write(CharSequence text) {
    int count = text.length();
    room(count);
    for (int i = 0; i < count; i++) {
      bytes[length + i] = (byte) text.charAt(i);
    }
    length += count;
  }

  void writeInt(int value) {
    write(value >>> 24);
    write(value >>> 16);
    write(value >>> 8);
    write(value);
  }

  /** Sets all bits to 0 that lie beyond so many from a position on. */
  void keepBits(int from, int bits) {
    for (int i = from; i < length; i++) {
      int kept = Math.max(0, Math.min(8, bits - (i - from) * 8));
      bytes[i] &= (byte) (0xff00 >>> kept);
    }
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}
