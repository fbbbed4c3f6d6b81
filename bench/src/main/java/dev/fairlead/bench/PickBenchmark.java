package dev.fairlead.bench;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.KeySink;
import dev.fairlead.balance.Members;
import dev.fairlead.balance.Outcome;
import dev.fairlead.balance.PickContext;
import dev.fairlead.balance.Picker;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
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

/**
 * What a strategy costs: a pick, and a pick with the end of an older lease. With {@code -prof gc} the
 * column {@code gc.alloc.rate.norm} shows the bytes of each, which are none; with {@code -t 2} two threads
 * pick at once; {@code -p strategy=leastConnections -p servers=100} measures one case.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PickBenchmark {
  /** The servers and the picker, shared by all threads. */
  @State(Scope.Benchmark)
  public static class Backend {
    /** A name of {@link Strategies}. */
    @Param({
      "roundRobin",
      "haproxyRoundRobin",
      "haproxyStaticRoundRobin",
      "ipvsWeightedRoundRobin",
      "nginxRoundRobin",
      "leastConnections",
      "haproxyLeastConnections",
      "nginxLeastConnections",
      "ipvsLeastConnections",
      "ipvsWeightedLeastConnections",
      "shortestExpectedDelay",
      "neverQueue",
      "leastTime",
      "leastTimeInFlight",
      "random",
      "powerOfTwoChoices",
      "powerOfFiveChoices",
      "peakEwma",
      "first",
      "failover",
      "overflow",
      "modulo",
      "ring",
      "maglev",
      "maglevBounded",
      "rendezvous",
      "ketama",
      "nginxHash",
      "nginxIpHash",
      "ipvsSourceHash",
      "ipvsDestinationHash",
      "lblc",
      "lblcr",
      "zone",
      "subset",
      "boundedRandom",
      "twoChoicesLeastTime"
    })
    public String strategy = "";

    /** How many servers. */
    @Param({"3", "100", "10000"})
    public int servers;

    Picker picker = request -> null;

    /** Weights of 1 to 5, some leases on each server. */
    @Setup(Level.Trial)
    public void prepare() {
      SplittableRandom random = new SplittableRandom(1);
      List<Candidate> all = IntStream.range(0, servers)
          .mapToObj(i -> server(i, 1 + i % 5, random.nextInt(4)))
          .toList();
      Balancer balancer = Strategies.named(strategy);
      LongSupplier inFlight = () -> 2L * servers + Loop.HELD;
      picker = balancer.prepare(new Members(all, all, inFlight, null));
    }

    private static Candidate server(int i, int weight, int leases) {
      SocketAddress address = InetSocketAddress.createUnresolved("s" + i, 80);
      Map<String, String> tags = Map.of("zone", i % 2 == 0 ? "home" : "abroad");
      return new Candidate(
          "s" + i, i, i, address, weight, 1000, tags, new Load(new AtomicInteger(leases)));
    }
  }

  /** A thread with requests and the leases that it holds. */
  @State(Scope.Thread)
  public static class Loop implements PickContext {
    private static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 40_000);
    private static final byte[] ADDRESS = {(byte) 192, 0, 2, 1};
    private static final Outcome ANSWERED = new Answered();
    private static final int HELD = 64;
    private final SplittableRandom random = new SplittableRandom(2);
    private @Nullable Candidate @Nullable [] held;
    private int turn;
    private long now;

    /** Leases do not survive the servers. */
    @Setup(Level.Trial)
    public void forget() {
      held = new Candidate[HELD];
    }

    @Nullable
    Candidate take(Picker picker) {
      now += 10_000;
      Candidate server = picker.pick(this);
      if (server != null && server.load() instanceof Load load) {
        load.active().incrementAndGet();
      }
      return server;
    }

    void holdInsteadOfOldest(Picker picker, @Nullable Candidate server) {
      if (held == null) {
        return;
      }
      turn = (turn + 1) % HELD;
      Candidate ended = held[turn];
      held[turn] = server;
      if (ended != null && ended.load() instanceof Load load) {
        picker.completed(ended, ANSWERED);
        load.active().decrementAndGet();
      }
    }

    @Override
    public SocketAddress client() {
      return CLIENT;
    }

    @Override
    public void writeClient(KeySink sink) {
      sink.write(ADDRESS, 0, ADDRESS.length);
    }

    @Override
    public SocketAddress destination() {
      return CLIENT;
    }

    @Override
    public void writeDestination(KeySink sink) {
      sink.write(ADDRESS, 0, ADDRESS.length);
    }

    @Override
    public boolean tried(Candidate candidate) {
      return false;
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public <T> @Nullable T request(Class<T> type) {
      return null;
    }
  }

  private record Load(AtomicInteger active) implements Candidate.Load {
    @Override
    public int inFlight() {
      return active.get();
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

  private record Answered() implements Outcome {
    @Override
    public Kind kind() {
      return Kind.COMPLETED;
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public long connectNanos() {
      return 0;
    }

    @Override
    public long responseNanos() {
      return 5_000_000;
    }

    @Override
    public long totalNanos() {
      return 6_000_000;
    }

    @Override
    public long nanoTime() {
      return 0;
    }
  }

  /**
   * A pick alone; counts stand still.
   *
   * @param backend the servers
   * @param loop the request
   * @return the choice
   */
  @Benchmark
  public @Nullable Candidate pick(Backend backend, Loop loop) {
    return backend.picker.pick(loop);
  }

  /**
   * A pick whose lease is held, and the end of the lease of 64 picks before.
   *
   * @param backend the servers
   * @param loop the request
   */
  @Benchmark
  public void lease(Backend backend, Loop loop) {
    loop.holdInsteadOfOldest(backend.picker, loop.take(backend.picker));
  }
}
