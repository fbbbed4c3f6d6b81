package dev.fairlead.state;

/**
 * Envoy's reckoning of how traffic spills from one priority level to the next. With 40 percent more
 * capacity than needed, a level counts as whole until less than 72 percent of its servers are healthy;
 * what it lacks goes to the levels after it. Where all together lack something, each gets its part.
 *
 * <p>Envoy's documentation gives examples that contradict its formula, and rounds otherwise than its
 * code; this is the formula, rounded as in the documentation of priority levels: what is left goes to the
 * largest remainders.
 */
final class Spill {
  /** How many requests a healthy server stands for, in percent. */
  private static final int OVERPROVISIONED = 140;

  private Spill() {}

  /** How whole a level is, 0..100. */
  static int health(int healthy, int ready) {
    return ready == 0 ? 0 : Math.min(100, OVERPROVISIONED * healthy / ready);
  }

  /** Whether a level is in panic, unless the levels together are whole. */
  static boolean panic(int healthy, int ready, int threshold) {
    return ready > 0 && 100L * healthy < (long) threshold * ready;
  }

  /** Whether the levels together can carry all. */
  static boolean whole(int[] health) {
    return sum(health) >= 100;
  }

  /** What each level gets, in percent; those of all make 100, all of it on the first where none has any. */
  static int[] loads(int[] health) {
    if (!whole(health)) {
      return parts(health);
    }
    int[] loads = new int[health.length];
    int left = 100;
    for (int i = 0; i < loads.length; i++) {
      loads[i] = Math.min(left, health[i]);
      left -= loads[i];
    }
    return loads;
  }

  /** A hundred in proportion to numbers; what rounding leaves goes to the largest remainders. */
  static int[] parts(int[] numbers) {
    int[] parts = new int[numbers.length];
    long sum = sum(numbers);
    if (sum == 0) {
      parts[0] = 100;
      return parts;
    }
    long[] remainders = new long[numbers.length];
    int left = 100;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = (int) (100L * numbers[i] / sum);
      remainders[i] = 100L * numbers[i] % sum;
      left -= parts[i];
    }
    for (; left > 0; left--) {
      int largest = 0;
      for (int i = 1; i < remainders.length; i++) {
        largest = remainders[i] > remainders[largest] ? i : largest;
      }
      parts[largest]++;
      remainders[largest] = -1;
    }
    return parts;
  }

  private static long sum(int[] numbers) {
    long sum = 0;
    for (int number : numbers) {
      sum += number;
    }
    return sum;
  }
}
