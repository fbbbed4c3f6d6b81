package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.Server;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.tcp.TcpFrontend;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Fairlead in a JVM of its own, so that its memory can be told from the test's. */
final class ChildProxy implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final int port;

  private ChildProxy(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.port = Integer.parseInt(answers.readLine());
  }

  /**
   * What the child holds, in bytes, after a garbage collection.
   *
   * @param heap live objects
   * @param buffers what Netty's allocator has taken, direct and on the heap
   * @param resident the process as the system sees it
   */
  record Memory(long heap, long buffers, long resident) {
    Memory max(Memory other) {
      return new Memory(
          Math.max(heap, other.heap),
          Math.max(buffers, other.buffers),
          Math.max(resident, other.resident));
    }

    Memory minus(Memory other) {
      return new Memory(heap - other.heap, buffers - other.buffers, resident - other.resident);
    }

    @Override
    public String toString() {
      return "heap %d KiB, buffers %d KiB, resident %d KiB"
          .formatted(heap / 1024, buffers / 1024, resident / 1024);
    }
  }

  /** Starts one in front of an origin. The heap is of one size and touched, so that it is resident. */
  static ChildProxy start(Plan.Mode mode, int origin) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xms64m",
        "-Xmx64m",
        "-XX:+AlwaysPreTouch",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        ChildProxy.class.getName(),
        mode.name(),
        String.valueOf(origin));
    builder.environment().putAll(Map.of("MALLOC_ARENA_MAX", "1"));
    return new ChildProxy(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  int port() {
    return port;
  }

  Memory memory() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      String[] values = answers.readLine().split(" ", -1);
      return new Memory(
          Long.parseLong(values[0]), Long.parseLong(values[1]), Long.parseLong(values[2]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** The child. Answers each line with what it holds, until its input ends. */
  public static void main(String[] args) throws IOException {
    Backend app = Backend.builder("app")
        .server(Server.of("a", "127.0.0.1", Integer.parseInt(args[1])))
        .build();
    Frontend in = args[0].equals("HTTP")
        ? HttpFrontend.builder("in").bind("127.0.0.1", 0).defaultBackend(app).build()
        : TcpFrontend.builder("in").bind("127.0.0.1", 0).defaultBackend(app).build();
    try (LoadBalancer lb = LoadBalancer.start(in)) {
      System.out.println(((InetSocketAddress) lb.address("in")).getPort());
      BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      while (questions.readLine() != null) {
        System.gc();
        ByteBufAllocatorMetric metric =
            ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        System.out.println(
            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + " "
                + (metric.usedDirectMemory() + metric.usedHeapMemory())
                + " "
                + resident());
      }
    }
  }

  private static long resident() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
    String line = lines.stream().filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
  }
}
