package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balance.Balancer;
import dev.fairlead.config.Server;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients and servers that leave in the middle of things. */
@Timeout(60)
final class LeavingTest {
  @Test
  void a_client_that_resets_cancels_its_attempt() throws Exception {
    try (ScriptedServer silent = ScriptedServer.start(c -> c.readAll());
        Proxy proxy = Proxy.to(silent);
        RawClient client = proxy.connect()) {
      client.get("/");
      silent.awaitConnections(1);
      Await.until(Proxy.SOON, () -> silent.connection(1).received().endsWith("\r\n\r\n"));
      client.reset();
      Await.until(Proxy.SOON, () -> silent.open() == 0);
      proxy.rest();
      assertThat(proxy.first().termination()).hasToString("CH");
      assertThat(proxy.frontend(Counter.CLIENT_ABORTS)).isEqualTo(1);
      assertThat(proxy.server("s1", Counter.CLIENT_ABORTS)).isEqualTo(1);
      assertThat(proxy.server("s1", Counter.RESPONSE_ERRORS)).isZero();
    }
  }

  @Test
  void a_place_in_the_queue_is_given_up_also_when_a_first_attempt_failed_at_once()
      throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    // The name is unknown, which is known at once; then the strategy insists on the busy server.
    Balancer stubborn = Balancer.of((servers, request) -> servers.stream()
        .filter(s -> s.name().equals(request.tried(servers.get(2)) ? "s1" : "unknown"))
        .findFirst()
        .orElse(null));
    try (ScriptedServer busy = ScriptedServer.start(c -> {
          c.readRequest();
          go.await(10, TimeUnit.SECONDS);
          c.write(Scripts.ok("late"));
        });
        ScriptedServer idle = ScriptedServer.start(Scripts.answer(Scripts.ok("idle")));
        Proxy proxy = Proxy.of(
            b -> b.balancer(stubborn)
                .queueTimeout(Duration.ofMinutes(1))
                .eachServer(LeavingTest::oneAtATime)
                .server(Server.of("unknown", "unknown.invalid", 80).resolveLater()),
            f -> f,
            busy,
            idle);
        RawClient first = proxy.connect();
        RawClient second = proxy.connect()) {
      first.get("/first");
      Await.until(Proxy.SOON, () -> busy.connections() == 1);
      second.get("/second");
      Await.until(Proxy.SOON, () -> proxy.status().server("s1").orElseThrow().queued() == 1);
      second.reset();
      Await.until(Proxy.SOON, () -> proxy.status().server("s1").orElseThrow().queued() == 0);
      go.countDown();
      assertThat(first.response()).endsWith("late");
    }
  }

  @Test
  void a_client_that_leaves_the_queue_gives_its_place_up() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedServer slow = ScriptedServer.start(c -> {
          while (true) {
            c.readRequest();
            go.await(10, TimeUnit.SECONDS);
            c.write(Scripts.ok("late"));
          }
        });
        Proxy proxy = Proxy.of(b -> b.eachServer(LeavingTest::oneAtATime), f -> f, slow);
        RawClient first = proxy.connect();
        RawClient second = proxy.connect();
        RawClient third = proxy.connect()) {
      first.get("/first");
      Await.until(Proxy.SOON, () -> proxy.status().inFlight() == 1);
      second.get("/second");
      Await.until(Proxy.SOON, () -> proxy.status().queued() == 1);
      third.get("/third");
      Await.until(Proxy.SOON, () -> proxy.status().queued() == 2);
      second.finish();
      Await.until(Proxy.SOON, () -> proxy.status().queued() == 1);
      assertThat(proxy.first().termination()).hasToString("CQ");
      go.countDown();
      assertThat(first.response()).endsWith("late");
      assertThat(third.response()).endsWith("late");
      assertThat(second.rest()).isEmpty();
    }
  }

  private static Server oneAtATime(Server server) {
    return server.maxConnections(1);
  }

  @Test
  void a_client_that_ends_its_direction_behind_its_request_gets_its_answer() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.pause(Duration.ofMillis(100));
          c.write(Scripts.ok("here"));
          c.readAll();
        });
        Proxy proxy = Proxy.of(b -> b, f -> f.serveHalfClosed(), server);
        RawClient client = proxy.connect()) {
      client.get("/").finish();
      assertThat(client.rest()).endsWith("here");
      assertThat(proxy.first().termination()).hasToString("--");
    }
  }

  @Test
  void a_client_that_ends_its_direction_is_gone() throws Exception {
    try (ScriptedServer silent = ScriptedServer.start(c -> c.readAll());
        Proxy proxy = Proxy.to(silent);
        RawClient client = proxy.connect()) {
      client.get("/");
      Await.until(Proxy.SOON, () -> proxy.status().inFlight() == 1);
      Await.until(Proxy.SOON, () -> silent.connections() == 1);
      client.finish();
      assertThat(client.rest()).isEmpty();
      Await.until(Proxy.SOON, () -> silent.open() == 0);
      assertThat(proxy.first().termination().cause().letter()).isEqualTo('C');
    }
  }

  @Test
  void a_client_that_ends_within_its_request_is_gone() throws Exception {
    try (ScriptedServer silent = ScriptedServer.start(c -> c.readAll());
        Proxy proxy = Proxy.to(silent);
        RawClient half = proxy.connect();
        RawClient none = proxy.connect();
        RawClient body = proxy.connect()) {
      half.send("GET / HT").finish();
      assertThat(half.rest()).isEmpty();
      assertThat(proxy.first().termination()).hasToString("CR");
      assertThat(proxy.first().detail().request()).isEqualTo("<BADREQ>");
      none.finish();
      assertThat(none.rest()).isEmpty();
      body.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
      Await.until(
          Proxy.SOON,
          () -> silent.connections() == 1 && silent.connection(1).received().endsWith("half"));
      body.finish();
      assertThat(body.rest()).isEmpty();
      assertThat(proxy.ended(2).get(1).termination()).hasToString("CH");
      Await.until(Proxy.SOON, () -> silent.open() == 0);
    }
  }

  @Test
  void a_client_that_leaves_within_its_response_stops_it() throws Exception {
    try (ScriptedServer endless = ScriptedServer.start(c -> {
          c.readRequest();
          c.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
          String piece = "x".repeat(100_000);
          while (true) {
            c.write(piece);
          }
        });
        Proxy proxy = Proxy.to(endless);
        RawClient client = proxy.connect()) {
      client.get("/").head();
      client.reset();
      Await.until(Proxy.SOON, () -> endless.open() == 0);
      assertThat(proxy.first().termination()).hasToString("CD");
    }
  }

  @Test
  void a_server_that_breaks_off_its_response_cuts_the_clients_too() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.get("/");
      assertThat(client.rest()).endsWith("\r\n\r\nhalf");
      assertThat(proxy.first().termination()).hasToString("SD");
      assertThat(proxy.server("s1", Counter.SERVER_ABORTS)).isEqualTo(1);
    }
  }

  @Test
  void a_reset_is_not_the_end_of_a_response_that_ends_with_its_connection() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write("HTTP/1.1 200 OK\r\n\r\nhalf");
          go.await(10, TimeUnit.SECONDS);
          c.reset();
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.get("/").head();
      assertThat(client.read(9)).isEqualTo("4\r\nhalf\r\n");
      go.countDown();
      assertThat(client.rest()).isEmpty();
      assertThat(proxy.first().termination()).hasToString("SD");
    }
  }

  @Test
  void a_client_that_goes_on_sending_behind_its_answer_is_cut_off_in_the_end() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readHead();
          c.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!");
          c.readAll();
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000000\r\n\r\nbegin");
      assertThat(client.response()).endsWith("no!");
      byte[] more = new byte[64 * 1024];
      assertThatThrownBy(() -> {
            for (int i = 0; i < 16_000; i++) {
              client.send(more);
            }
          })
          .isInstanceOf(IOException.class);
      proxy.gone(1);
    }
  }

  @RepeatedTest(20)
  void a_server_that_answers_early_and_closes_is_heard() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readHead();
          c.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!");
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      Thread sending = new Thread(() -> {
        try {
          client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n");
          byte[] piece = new byte[1_000_000];
          for (int i = 0; i < 50; i++) {
            client.send(piece);
          }
        } catch (IOException e) {
          // the proxy takes no more of it
        }
      });
      sending.start();
      assertThat(client.response()).startsWith("HTTP/1.1 413 ").endsWith("no!");
      client.reset();
      sending.join();
    }
  }

  @Test
  void a_cut_that_could_go_unseen_is_a_reset() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.badChunk());
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
      assertThat(resets(client)).isTrue();
      assertThat(proxy.first().termination()).hasToString("PD");
    }
  }

  private static boolean resets(RawClient client) {
    try {
      client.rest();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
