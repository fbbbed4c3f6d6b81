package dev.fairlead.balance;

import java.util.Arrays;

/**
 * Sorts the points of a ring, position above and server below, by position; points of equal position
 * stay in the order they came in. By counting, 11 bits at a time: n points cost six walks over the array,
 * where a sort by comparison costs n log n.
 */
final class Points {
  private static final int BITS = 11;
  private static final int MASK = (1 << BITS) - 1;

  /** Below, sorting by comparison is as fast. */
  static final int FEW = 4096;

  private Points() {}

  /** The sorted array: the given one or another; the given one is of no further use. */
  static long[] sorted(long[] points) {
    if (points.length < FEW) {
      Arrays.sort(points);
      return points;
    }
    long[] from = points;
    long[] to = new long[points.length];
    for (int shift = Integer.SIZE; shift < Long.SIZE; shift += BITS) {
      distribute(from, to, shift);
      long[] other = from;
      from = to;
      to = other;
    }
    return from;
  }

  private static void distribute(long[] from, long[] to, int shift) {
    int[] next = new int[MASK + 2];
    for (long point : from) {
      next[digit(point, shift) + 1]++;
    }
    for (int i = 1; i < next.length; i++) {
      next[i] += next[i - 1];
    }
    for (long point : from) {
      to[next[digit(point, shift)]++] = point;
    }
  }

  /** Positions are stored with their sign turned, so that they sort as signed numbers. */
  private static int digit(long point, int shift) {
    return (int) ((point ^ Long.MIN_VALUE) >>> shift) & MASK;
  }
}
