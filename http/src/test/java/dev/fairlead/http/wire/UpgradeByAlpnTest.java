package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.event.Event.ExchangeClosed;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.wire.AlpnOrigin.Asked;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Upgrades on their way to servers that let TLS choose the version. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class UpgradeByAlpnTest {
  private static final String ASK = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
      + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"; // RFC 6455 §1.3
  private static final Asked OVER_1 = new Asked("http/1.1", "GET websocket");
  private static final Asked OVER_2 = new Asked("h2", "CONNECT websocket");
  private static final Asked GET = new Asked("h2", "GET");

  private static Proxy proxy(AlpnOrigin origin) {
    return proxy(origin, s -> s, f -> f);
  }

  private static Proxy proxy(
      AlpnOrigin origin,
      UnaryOperator<Server> server,
      UnaryOperator<HttpFrontend.Builder> frontend) {
    Server s1 = Server.of("s1", "localhost", origin.port())
        .tls(TlsPeers.toServers(TlsProvider.JDK).alpn("h2", "http/1.1"));
    return Proxy.bare(b -> b.server(server.apply(s1)), f -> frontend.apply(f.bind("127.0.0.1", 0)));
  }

  /** A WebSocket that was opened, and through which bytes have gone both ways. */
  private static RawClient open(Proxy proxy) throws Exception {
    return opened(proxy.connect().send(ASK));
  }

  private static RawClient opened(RawClient client) throws Exception {
    assertThat(client.head())
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("\r\nUpgrade: websocket\r\n")
        .containsIgnoringCase("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    assertThat(client.send("hello").read(5)).isEqualTo("hello");
    return client;
  }

  private static void got(RawClient client) throws Exception {
    assertThat(client.get("/").response()).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void the_first_request_is_a_websocket_and_http2_cannot_carry_it(TlsProvider provider)
      throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1");
        Proxy proxy = proxy(
            origin, s -> s.tls(TlsPeers.toServers(provider).alpn("h2", "http/1.1")), f -> f)) {
      try (RawClient client = open(proxy)) {
        assertThat(origin.requests()).containsExactly(OVER_1);
        assertThat(origin.connections()).containsExactly("h2", "http/1.1");
        assertThat(proxy.status().inFlight()).isEqualTo(1);
        client.leave();
      }
      ExchangeClosed end = proxy.first();
      assertThat(end.termination()).hasToString("--");
      assertThat(end.retries()).isZero();
      assertThat(end.timings().connect()).isPositive();
      Await.until("only HTTP/2 is left", Proxy.SOON, () -> origin.open1() == 0);
      assertThat(origin.open2()).isEqualTo(1);
      try (RawClient next = proxy.connect()) {
        got(next);
      }
      assertThat(origin.requests()).containsExactly(OVER_1, GET);
      assertThat(origin.connections()).as("and it is used").hasSize(2);
    }
  }

  @Test
  void once_that_is_known_http2_is_not_asked_for() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1");
        Proxy proxy = proxy(origin);
        RawClient other = proxy.connect()) {
      got(other);
      try (RawClient one = open(proxy);
          RawClient two = open(proxy)) {
        assertThat(origin.connections()).containsExactly("h2", "http/1.1", "http/1.1");
        got(other);
        one.leave();
        two.leave();
      }
      assertThat(origin.requests()).containsExactly(GET, OVER_1, OVER_1, GET);
    }
  }

  @Test
  void where_http2_can_carry_it_it_does() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.extended();
        Proxy proxy = proxy(origin);
        RawClient one = open(proxy);
        RawClient two = open(proxy)) {
      assertThat(origin.requests()).containsExactly(OVER_2, OVER_2);
      assertThat(origin.connections()).containsExactly("h2");
      one.leave();
      two.leave();
    }
  }

  @Test
  void a_server_that_chooses_http_1_is_asked_once() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("http/1.1");
        Proxy proxy = proxy(origin);
        RawClient one = open(proxy);
        RawClient two = open(proxy)) {
      assertThat(origin.requests()).containsExactly(OVER_1, OVER_1);
      assertThat(origin.connections()).containsExactly("http/1.1", "http/1.1");
      one.leave();
      two.leave();
    }
  }

  @Test
  void many_at_once_are_all_carried() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1");
        Proxy proxy = proxy(origin)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        clients.add(proxy.connect().send(ASK));
      }
      for (RawClient client : clients) {
        opened(client);
      }
      assertThat(origin.requests()).hasSize(10).containsOnly(OVER_1);
      for (RawClient client : clients) {
        client.leave();
      }
      Await.until("only HTTP/2 is left", Proxy.SOON, () -> origin.open1() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Reuse.class)
  void a_connection_that_a_refusal_leaves_carries_the_next_one(Reuse reuse) throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1").refusing();
        Proxy proxy = proxy(
            origin,
            s -> s,
            f -> f.serverConnections(ServerConnections.defaults().reuse(reuse)));
        RawClient client = proxy.connect()) {
      got(client);
      for (int i = 0; i < 2; i++) {
        assertThat(client.send(ASK).response()).startsWith("HTTP/1.1 403 ").endsWith("no");
        got(client);
      }
      assertThat(origin.requests()).containsExactly(GET, OVER_1, GET, OVER_1, GET);
      assertThat(origin.connections()).containsExactly("h2", "http/1.1");
    }
  }

  @Test
  void a_strict_limit_holds_and_what_is_idle_makes_room() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1");
        Proxy proxy = proxy(origin, s -> s.maxConnections(1).strictMaxConnections(), f -> f)) {
      for (int i = 0; i < 2; i++) {
        try (RawClient client = open(proxy)) {
          Await.until("no HTTP/2", Proxy.SOON, () -> origin.open2() == 0);
          client.leave();
        }
        try (RawClient client = proxy.connect()) {
          got(client);
          Await.until("only HTTP/2", Proxy.SOON, () -> origin.open1() == 0);
        }
      }
      assertThat(origin.requests()).containsExactly(OVER_1, GET, OVER_1, GET);
    }
  }

  @Test
  void one_connection_of_http2_is_made_early_whatever_else_rests() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1").refusing();
        Proxy proxy = proxy(
            origin,
            s -> s,
            f -> f.serverConnections(ServerConnections.defaults().connectEarly(4)));
        RawClient client = proxy.connect()) {
      Await.until("a connection", Proxy.SOON, () -> origin.open2() == 1);
      assertThat(client.send(ASK).response()).startsWith("HTTP/1.1 403 ");
      origin.leaveHttp2();
      Await.until("another one", Proxy.SOON, () -> origin.connections().size() > 2);
      got(client);
      assertThat(origin.connections()).containsExactly("h2", "http/1.1", "h2");
    }
  }

  @Test
  void another_upgrade_goes_as_it_is_whatever_http2_can_carry() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.extended();
        Proxy proxy = proxy(origin, s -> s, f -> f.upgrades("websocket", "echo"));
        RawClient client = proxy.connect()) {
      got(client);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n"
          + "Content-Length: 0\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      assertThat(client.send("hello").read(5)).isEqualTo("hello");
      assertThat(origin.requests()).containsExactly(GET, new Asked("http/1.1", "POST echo"));
      client.leave();
    }
  }

  @Test
  void an_upgrade_that_may_not_pass_is_an_ordinary_request() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1");
        Proxy proxy = proxy(origin);
        RawClient client = proxy.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      assertThat(origin.requests()).containsExactly(GET);
    }
  }

  @Test
  void a_server_that_is_not_asked_for_http_1_gives_502_and_the_reason() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1");
        Proxy proxy =
            proxy(origin, s -> s.tls(TlsPeers.toServers(TlsProvider.JDK).alpn("h2")), f -> f);
        RawClient client = proxy.connect()) {
      assertThat(client.send(ASK).response()).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.first().termination()).hasToString("PH");
      assertThat(proxy.first().termination().reason()).isEqualTo(Reason.NO_EXTENDED_CONNECT);
      assertThat(origin.requests()).isEmpty();
      got(client);
    }
  }

  @Test
  void clients_that_leave_at_any_moment_leave_nothing_behind() throws Exception {
    try (AlpnOrigin origin = AlpnOrigin.of("h2", "http/1.1");
        Proxy proxy = proxy(
            origin,
            s -> s,
            f -> f.serverConnections(ServerConnections.defaults().reuse(Reuse.NEVER)))) {
      for (int i = 0; i < 20; i++) {
        int before = origin.connections().size();
        RawClient client = proxy.connect().send(ASK);
        if (i % 2 == 0) { // and the next connection is on its way
          Await.until("a connection", Proxy.SOON, () -> origin.connections().size() > before);
        }
        client.reset();
        proxy.ended(i + 1);
      }
      proxy.rest();
      Await.until("no connection", Proxy.SOON, () -> origin.open1() == 0 && origin.open2() == 0);
    }
  }
}
