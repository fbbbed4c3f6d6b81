package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Server;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Scripts;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP over TLS on both sides, with either provider. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class HttpsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String UNTIL_CLOSE = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf";

  private static Proxy proxy(TlsProvider provider, TlsOrigin origin) {
    return Proxy.bare(
        b -> b.server(Server.of("s1", "127.0.0.1", origin.port()).tls(TlsPeers.toServers(provider)))
            .retries(0),
        f -> f.bind(TlsPeers.binding(provider)));
  }

  private static RawClient connect(Proxy proxy) throws IOException {
    return TlsPeers.connect(proxy.balancer().address("web"), TlsPeers.context(null));
  }

  private static HttpRequest.Builder to(Proxy proxy) {
    int port = ((InetSocketAddress) proxy.balancer().address("web")).getPort();
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
        .timeout(Duration.ofSeconds(30));
  }

  private static HttpClient jdk() {
    return HttpClient.newBuilder()
        .sslContext(TlsPeers.context(null))
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  @Test
  void a_client_that_did_not_agree_on_http_2_cannot_begin_it() throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(TlsOrigin.answer(Scripts.ok("hello")));
        Proxy proxy = proxy(TlsProvider.JDK, origin);
        RawClient client = connect(proxy)) {
      assertThat(client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").response())
          .startsWith("HTTP/1.1 505 ");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void connections_of_both_sides_carry_many_requests(TlsProvider provider) throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(TlsOrigin.answer(Scripts.ok("hello")));
        Proxy proxy = proxy(provider, origin)) {
      HttpClient client = jdk();
      for (int i = 0; i < 20; i++) {
        HttpResponse<String> answer = client.send(to(proxy).build(), BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.sslSession()).isPresent();
      }
      assertThat(origin.connections()).isEqualTo(1);
      assertThat(proxy.ended(20))
          .extracting(e -> e.session())
          .containsOnly(proxy.first().session());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void large_bodies_pass_both_ways(TlsProvider provider) throws Exception {
    byte[] body = new byte[8 * 1024 * 1024];
    new Random(1).nextBytes(body);
    TlsOrigin.Script echo = client -> {
      client.head();
      byte[] all = client.in().readNBytes(body.length);
      client
          .send("HTTP/1.1 200 OK\r\nContent-Length: " + all.length + "\r\n\r\n")
          .send(all);
      client.rest();
    };
    try (TlsOrigin origin = TlsOrigin.start(echo);
        Proxy proxy = proxy(provider, origin)) {
      HttpResponse<byte[]> answer = jdk()
          .send(
              to(proxy).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
      assertThat(answer.body()).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_client_that_does_not_read_stops_the_server(TlsProvider provider) throws Exception {
    int piece = 64 * 1024;
    long all = 1024L * piece; // 64 MiB
    AtomicLong written = new AtomicLong();
    TlsOrigin.Script endless = client -> {
      client.head();
      client.send("HTTP/1.1 200 OK\r\nContent-Length: " + all + "\r\n\r\n");
      byte[] bytes = new byte[piece];
      while (written.get() < all) {
        client.send(bytes);
        written.addAndGet(piece);
      }
      client.rest();
    };
    try (TlsOrigin origin = TlsOrigin.start(endless);
        Proxy proxy = proxy(provider, origin);
        RawClient client = connect(proxy)) {
      client.send(GET);
      client.head();
      Await.until("a server that waits", Proxy.SOON, () -> {
        long now = written.get();
        return Await.held(Duration.ofMillis(300), () -> written.get() == now) && now > 0;
      });
      assertThat(written.get()).isLessThan(all);
      InputStream in = client.in();
      in.skipNBytes(all);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_websocket_becomes_a_tunnel(TlsProvider provider) throws Exception {
    TlsOrigin.Script script = client -> {
      client.head();
      client.send("HTTP/1.1 101 Switching Protocols\r\n"
          + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\nearly");
      client.send("got " + client.read(5));
      client.rest();
    };
    try (TlsOrigin origin = TlsOrigin.start(script);
        Proxy proxy = proxy(provider, origin);
        RawClient client = connect(proxy)) {
      client.send("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
          + "Connection: Upgrade\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      assertThat(client.read(5)).isEqualTo("early");
      assertThat(client.send("hello").read(9)).isEqualTo("got hello");
      client.leave();
      assertThat(proxy.first().detail().status()).isEqualTo(101);
      assertThat(proxy.first().termination()).hasToString("--");
      Await.until(Proxy.SOON, () -> origin.open() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_client_may_leave_between_requests_with_close_notify_or_without(TlsProvider provider)
      throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(TlsOrigin.answer(Scripts.ok("x")));
        Proxy proxy = proxy(provider, origin);
        RawClient polite = connect(proxy);
        RawClient rude = connect(proxy)) {
      assertThat(polite.send(GET).response()).endsWith("x");
      assertThat(rude.send(GET).response()).endsWith("x");
      polite.leave();
      rude.cut();
      assertThat(proxy.gone(2)).extracting(e -> e.termination().toString()).containsOnly("--");
      assertThat(origin.open()).as("pooled").isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_client_that_leaves_during_its_request_is_missed_at_the_server(TlsProvider provider)
      throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(RawClient::rest);
        Proxy proxy = proxy(provider, origin);
        RawClient client = connect(proxy)) {
      client.send(GET);
      Await.until(Proxy.SOON, () -> origin.connections() == 1 && proxy.status().inFlight() == 1);
      client.cut();
      assertThat(proxy.first().termination().cause().letter()).isEqualTo('C');
      Await.until(Proxy.SOON, () -> origin.open() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_response_that_ends_by_close_notify_is_whole(TlsProvider provider) throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(client -> {
          client.head();
          client.send(UNTIL_CLOSE);
        });
        Proxy proxy = proxy(provider, origin);
        RawClient client = connect(proxy)) {
      assertThat(client.send(GET).response()).endsWith("4\r\nhalf\r\n0\r\n\r\n");
      assertThat(proxy.first().termination()).hasToString("--");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_response_that_ends_without_close_notify_is_broken_for_the_client(TlsProvider provider)
      throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(client -> {
          client.head();
          client.send(UNTIL_CLOSE);
          client.cut();
        });
        Proxy proxy = proxy(provider, origin);
        RawClient newer = connect(proxy);
        RawClient older = connect(proxy)) {
      newer.send(GET);
      assertThatThrownBy(newer::response).isInstanceOf(EOFException.class);
      assertThat(proxy.first().termination()).hasToString("SD");
      assertThat(proxy.first().termination().reason()).isEqualTo(Reason.TLS_TRUNCATED);

      older.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
      assertThatThrownBy(older::rest).isInstanceOf(SocketException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void an_answer_of_the_proxys_own_is_read_whole_and_ends_by_close_notify(TlsProvider provider)
      throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(RawClient::rest);
        Proxy proxy = proxy(provider, origin)) {
      for (int i = 0; i < 20; i++) { // what the client still sends comes at any moment
        try (RawClient client = connect(proxy)) {
          client.send("GET / HTTP/1.1\r\nHost : a\r\n\r\n" + "x".repeat(100_000));
          assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
        }
      }
    }
  }
}
