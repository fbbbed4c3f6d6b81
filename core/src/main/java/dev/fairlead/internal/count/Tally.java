package dev.fairlead.internal.count;

import dev.fairlead.spi.Counting;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Latency;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The numbers of one subject on one event loop. Written by that loop only, with opaque stores; read from
 * anywhere.
 */
@SuppressWarnings("EnumOrdinal") // array indexes, never kept beyond this process
public final class Tally implements Counting {
  /** The stages whose durations are kept. */
  enum Stage {
    QUEUE,
    CONNECT,
    RESPONSE,
    TOTAL
  }

  private static final int COUNTERS = Counter.values().length;
  private static final int STAGES = Stage.values().length;
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle HISTOGRAM = MethodHandles.arrayElementVarHandle(long[][].class);

  private final long[] counters = new long[COUNTERS];

  /** What is going on now, in one element; a sum over loops is right even if each of them is not. */
  private final long[] current = new long[1];

  /** Each with {@link Latency#BUCKETS} counts and the sum behind them; made when first needed. */
  private final long[][] histograms = new long[STAGES][];

  @Override
  public void add(Counter counter, long amount) {
    plus(counters, counter.ordinal(), amount);
  }

  @Override
  public void record(long queue, long connect, long response, long total) {
    record(Stage.QUEUE, queue);
    record(Stage.CONNECT, connect);
    record(Stage.RESPONSE, response);
    record(Stage.TOTAL, total);
  }

  private void record(Stage stage, long nanos) {
    if (nanos < 0) {
      return;
    }
    long[] histogram = histograms[stage.ordinal()];
    if (histogram == null) {
      histogram = new long[Latency.BUCKETS + 1];
      HISTOGRAM.setRelease(histograms, stage.ordinal(), histogram);
    }
    plus(histogram, Latency.bucket(nanos), 1);
    plus(histogram, Latency.BUCKETS, nanos);
  }

  private static void plus(long[] array, int index, long amount) {
    LONGS.setOpaque(array, index, array[index] + amount);
  }

  /** Something began (1) or ended (-1). */
  public void going(int change) {
    plus(current, 0, change);
  }

  long current() {
    return (long) LONGS.getOpaque(current, 0);
  }

  long get(Counter counter) {
    return (long) LONGS.getOpaque(counters, counter.ordinal());
  }

  /** Adds this tally's histogram to counts and, behind them, the sum. */
  void addTo(Stage stage, long[] sum) {
    long[] histogram = (long[]) HISTOGRAM.getAcquire(histograms, stage.ordinal());
    if (histogram != null) {
      for (int i = 0; i < histogram.length; i++) {
        sum[i] += (long) LONGS.getOpaque(histogram, i);
      }
    }
  }

  void absorb(Tally gone) {
    for (Counter counter : Counter.values()) {
      add(counter, gone.get(counter));
    }
    for (Stage stage : Stage.values()) {
      long[] sum = new long[Latency.BUCKETS + 1];
      gone.addTo(stage, sum);
      addTo(stage, sum);
      HISTOGRAM.setRelease(histograms, stage.ordinal(), sum);
    }
  }
}
