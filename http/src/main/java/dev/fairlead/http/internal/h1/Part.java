package dev.fairlead.http.internal.h1;

import java.util.Arrays;

/** A part of a head that is kept until the others have come. Used again; on one event loop only. */
final class Part {
  private static final int ABSENT = -1;

  private byte[] bytes = new byte[64];
  private int length = ABSENT;

  void clear() {
    length = ABSENT;
  }

  void set(byte[] b, int from, int newLength) {
    if (bytes.length < newLength) {
      bytes = new byte[newLength];
    }
    System.arraycopy(b, from, bytes, 0, newLength);
    length = newLength;
  }

  boolean present() {
    return length != ABSENT;
  }

  /** {@return whether it is there, and not empty} */
  boolean filled() {
    return length > 0;
  }

  /** The bytes, from the first one on. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  boolean is(byte[] other) {
    return present() && Arrays.equals(bytes, 0, length, other, 0, other.length);
  }
}
