package dev.fairlead.balance;

import java.nio.ByteBuffer;

/**
 * The bytes of one hash key. Belongs to one thread, which uses it again for each pick, so that a pick
 * allocates nothing. Of a key longer than {@value #LONGEST} bytes (HAProxy's request buffer), the
 * beginning counts.
 */
final class KeyBuffer implements KeySink {
  static final int LONGEST = 16 * 1024;

  private static final ThreadLocal<KeyBuffer> OF_THREAD = ThreadLocal.withInitial(KeyBuffer::new);

  private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST);

  /** This thread's, empty; valid until the next call on the thread. */
  static KeyBuffer empty() {
    KeyBuffer buffer = OF_THREAD.get();
    buffer.buffer.clear();
    return buffer;
  }

  int length() {
    return buffer.position();
  }

  /** The array; valid up to {@link #length()}. */
  byte[] bytes() {
    return buffer.array();
  }

  @Override
  public void write(int b) {
    if (buffer.hasRemaining()) {
      buffer.put((byte) b);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    buffer.put(bytes, offset, Math.min(length, buffer.remaining()));
  }

  @Override
  public void write(CharSequence text) {
    int count = Math.min(text.length(), buffer.remaining());
    int at = buffer.position();
    byte[] bytes = buffer.array();
    for (int i = 0; i < count; i++) {
      bytes[at + i] = (byte) text.charAt(i);
    }
    buffer.position(at + count);
  }

  /** Sets all bits to 0 that lie beyond so many from a position on. */
  void keepBits(int from, int bits) {
    byte[] bytes = buffer.array();
    for (int i = from; i < buffer.position(); i++) {
      int kept = Math.max(0, Math.min(8, bits - (i - from) * 8));
      bytes[i] &= (byte) (0xff00 >>> kept);
    }
  }
}
