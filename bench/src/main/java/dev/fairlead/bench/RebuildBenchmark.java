package dev.fairlead.bench;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Members;
import dev.fairlead.balance.Picker;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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

/**
 * What a new list costs on the control loop, and what it costs when one of its servers goes down, or when
 * another one joins.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@State(Scope.Benchmark)
public class RebuildBenchmark {
  /** A name of {@link Strategies}. */
  @Param({
    "roundRobin",
    "leastConnections",
    "random",
    "peakEwma",
    "maglev",
    "ring",
    "rendezvous",
    "modulo",
    "haproxyRoundRobin",
    "haproxyStaticRoundRobin",
    "ipvsWeightedRoundRobin",
    "ketama"
  })
  public String strategy = "";

  /** How many servers. */
  @Param("10000")
  public int servers;

  /** The greatest weight: all have 1, or weights from 1 to 256 by chance. */
  @Param({"1", "256"})
  public int heaviest;

  private Members whole = new Members(
      List.of(server(0, 1)), List.of(), () -> 0, null); // replaced before anything is measured
  private Members oneDown = whole;
  private Members oneMore = whole;
  private Balancer balancer = members -> request -> null;

  /** The lists. */
  @Setup(Level.Trial)
  public void prepare() {
    SplittableRandom random = new SplittableRandom(1);
    List<Candidate> all = new ArrayList<>();
    for (int i = 0; i < servers; i++) {
      all.add(server(i, random.nextInt(1, heaviest + 1)));
    }
    List<Candidate> up = new ArrayList<>(all);
    up.remove(servers / 2);
    balancer = Strategies.named(strategy);
    whole = new Members(all, all, () -> 0, null);
    oneDown = new Members(up, all, () -> 0, balancer.prepare(whole));
    List<Candidate> more = new ArrayList<>(all);
    more.add(server(servers, random.nextInt(1, heaviest + 1)));
    oneMore = new Members(more, more, () -> 0, balancer.prepare(whole));
  }

  private static Candidate server(int i, int weight) {
    return new Candidate(
        "s" + i,
        i,
        i,
        InetSocketAddress.createUnresolved("s" + i, 80),
        weight,
        0,
        Map.of(),
        new Idle());
  }

  private record Idle() implements Candidate.Load {
    @Override
    public int inFlight() {
      return 0;
    }

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
   * A list that is new as a whole.
   *
   * @return the picker
   */
  @Benchmark
  public Picker list() {
    return balancer.prepare(whole);
  }

  /**
   * One server goes down.
   *
   * @return the picker
   */
  @Benchmark
  public Picker flap() {
    return balancer.prepare(oneDown);
  }

  /**
   * One server joins.
   *
   * @return the picker
   */
  @Benchmark
  public Picker join() {
    return balancer.prepare(oneMore);
  }
}
