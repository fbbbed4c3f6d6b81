package dev.fairlead.status;

/**
 * A distribution of durations: counts in buckets whose width grows with the value, so that a
 * percentile is right within 12.5 %. Immutable.
 */
public final class Latency {
  /** How many buckets there are: 8 for each power of two of microseconds, up to some four hours. */
  public static final int BUCKETS = 256;

  private final long[] counts;
  private final long count;
  private final long sumNanos;

  /**
   * A distribution from its buckets.
   *
   * @param counts how many durations fell into each bucket, {@link #BUCKETS} numbers; copied
   * @param sumNanos the sum of all durations
   */
  public Latency(long[] counts, long sumNanos) {
    if (counts.length != BUCKETS) {
      throw new IllegalArgumentException(
          "counts: " + counts.length + " (expected: " + BUCKETS + ")");
    }
    this.counts = counts.clone();
    this.sumNanos = sumNanos;
    long all = 0;
    for (long c : counts) {
      all += c;
    }
    this.count = all;
  }

  /**
   * The bucket of a duration. Exact below 8 microseconds, then three bits below the highest.
   *
   * @param nanos the duration; negative ones count as 0
   * @return 0 to {@link #BUCKETS} - 1
   */
  public static int bucket(long nanos) {
    long micros = Math.max(0, nanos) / 1_000;
    if (micros < 8) {
      return (int) micros;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(micros);
    int bucket = ((exponent - 2) << 3) + (int) ((micros >>> (exponent - 3)) & 7);
    return Math.min(bucket, BUCKETS - 1);
  }

  /**
   * Where a bucket ends.
   *
   * @param bucket 0 to {@link #BUCKETS} - 1
   * @return the first duration in nanoseconds that is beyond it
   */
  public static long upperBound(int bucket) {
    if (bucket < 8) {
      return (bucket + 1) * 1_000L;
    }
    int exponent = (bucket >>> 3) + 2;
    return ((8L + (bucket & 7) + 1) << (exponent - 3)) * 1_000L;
  }

  /**
   * What was recorded after an earlier reading of the same subject.
   *
   * @param earlier the reading to start from
   * @return the difference; this itself when the numbers began anew in between
   */
  public Latency since(Latency earlier) {
    long[] rest = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      rest[i] = counts[i] - earlier.counts[i];
      if (rest[i] < 0) {
        return this;
      }
    }
    return new Latency(rest, sumNanos - earlier.sumNanos);
  }

  /** {@return how many durations were recorded} */
  public long count() {
    return count;
  }

  /** {@return the sum of all durations in nanoseconds} */
  public long sumNanos() {
    return sumNanos;
  }

  /**
   * A percentile, rounded up to the end of its bucket.
   *
   * @param percentile above 0, at most 100
   * @return nanoseconds; 0 when nothing was recorded
   */
  public long percentileNanos(double percentile) {
    if (!(percentile > 0 && percentile <= 100)) {
      throw new IllegalArgumentException("percentile: " + percentile + " (expected: > 0, <= 100)");
    }
    long rank = (long) Math.ceil(count * percentile / 100);
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= rank && rank > 0) {
        return upperBound(i);
      }
    }
    return 0;
  }

  /** {@return count and three percentiles, for people} */
  @Override
  public String toString() {
    return "count=%d p50=%.1fms p99=%.1fms max<=%.1fms"
        .formatted(
            count,
            percentileNanos(50) / 1e6,
            percentileNanos(99) / 1e6,
            percentileNanos(100) / 1e6);
  }
}
