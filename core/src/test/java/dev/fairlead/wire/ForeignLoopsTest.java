package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event.SessionClosed;
import dev.fairlead.event.Event.SessionOpened;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Blocked;
import dev.fairlead.testkit.Loops;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** On event loops that belong to the application. */
class ForeignLoopsTest {
  private static final Duration SOON = WireProxy.SOON;

  private static TcpFrontend frontend(ScriptedServer server, int limit) {
    return TcpFrontend.builder("tcp")
        .bind("127.0.0.1", 0)
        .defaultBackend(Backend.builder("app")
            .server(Server.of("s1", server.address()).maxConnections(limit))
            .build())
        .build();
  }

  private static Socket connect(LoadBalancer lb) throws Exception {
    Socket socket = new Socket();
    socket.connect(lb.address("tcp"));
    socket.setSoTimeout((int) SOON.toMillis());
    return socket;
  }

  @Test
  void loops_that_ended_too_early_do_not_keep_the_rest_from_being_given_back() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        Loops loops = Loops.nio(2)) {
      LoadBalancer lb = LoadBalancer.builder()
          .frontend(frontend(echo, 0))
          .eventLoops(loops.group())
          .start();
      Socket socket = connect(lb);
      echo.awaitConnections(1);
      Loops.shutDown(loops.group());
      lb.closeAsync(Duration.ofMinutes(1)).toCompletableFuture().get(10, TimeUnit.SECONDS);
      socket.close();
    }
  }

  @Test
  void a_control_loop_that_ended_too_early_does_not_keep_the_rest_from_being_given_back()
      throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        Loops loops = Loops.nio(1)) {
      LoadBalancer lb = LoadBalancer.builder()
          .frontend(frontend(echo, 0))
          .threads(2)
          .controlLoop(loops.group().next())
          .start();
      Socket socket = connect(lb);
      echo.awaitConnections(1);
      Loops.shutDown(loops.group());
      lb.closeAsync(Duration.ofMinutes(1)).toCompletableFuture().get(10, TimeUnit.SECONDS);
      socket.close();
    }
  }

  @Test
  void blocking_calls_on_a_loop_of_its_own_are_an_error() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        Loops loops = Loops.nio(1)) {
      var starting = loops
          .group()
          .submit(() -> LoadBalancer.builder()
              .frontend(frontend(echo, 0))
              .eventLoops(loops.group())
              .start());
      assertThat(starting.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(starting.cause()).isInstanceOf(IllegalStateException.class);
      LoadBalancer lb = LoadBalancer.builder()
          .frontend(frontend(echo, 0))
          .eventLoops(loops.group())
          .start();
      var closing = loops.group().submit(() -> lb.close());
      assertThat(closing.await(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(closing::sync).isInstanceOf(IllegalStateException.class);
      lb.close();
    }
  }

  @Test
  void whoever_has_closed_has_heard_of_every_end() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        Loops loops = Loops.nio(2)) {
      for (int round = 0; round < 20; round++) {
        AtomicInteger open = new AtomicInteger();
        LoadBalancer lb = LoadBalancer.builder()
            .frontend(frontend(echo, 0))
            .eventLoops(loops.group())
            .on(SessionOpened.class, e -> open.incrementAndGet())
            .on(SessionClosed.class, e -> open.decrementAndGet())
            .start();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          clients.add(connect(lb));
        }
        Await.until(SOON, () -> open.get() == 10);
        lb.close();
        assertThat(open).hasValue(0);
        assertThat(lb.backend("app").status().inFlight()).isZero();
        for (Socket client : clients) {
          client.close();
        }
      }
    }
  }

  /** With epoll: the JDK's own selector has a lock between a loop and whoever wakes it. */
  @Test
  void loops_are_not_blocked_by_each_other_below_the_limit() throws Exception {
    assumeTrue(Epoll.isAvailable(), () -> "no epoll: " + Epoll.unavailabilityCause());
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(4, EpollIoHandler.newFactory());
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = LoadBalancer.builder()
            .frontend(frontend(echo, 1000))
            .eventLoops(loops)
            .start()) {
      Blocked blocked = Blocked.of(loops);
      List<Long> rounds = new ArrayList<>();
      for (int round = 0; round < 5; round++) { // the first ones load classes
        long before = blocked.count();
        hammer(lb);
        rounds.add(blocked.count() - before);
      }
      assertThat(rounds).as("times the loops were blocked, in each round").contains(0L);
    } finally {
      Loops.shutDown(loops);
    }
  }

  private static void hammer(LoadBalancer lb) throws Exception {
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 4; i++) {
        clients.add(CompletableFuture.runAsync(
            () -> {
              for (int n = 0; n < 100; n++) {
                roundTrip(lb);
              }
            },
            threads));
      }
      CompletableFuture.allOf(clients.toArray(CompletableFuture<?>[]::new))
          .get(30, TimeUnit.SECONDS);
    } finally {
      threads.shutdown();
    }
  }

  private static void roundTrip(LoadBalancer lb) {
    try (Socket socket = connect(lb)) {
      socket.getOutputStream().write('x');
      assertThat(socket.getInputStream().read()).isEqualTo('x');
      socket.setSoLinger(true, 0); // or thousands of ports would be unusable for a minute
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
