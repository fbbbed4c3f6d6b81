package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Transport;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that do not read, or read slowly. */
class BackPressureTest {
  private static final Duration SOON = WireProxy.SOON;
  private static final Duration QUIET = Duration.ofMillis(300);
  private static final int MUCH = 48 << 20;
  private static final long MEBI = 1 << 20;

  private static long bytesAllocated() {
    ByteBufAllocatorMetric metric =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return metric.usedDirectMemory() + metric.usedHeapMemory();
  }

  /** Waits until a count does not change any more; says what it is then. */
  private static long standstill(AtomicLong count) {
    AtomicLong before = new AtomicLong(-1);
    Await.until("a standstill", SOON, () -> {
      long now = count.get();
      return now > 0
          && now == before.getAndSet(now)
          && !Await.held(QUIET, () -> count.get() != now);
    });
    return count.get();
  }

  /** Writes until it has written all, or the connection breaks. */
  private static CompletableFuture<Void> writing(Socket socket, byte[] part, AtomicLong count) {
    return CompletableFuture.runAsync(() -> {
      try {
        while (count.get() < MUCH) {
          socket.getOutputStream().write(part);
          count.addAndGet(part.length);
        }
        socket.shutdownOutput();
      } catch (IOException e) {
        count.set(-1);
      }
    });
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_server_that_does_not_read_stops_the_client_and_not_the_memory(Transport transport)
      throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    try (ScriptedServer server = ScriptedServer.start(c -> {
          await(read, c);
          received.set(c.readAll().length());
          c.write("k");
        });
        WireProxy proxy = WireProxy.start(WireProxy.to(server).build(), transport, b -> b);
        Socket socket = proxy.connect()) {
      long before = bytesAllocated();
      AtomicLong written = new AtomicLong();
      CompletableFuture<Void> writing = writing(socket, new byte[64 << 10], written);
      assertThat(standstill(written)).isLessThan(MUCH);
      assertThat(bytesAllocated() - before).isLessThan(4 * MEBI);
      read.countDown();
      writing.get(30, TimeUnit.SECONDS);
      assertThat(socket.getInputStream().read()).isEqualTo('k');
      assertThat(received).hasValue(written.get());
      assertThat(bytesAllocated() - before).isLessThan(4 * MEBI);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_client_that_reads_late_gets_all_though_both_ended_long_ago(Transport transport)
      throws Exception {
    byte[] sent = new byte[16 << 20];
    new Random(3).nextBytes(sent);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.write(sent);
          c.closeOutput();
          c.readAll();
        });
        WireProxy proxy = WireProxy.start(WireProxy.to(server).build(), transport, b -> b);
        Socket socket = proxy.connect()) {
      socket.getOutputStream().write('x'); // or it would count as a client that has left
      socket.shutdownOutput();
      server.awaitConnections(1);
      linger(QUIET);
      assertThat(Arrays.equals(socket.getInputStream().readAllBytes(), sent)).isTrue();
      assertThat(proxy.closed().termination()).hasToString("--");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_slow_reader_outlives_all_timeouts(Transport transport) throws Exception {
    byte[] sent = new byte[24 << 20];
    new Random(4).nextBytes(sent);
    Duration timeout = Duration.ofMillis(800);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.write(sent);
          c.closeOutput();
          c.readAll();
        });
        WireProxy proxy = WireProxy.start(
            WireProxy.to(server)
                .serverTimeout(timeout)
                .serverFinTimeout(timeout)
                .build(),
            transport,
            b -> b.clientTimeout(timeout).clientFinTimeout(timeout));
        Socket socket = proxy.connect()) {
      socket.getOutputStream().write('x');
      socket.shutdownOutput();
      byte[] received = new byte[sent.length];
      int at = 0;
      InputStream in = socket.getInputStream();
      while (at < sent.length) {
        int size = in.readNBytes(received, at, Math.min(600_000, sent.length - at));
        assertThat(size).isPositive();
        at += size;
        linger(Duration.ofMillis(60));
      }
      assertThat(Arrays.equals(received, sent)).isTrue();
      assertThat(proxy.closed().termination()).hasToString("--");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_client_that_resets_while_the_server_does_not_read_is_forgotten_in_time(Transport transport)
      throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Backend backend;
    try (ScriptedServer server = ScriptedServer.start(c -> await(never, c))) {
      backend = WireProxy.to(server).serverTimeout(Duration.ofSeconds(2)).build();
      try (WireProxy proxy = WireProxy.start(backend, transport, b -> b)) {
        Socket socket = proxy.connect();
        AtomicLong written = new AtomicLong();
        CompletableFuture<Void> writing = writing(socket, new byte[64 << 10], written);
        standstill(written);
        socket.setSoLinger(true, 0);
        socket.close();
        writing.get(10, TimeUnit.SECONDS);
        assertThat(proxy.closed().termination().toString()).isIn("CD", "sD");
        proxy.awaitRest();
      }
      never.countDown();
    }
  }

  private static void await(CountDownLatch latch, ScriptedConnection connection) {
    Await.until(Duration.ofSeconds(60), () -> latch.getCount() == 0 || !connection.isOpen());
  }

  /** Somebody is slow, on purpose. */
  private static void linger(Duration time) {
    boolean never = Await.held(time, () -> false);
    assertThat(never).isFalse();
  }
}
