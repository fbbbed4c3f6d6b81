package dev.fairlead.http.wire;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limit of connections to a server that idle ones count against, as a real server counts them. */
@Timeout(120)
final class StrictMaxConnectionsTest {
  private static final int LOOPS = 4;
  private static final int LIMIT = 3;
  private static final Duration LONG = ofSeconds(40);
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  /** Not to be repeated: the first of a session gets no connection that has rested. */
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

  private static Proxy proxy(UnaryOperator<Server> how, Server server, Reuse reuse) {
    return Proxy.withLoops(
        LOOPS,
        b -> b.server(how.apply(server)).queueTimeout(LONG).connectTimeout(LONG),
        f -> f.bind("127.0.0.1", 0)
            .serverConnections(
                ServerConnections.defaults().reuse(reuse).idleTimeout(ofMinutes(10))));
  }

  private static Server server(LimitedOrigin origin, boolean http2) {
    Server server = Server.of("s1", "127.0.0.1", origin.port()).maxConnections(LIMIT);
    return http2 ? server.proto("h2") : server;
  }

  /** Some sessions of HTTP/1.1, one after the other. */
  private static int byHttp1(Proxy proxy, String... requests) throws IOException {
    int answered = 0;
    for (int i = 0; i < 8; i++) {
      try (RawClient client = proxy.connect()) {
        for (String request : requests) {
          assertThat(client.send(request).response())
              .startsWith("HTTP/1.1 200 ")
              .contains("ok");
          answered++;
        }
      }
    }
    return answered;
  }

  /** Some sessions of HTTP/2, each with many requests at once. */
  private static int byHttp2(Proxy proxy, Loops loops) {
    int answered = 0;
    for (int i = 0; i < 4; i++) {
      H2Peer client = H2Peer.client(() -> {});
      new Bootstrap()
          .group(loops.group())
          .channel(NioSocketChannel.class)
          .handler(client)
          .connect(proxy.balancer().address("web"))
          .syncUninterruptibly();
      List<byte[]> requests = new ArrayList<>();
      List<Integer> streams = new ArrayList<>();
      for (int s = 0; s < 20; s++) {
        int id = client.next();
        streams.add(id);
        requests.add(H2Peer.head(id, true, s % 2 == 0 ? "GET" : "POST", "/"));
      }
      client.send(H2Frames.all(requests.toArray(byte[][]::new)));
      for (int id : streams) {
        Await.until("stream " + id, LONG, () -> client.last(id).endsWith(" END"));
        assertThat(client.status(id)).isEqualTo(200);
        assertThat(client.body(id)).isEqualTo("ok");
        answered++;
      }
      client.channel().close().syncUninterruptibly();
    }
    return answered;
  }

  @ParameterizedTest
  @CsvSource({"false,SAFE", "false,NEVER", "false,ALWAYS", "true,SAFE", "true,NEVER"})
  void a_server_has_no_more_connections_than_its_limit_whoever_asks_and_all_are_served(
      boolean http2, Reuse reuse) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Loops loops = Loops.nio(1);
        LimitedOrigin origin = new LimitedOrigin(http2, LIMIT);
        Proxy proxy = proxy(Server::strictMaxConnections, server(origin, http2), reuse)) {
      CountDownLatch together = new CountDownLatch(12);
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        boolean two = i % 3 == 0;
        Callable<Integer> client =
            () -> two ? byHttp2(proxy, loops) : byHttp1(proxy, POST, GET, POST, GET);
        clients.add(threads.submit(() -> {
          together.countDown();
          together.await();
          return client.call();
        }));
      }
      int answered = 0;
      for (Future<Integer> client : clients) {
        answered += client.get(100, TimeUnit.SECONDS);
      }
      assertThat(answered).isEqualTo(4 * 80 + 8 * 32);
      proxy.rest();
      Await.until("no more than " + LIMIT, Proxy.SOON, () -> origin.open() <= LIMIT);
      assertThat(proxy.ended(answered))
          .allSatisfy(end -> assertThat(end.termination()).hasToString("--"));
    } finally {
      threads.shutdownNow();
    }
  }

  /** Sessions one after the other, each with a connection of its own, which rests afterwards. */
  private static void eightSessions(LimitedOrigin origin, Proxy proxy) throws IOException {
    byHttp1(proxy, POST);
    assertThat(origin.accepted()).isEqualTo(8);
  }

  @Test
  void idle_connections_of_other_event_loops_count() throws Exception {
    try (LimitedOrigin origin = new LimitedOrigin(false, Integer.MAX_VALUE);
        Proxy proxy = proxy(Server::strictMaxConnections, server(origin, false), Reuse.SAFE)) {
      eightSessions(origin, proxy);
      Await.until("no more than " + LIMIT, Proxy.SOON, () -> origin.open() <= LIMIT);
    }
  }

  @Test
  void without_it_they_come_on_top() throws Exception {
    try (LimitedOrigin origin = new LimitedOrigin(false, Integer.MAX_VALUE);
        Proxy proxy = proxy(server -> server, server(origin, false), Reuse.SAFE)) {
      eightSessions(origin, proxy);
      assertThat(origin.open()).isGreaterThan(LIMIT);
    }
  }
}
