package dev.fairlead.internal.count;

import dev.fairlead.status.Counter;
import dev.fairlead.status.Latency;
import dev.fairlead.status.Stats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The numbers of one subject on all event loops. */
public final class Tallies {
  private final Tally[] perLoop;

  public Tallies(int loops) {
    perLoop = new Tally[loops];
    Arrays.setAll(perLoop, i -> new Tally());
  }

  /** For the writer: the loop with that index only. */
  public Tally at(int loop) {
    return perLoop[loop];
  }

  /** What is going on now; reads one number for each loop. */
  public long current() {
    long sum = 0;
    for (Tally tally : perLoop) {
      sum += tally.current();
    }
    return sum;
  }

  public long count(Counter counter) {
    long sum = 0;
    for (Tally tally : perLoop) {
      sum += tally.get(counter);
    }
    return sum;
  }

  /** The sum of several subjects, as one. */
  public static Stats sum(List<Tallies> subjects, long current, long queued) {
    List<Tally> all = new ArrayList<>();
    subjects.forEach(s -> all.addAll(Arrays.asList(s.perLoop)));
    Map<Counter, Long> counters = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      counters.put(counter, all.stream().mapToLong(t -> t.get(counter)).sum());
    }
    return new Stats(
        current,
        queued,
        counters,
        latency(all, Tally.Stage.QUEUE),
        latency(all, Tally.Stage.CONNECT),
        latency(all, Tally.Stage.RESPONSE),
        latency(all, Tally.Stage.TOTAL));
  }

  /** Takes over the numbers of a subject that has gone. Only while no loop writes to this one. */
  public void absorb(Tallies gone) {
    for (Tally tally : gone.perLoop) {
      perLoop[0].absorb(tally);
    }
  }

  private static Latency latency(List<Tally> all, Tally.Stage stage) {
    long[] sum = new long[Latency.BUCKETS + 1];
    all.forEach(t -> t.addTo(stage, sum));
    return new Latency(Arrays.copyOf(sum, Latency.BUCKETS), sum[Latency.BUCKETS]);
  }
}
