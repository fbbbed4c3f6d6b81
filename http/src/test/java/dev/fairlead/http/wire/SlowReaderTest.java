package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that have not read all of a response when its exchange is over. The last bytes then wait in the
 * proxy; where that begins depends on the system, so it is searched for.
 */
@Timeout(120)
final class SlowReaderTest {
  private static final int COARSE = 1 << 16;
  private static final int FINE = 1 << 13;

  /** Answers with a body as long as the path says, to a request of which it reads the head only. */
  private static final Script SIZED = c -> {
    while (true) {
      String head = c.readHead();
      int from = head.indexOf('/') + 1;
      int size = Integer.parseInt(head.substring(from, head.indexOf(' ', from)));
      c.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
      c.write(new byte[size]);
    }
  };

  private static String get(int size) {
    return "GET /" + size + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  /** What happens to a client whose exchange is over before it has read anything. */
  @FunctionalInterface
  private interface Then {
    void happens(RawClient client) throws IOException;
  }

  private static boolean fits(Proxy proxy, RawClient client, String request) throws IOException {
    int before = proxy.endedCount();
    client.send(request);
    return Await.held(Duration.ofMillis(500), () -> proxy.endedCount() > before);
  }

  /** The first size that does not fit between server and client. */
  private static int brim(Proxy proxy, IntFunction<String> request) throws IOException {
    for (int size = COARSE; ; size += COARSE) {
      int before = proxy.endedCount();
      try (RawClient client = proxy.connect()) {
        if (!fits(proxy, client, request.apply(size))) {
          client.reset();
          Await.until(Proxy.SOON, () -> proxy.endedCount() > before);
          return size;
        }
      }
    }
  }

  private static void assertWhole(Proxy proxy, IntFunction<String> request, Then then)
      throws IOException {
    int brim = brim(proxy, request);
    for (int size = Math.max(FINE, brim - 4 * COARSE); size < brim + 4 * COARSE; size += FINE) {
      try (RawClient client = proxy.connect()) {
        if (!fits(proxy, client, request.apply(size))) {
          return;
        }
        then.happens(client);
        client.head();
        assertThat(client.rest()).hasSize(size);
      }
    }
  }

  private static void pause(int millis) {
    Await.held(Duration.ofMillis(millis), () -> false);
  }

  @Test
  void a_client_that_ends_its_direction_behind_its_exchange_gets_the_rest() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(SIZED);
        Proxy proxy = Proxy.to(server)) {
      assertWhole(proxy, SlowReaderTest::get, client -> {
        client.finish();
        pause(20);
      });
    }
  }

  @Test
  void a_client_whose_keep_alive_is_over_gets_the_rest() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(SIZED);
        Proxy proxy = Proxy.of(b -> b, f -> f.keepAliveTimeout(Duration.ofMillis(30)), server)) {
      assertWhole(proxy, SlowReaderTest::get, client -> pause(60));
    }
  }

  @Test
  void a_client_that_ends_its_direction_behind_an_early_answer_gets_the_rest() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(SIZED);
        Proxy proxy = Proxy.to(server)) {
      assertWhole(
          proxy,
          size -> "PUT /" + size + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
          client -> {
            client.finish();
            pause(20);
          });
    }
  }

  @Test
  void a_client_gets_the_rest_when_the_load_balancer_drains() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(SIZED);
        Proxy proxy = Proxy.to(server)) {
      int size = brim(proxy, SlowReaderTest::get);
      RawClient client = proxy.connect();
      while (!fits(proxy, client, get(size))) {
        client.reset();
        proxy.rest();
        client = proxy.connect();
        size -= FINE;
      }
      CompletableFuture<Void> closed =
          proxy.balancer().closeAsync(Duration.ofSeconds(10)).toCompletableFuture();
      pause(50);
      client.head();
      assertThat(client.rest()).hasSize(size);
      client.close();
      closed.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_client_that_takes_nothing_is_given_up_when_its_time_is_over() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(SIZED);
        Proxy proxy = Proxy.of(b -> b, f -> f.clientTimeout(Duration.ofSeconds(2)), server);
        RawClient client = proxy.connect()) {
      client.send(get(64 << 20));
      assertThat(proxy.first().termination()).hasToString("cD");
      assertThat(proxy.first().timings().total())
          .isBetween(TimeUnit.MILLISECONDS.toNanos(2000), TimeUnit.SECONDS.toNanos(12));
    }
  }

  @Test
  void what_it_sends_meanwhile_gains_it_no_time() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(SIZED);
        Proxy proxy = Proxy.of(b -> b, f -> f.clientTimeout(Duration.ofSeconds(2)), server);
        RawClient client = proxy.connect()) {
      client.send(
          "POST /%d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".formatted(64 << 20));
      int trickled = 0;
      try {
        while (proxy.endedCount() == 0 && trickled < 200) {
          client.send("1\r\nx\r\n");
          trickled++;
          pause(100);
        }
      } catch (IOException e) {
        // It was cut off while it sent.
      }
      assertThat(trickled).isLessThan(200);
      assertThat(proxy.first().termination()).hasToString("cD");
    }
  }
}
