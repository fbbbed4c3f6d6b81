package dev.fairlead.balance;

/** Takes the bytes of a hash key. Not thread-safe; used by one pick at a time. */
public interface KeySink {
  /**
   * Takes one byte.
   *
   * @param b its lower eight bits
   */
  void write(int b);

  /**
   * Takes a range of bytes.
   *
   * @param bytes the array; not kept
   * @param offset where the range begins
   * @param length how long it is
   */
  default void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  /**
   * Takes the low eight bits of each character.
   *
   * @param text ASCII or ISO-8859-1
   */
  default void write(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      write(text.charAt(i));
    }
  }
}
