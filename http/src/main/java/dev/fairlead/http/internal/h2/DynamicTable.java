package dev.fairlead.http.internal.h2;

import java.util.Arrays;

/**
 * The fields that were sent before, the newest first (RFC 7541 §2.3.2, §4). All their bytes lie in one
 * array, one entry behind the other and none of them split; when its end is reached, what is still alive
 * is moved to its begin. The arrays grow with use up to about twice the limit. On one event loop only.
 */
final class DynamicTable {
  /** What an entry counts beyond its bytes. */
  static final int OVERHEAD = 32;

  private static final int FIRST_BYTES = 512;
  private static final int FIRST_ENTRIES = 16;
  /** For each entry: where its name begins, the length of its name, the length of its value behind it. */
  private static final int STRIDE = 3;

  private byte[] bytes = new byte[FIRST_BYTES];
  /** The bytes in use: from the oldest entry to the end of the newest. */
  private int start;

  private int end;
  /** A ring. */
  private int[] entries = new int[FIRST_ENTRIES * STRIDE];

  private int mask = FIRST_ENTRIES - 1;
  /** The number of the newest entry; may wrap round. */
  private int last;

  private int count;
  private int size;
  private int limit;

  DynamicTable(int limit) {
    this.limit = limit;
  }

  /** {@return how large it may become, by the measure of RFC 7541 §4.1} */
  int limit() {
    return limit;
  }

  /** Changes the limit; the oldest entries are dropped until it is kept. */
  void limit(int newLimit) {
    limit = newLimit;
    shrink(newLimit);
  }

  int count() {
    return count;
  }

  /** {@return the number of the newest entry: each one gets the next number} */
  int last() {
    return last;
  }

  /** Holds names and values; until the next {@link #add}. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Where an entry's name begins.
   *
   * @param age how many entries are newer
   */
  int nameFrom(int age) {
    return entries[row(age)];
  }

  int nameLength(int age) {
    return entries[row(age) + 1];
  }

  int valueFrom(int age) {
    int row = row(age);
    return entries[row] + entries[row + 1];
  }

  int valueLength(int age) {
    return entries[row(age) + 2];
  }

  private int row(int age) {
    return ((last - age) & mask) * STRIDE;
  }

  /**
   * Adds a field and drops the oldest to make room. One larger than the limit empties the table (RFC 7541
   * §4.4). Name and value must not lie in {@link #bytes}.
   */
  void add(
      byte[] name, int nameFrom, int nameLength, byte[] value, int valueFrom, int valueLength) {
    long needed = (long) nameLength + valueLength + OVERHEAD;
    if (needed > limit) {
      shrink(0);
      return;
    }
    shrink(limit - (int) needed);
    int room = nameLength + valueLength;
    if (bytes.length - end < room) {
      makeRoom(room);
    }
    if (count > mask) {
      growEntries();
    }
    last++;
    count++;
    size += (int) needed;
    int row = row(0);
    entries[row] = end;
    entries[row + 1] = nameLength;
    entries[row + 2] = valueLength;
    System.arraycopy(name, nameFrom, bytes, end, nameLength);
    end += nameLength;
    System.arraycopy(value, valueFrom, bytes, end, valueLength);
    end += valueLength;
  }

  private void shrink(int most) {
    while (size > most) {
      int row = row(count - 1);
      int length = entries[row + 1] + entries[row + 2];
      start += length;
      size -= length + OVERHEAD;
      count--;
    }
    if (count == 0) {
      start = 0;
      end = 0;
    }
  }

  /** At least half of the array is free behind this, so that each byte is moved about once. */
  private void makeRoom(int room) {
    int alive = end - start;
    byte[] to = bytes;
    if (bytes.length / 2 < alive + room) {
      to = new byte[Integer.highestOneBit(alive + room) * 4];
    }
    System.arraycopy(bytes, start, to, 0, alive);
    bytes = to;
    for (int age = 0; age < count; age++) {
      entries[row(age)] -= start;
    }
    start = 0;
    end = alive;
  }

  private void growEntries() {
    int[] grown = Arrays.copyOf(entries, entries.length * 2);
    int grownMask = mask * 2 + 1;
    for (int age = 0; age < count; age++) {
      System.arraycopy(entries, row(age), grown, ((last - age) & grownMask) * STRIDE, STRIDE);
    }
    entries = grown;
    mask = grownMask;
  }
}
