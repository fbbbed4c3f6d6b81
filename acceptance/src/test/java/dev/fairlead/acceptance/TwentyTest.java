package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.status.Health;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything that is started is handed back. */
final class TwentyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What a process holds. */
  private record Held(long threads, long sockets, long direct, long heap) {
    static Held now() {
      var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
      return new Held(
          Thread.getAllStackTraces().keySet().stream()
              .filter(FastThreadLocalThread.class::isInstance)
              .count(),
          descriptors(),
          metric.usedDirectMemory(),
          metric.usedHeapMemory());
    }

    private static long descriptors() {
      try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
        return all.count();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean within(Held other) {
      return threads <= other.threads
          && sockets <= other.sockets
          && direct <= other.direct
          && heap <= other.heap;
    }
  }

  @Test
  void twenty_load_balancers_leave_nothing_behind() {
    try (ScriptedServer origin = ScriptedServer.start(Scripts.answer(Scripts.ok("a")))) {
      cycle(origin); // what Netty keeps for the process, and what the JVM loads, is there now
      awaitClosed(origin);
      Held before = Held.now();

      for (int i = 0; i < 20; i++) {
        cycle(origin);
      }

      awaitClosed(origin);
      Await.held(PATIENCE, () -> Held.now().within(before));
      Held after = Held.now();
      System.out.println("twenty load balancers: before " + before + ", after " + after);
      assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
      assertThat(after.sockets()).isLessThanOrEqualTo(before.sockets());
      assertThat(after.direct()).isLessThanOrEqualTo(before.direct());
      assertThat(after.heap()).isLessThanOrEqualTo(before.heap());
    }
  }

  /** The scripted origin is in this process too: its ends of the connections count. */
  private static void awaitClosed(ScriptedServer origin) {
    Await.until("the origin's ends closed", PATIENCE, () -> origin.open() == 0);
  }

  private static void cycle(ScriptedServer origin) {
    Backend app = Backend.builder("app")
        .server(Server.of("a", "localhost", origin.port()))
        .healthCheck(HealthCheck.http("HEAD", "/").every(Duration.ofMillis(50)).timeout(PATIENCE))
        .build();
    Backend stream = Backend.builder("stream")
        .server(Server.of("a", "127.0.0.1", origin.port()))
        .healthCheck(HealthCheck.tcp().every(Duration.ofMillis(50)).timeout(PATIENCE))
        .build();
    try (LoadBalancer lb = LoadBalancer.start(
        HttpFrontend.builder("web").bind("127.0.0.1", 0).defaultBackend(app).build(),
        TcpFrontend.builder("tcp").bind("127.0.0.1", 0).defaultBackend(stream).build())) {
      Await.until(
          PATIENCE,
          () -> Stream.of("app", "stream")
              .flatMap(name -> lb.backend(name).status().servers().stream())
              .allMatch(server -> server.health() == Health.UP));
      for (String frontend : new String[] {"web", "tcp"}) {
        int port = ((InetSocketAddress) lb.address(frontend)).getPort();
        for (int i = 0; i < 4; i++) {
          assertThat(RawClient.get(port, "/").status()).isEqualTo(200);
        }
      }
      Held now = Held.now(); // these figures can rise
      assertThat(now.threads()).isGreaterThan(1);
      assertThat(now.direct()).isPositive();
    }
  }
}
