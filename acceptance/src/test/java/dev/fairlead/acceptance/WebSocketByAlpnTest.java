package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Inbox.Closing;
import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.WebClient.Ask;
import dev.fairlead.testkit.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * WebSockets to a server with which HTTP/2 is agreed on, and which has them by HTTP/1.1 only: as they reach it
 * through HAProxy ({@code ws auto}), they do through Fairlead.
 */
@Timeout(60)
final class WebSocketByAlpnTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** A proxy and who comes to it. */
  record Way(Proxy proxy, Hop clients) {
    WebSocketEnd open(int port) throws Exception {
      return clients.http2()
          ? Http2WebSocketClient.open(clients, port)
          : JavaWebSocketClient.open(clients, port, false);
    }
  }

  /**
   * Where a connection of HTTP/2 to the server is there, HAProxy 2.6 resets the WebSocket of a client that speaks
   * HTTP/2, too.
   */
  static Stream<Way> ways() {
    return Stream.of(
        new Way(Proxy.HAPROXY, Hop.HTTP),
        new Way(Proxy.HAPROXY, Hop.HTTPS),
        new Way(Proxy.FAIRLEAD, Hop.HTTP),
        new Way(Proxy.FAIRLEAD, Hop.HTTPS),
        new Way(Proxy.FAIRLEAD, Hop.H2));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_websocket_works_as_the_first_request_and_among_others(Way way) throws Exception {
    try (WebSocketOrigin origin = JavaWebSocketOrigin.start(Hop.HTTP);
        NginxBeforeWebSockets nginx = NginxBeforeWebSockets.start(origin.port());
        ProxyUnderTest proxy = way.proxy()
            .start(Plan.http(Member.of("a", nginx.port()))
                .hops(way.clients(), Hop.H2)
                .http1ToServersToo());
        WebClient other = new JdkClient(way.clients(), proxy.port())) {
      talk(way.open(proxy.port()), origin.end());
      assertThat(version(other)).isEqualTo("HTTP/2.0");
      try (WebSocketEnd stays = way.open(proxy.port())) {
        WebSocketEnd itsOther = origin.end();
        assertThat(version(other)).isEqualTo("HTTP/2.0");
        talk(way.open(proxy.port()), origin.end());
        itsOther.send("still here");
        assertThat(stays.inbox().next()).isEqualTo("still here");
      }
      Await.until("the log of five requests", SOON, () -> nginx.log().size() == 5);
      assertThat(nginx.log()).containsOnly("HTTP/1.1 101 /chat?room=1", "HTTP/2.0 200 /version");
    }
  }

  private static String version(WebClient client) throws Exception {
    return client.send(Ask.get("/version")).get(10, TimeUnit.SECONDS).body();
  }

  private static void talk(WebSocketEnd client, WebSocketEnd server) throws Exception {
    try (client) {
      for (int size : List.of(0, 126, 65_536, 1 << 20)) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        client.send(ByteBuffer.wrap(data));
        assertThat(server.inbox().next()).isEqualTo(ByteBuffer.wrap(data));
        assertThat(client.inbox().next()).isEqualTo(ByteBuffer.wrap(data));
      }
      server.send("welcome");
      assertThat(client.inbox().next()).isEqualTo("welcome");
      client.ping();
      client.inbox().awaitPong();
      client.close(4001, "enough");
      assertThat(server.inbox().closing()).isEqualTo(new Closing(4001, "enough"));
      assertThat(client.inbox().closing()).isEqualTo(new Closing(4001, "enough"));
    }
  }
}
