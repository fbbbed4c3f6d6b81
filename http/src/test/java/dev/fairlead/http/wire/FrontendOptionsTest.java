package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.ForwardedFor;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class FrontendOptionsTest {
  private final AtomicInteger progress = new AtomicInteger();

  private static String seen(ForwardedFor rule, String fields) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("")));
        Proxy proxy = Proxy.of(b -> b, f -> f.forwardedFor(rule), server);
        RawClient client = proxy.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").response();
      String received = server.connection(1).received();
      return received.substring(received.indexOf("Host: a\r\n") + 9, received.length() - 2);
    }
  }

  @Test
  void the_client_is_told_in_a_line_of_its_own_behind_those_it_sent() throws Exception {
    ForwardedFor rule = ForwardedFor.defaults();
    assertThat(seen(rule, "")).isEqualTo("X-Forwarded-For: 127.0.0.1\r\n");
    assertThat(seen(rule, "x-forwarded-for: 1.2.3.4\r\n"))
        .isEqualTo("x-forwarded-for: 1.2.3.4\r\nX-Forwarded-For: 127.0.0.1\r\n");
    assertThat(seen(rule, "X-Forwarded-For: 1.2.3.4\r\nConnection: x-forwarded-for\r\n"))
        .isEqualTo("X-Forwarded-For: 127.0.0.1\r\n");
  }

  @Test
  void the_client_is_not_told_twice_nor_for_excepted_networks() throws Exception {
    ForwardedFor ifNone = ForwardedFor.defaults().header("X-Client").ifNone();
    assertThat(seen(ifNone, "")).isEqualTo("X-Client: 127.0.0.1\r\n");
    assertThat(seen(ifNone, "x-client: 1\r\n")).isEqualTo("x-client: 1\r\n");
    assertThat(seen(ifNone, "x-client: 1\r\nConnection: X-Client\r\n"))
        .isEqualTo("X-Client: 127.0.0.1\r\n");
    assertThat(seen(ForwardedFor.defaults().except("10.0.0.0/8", "127.0.0.0/8"), ""))
        .isEmpty();
  }

  @Test
  void a_client_does_not_tell_who_it_is_behind_its_body() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("")));
        Proxy proxy = Proxy.of(b -> b, f -> f.forwardedFor(), server);
        RawClient client = proxy.connect()) {
      client
          .send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "0\r\nX-Sum: 1\r\nx-forwarded-for: 6.6.6.6\r\n\r\n")
          .response();
      assertThat(server.connection(1).received())
          .endsWith("0\r\nX-Sum: 1\r\n\r\n")
          .contains("X-Forwarded-For: 127.0.0.1\r\n");
    }
  }

  @Test
  void a_field_named_in_connection_does_not_pass_behind_a_body_either() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "0\r\nX-Hop: 1\r\nX-Sum: 2\r\n\r\n";
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(answer));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      String response = client
          .send("PUT / HTTP/1.1\r\nHost: a\r\nConnection: x, X-Hop\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "0\r\nX-Hopping: 1\r\nx-hop: 2\r\nX-Sum: 3\r\n\r\n")
          .response();
      assertThat(server.connection(1).received()).endsWith("0\r\nX-Hopping: 1\r\nX-Sum: 3\r\n\r\n");
      assertThat(response).endsWith("0\r\nX-Sum: 2\r\n\r\n");
    }
  }

  @Test
  void draining_ends_idle_connections_at_once_and_others_behind_their_response() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          while (true) {
            if (c.readRequest().contains("/slow")) {
              go.await(60, TimeUnit.SECONDS);
            }
            c.write(Scripts.ok("done"));
          }
        });
        Proxy proxy = Proxy.to(server);
        RawClient idle = proxy.connect();
        RawClient busy = proxy.connect()) {
      assertThat(idle.get("/").response()).endsWith("done");
      assertThat(busy.get("/").response()).endsWith("done");
      busy.get("/slow");
      Await.until(Proxy.SOON, () -> proxy.status().inFlight() == 1);
      CompletableFuture<Void> closed =
          proxy.balancer().closeAsync(Duration.ofSeconds(10)).toCompletableFuture();
      assertThat(idle.rest()).isEmpty();
      assertThat(closed).isNotDone();
      go.countDown();
      assertThat(busy.response()).contains("\r\nConnection: close\r\n").endsWith("done");
      assertThat(busy.rest()).isEmpty();
      closed.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_slow_reader_stops_the_server_and_goes_on_later() throws Exception {
    int size = 64 << 20;
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
          byte[] piece = new byte[1 << 20];
          for (int sent = 0; sent < size; sent += piece.length) {
            c.write(piece);
            progress.set(sent + piece.length);
          }
          c.readAll();
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.get("/").head();
      int before = -1;
      while (progress.get() != before) {
        before = progress.get();
        boolean moved = Await.held(Duration.ofMillis(300), () -> progress.get() == size);
        assertThat(moved).isFalse();
      }
      assertThat(progress.get()).isLessThan(32 << 20);
      assertThat(client.read(size)).hasSize(size);
      assertThat(proxy.first().termination()).hasToString("--");
    }
  }

  @Test
  void a_server_that_does_not_read_stops_the_client_and_goes_on_later() throws Exception {
    int size = 64 << 20;
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readHead();
          go.await(60, TimeUnit.SECONDS);
          for (int got = 0; got < size; got += 1 << 20) {
            c.read(1 << 20);
          }
          c.write(Scripts.ok("got it"));
          c.readAll();
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
        try {
          client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
          byte[] piece = new byte[1 << 20];
          for (int sent = 0; sent < size; sent += piece.length) {
            client.send(piece);
            progress.set(sent + piece.length);
          }
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      int before = -1;
      while (progress.get() != before) {
        before = progress.get();
        assertThat(Await.held(Duration.ofMillis(300), sending::isDone)).isFalse();
      }
      assertThat(progress.get()).isLessThan(32 << 20);
      go.countDown();
      assertThat(client.response()).endsWith("got it");
      sending.join();
    }
  }
}
