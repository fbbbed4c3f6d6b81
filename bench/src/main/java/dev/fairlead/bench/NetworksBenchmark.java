package dev.fairlead.bench;

import dev.fairlead.edge.Networks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * What it costs to look up the address of a new connection in a set of networks: 4,096 different clients in
 * turn, half of them contained. With {@code -prof gc} the bytes of each lookup are shown.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class NetworksBenchmark {
  private static final int CLIENTS = 4096;

  /** How many networks. */
  @Param({"10", "100", "10000"})
  public int networks;

  /** Of which kind all addresses are. */
  @Param({"4", "6"})
  public int version;

  private Networks compiled = Networks.of();
  private List<InetSocketAddress> clients = List.of();
  private int turn;

  /** Networks anywhere, clients in them and elsewhere. */
  @Setup(Level.Trial)
  public void prepare() {
    SplittableRandom random = new SplittableRandom(1);
    List<byte[]> bases =
        IntStream.range(0, networks).mapToObj(i -> random(random)).toList();
    compiled = Networks.of(bases.stream()
        .map(b -> address(b, 0).getAddress().getHostAddress() + (version == 4 ? "/24" : "/48"))
        .toList());
    clients = IntStream.range(0, CLIENTS)
        .mapToObj(i -> address(i % 2 == 0 ? random(random) : bases.get(i % bases.size()), i))
        .toList();
  }

  private byte[] random(SplittableRandom random) {
    byte[] bytes = new byte[version == 4 ? 4 : 16];
    random.nextBytes(bytes);
    return bytes;
  }

  private static InetSocketAddress address(byte[] bytes, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * One lookup.
   *
   * @return whether the client is contained
   */
  @Benchmark
  public boolean contains() {
    turn = (turn + 1) % CLIENTS;
    return compiled.contains(clients.get(turn));
  }
}
