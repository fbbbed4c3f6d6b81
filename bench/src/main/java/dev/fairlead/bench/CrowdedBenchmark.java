package dev.fairlead.bench;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Members;
import dev.fairlead.balance.Picker;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a pick costs when all servers are full, or nearly all: when a proxy has no time for it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@State(Scope.Benchmark)
public class CrowdedBenchmark {
  /** A name of {@link Strategies}. */
  @Param({
    "roundRobin",
    "leastConnections",
    "first",
    "random",
    "powerOfTwoChoices",
    "powerOfFiveChoices",
    "peakEwma",
    "maglevBounded"
  })
  public String strategy = "";

  /** How many servers. */
  @Param("10000")
  public int servers;

  /** How many of them have a free slot. */
  @Param({"0", "1", "100"})
  public int free;

  private Picker picker = request -> null;

  /** One slot each; the free ones stand at equal distances. */
  @Setup(Level.Trial)
  public void prepare() {
    int distance = servers / Math.max(free, 1);
    List<Candidate> all = IntStream.range(0, servers)
        .mapToObj(i -> server(i, i % distance == distance / 2 && i / distance < free))
        .toList();
    picker = Strategies.named(strategy).prepare(new Members(all, all, () -> servers, null));
  }

  private static Candidate server(int i, boolean free) {
    InetSocketAddress address = InetSocketAddress.createUnresolved("s" + i, 80);
    return new Candidate("s" + i, i, i, address, 1, 1, Map.of(), new Slot(free ? 0 : 1));
  }

  private record Slot(int inFlight) implements Candidate.Load {
    @Override
    public int queued() {
      return 0;
    }

    @Override
    public long startedNanosSum() {
      return 0;
    }
  }

  /**
   * A pick; counts stand still.
   *
   * @param loop the request
   * @return the choice
   */
  @Benchmark
  public @Nullable Candidate pick(PickBenchmark.Loop loop) {
    return picker.pick(loop);
  }
}
