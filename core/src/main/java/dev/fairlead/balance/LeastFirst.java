package dev.fairlead.balance;

/**
 * A set of numbers from 0 on that finds its least one: a bit for each number, and a bit for each 64 of
 * which one is there, so that it looks at n/4096 words. Not thread-safe.
 */
final class LeastFirst {
  static final int NONE = -1;

  private final long[] numbers;
  private final long[] words;

  /** @param bound all numbers are less */
  LeastFirst(int bound) {
    numbers = new long[(bound + 63) >>> 6];
    words = new long[(bound + 4095) >>> 12];
  }

  void add(int number) {
    numbers[number >>> 6] |= 1L << number;
    words[number >>> 12] |= 1L << (number >>> 6);
  }

  void remove(int number) {
    numbers[number >>> 6] &= ~(1L << number);
    if (numbers[number >>> 6] == 0) {
      words[number >>> 12] &= ~(1L << (number >>> 6));
    }
  }

  /** The least number, or {@link #NONE}. */
  int least() {
    for (int i = 0; i < words.length; i++) {
      if (words[i] != 0) {
        int word = (i << 6) + Long.numberOfTrailingZeros(words[i]);
        return (word << 6) + Long.numberOfTrailingZeros(numbers[word]);
      }
    }
    return NONE;
  }
}
