package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.ENABLE_CONNECT_PROTOCOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Upgrades to what is no WebSocket: they have no key, and nobody waits for an answer to one. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class OtherUpgradesTest {
  private static final String ASK =
      "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n";
  private static final String CONSENT =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n";

  private VirtualProxy proxy = VirtualProxy.toHttp2(
      b -> b.retries(0), f -> f.upgrades("websocket", "foo"), ENABLE_CONNECT_PROTOCOL, 1);

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private H2Peer asking() {
    H2Peer client = proxy.connectHttp2();
    client.send(H2Frames.headers(
        1,
        false,
        ":method",
        "CONNECT",
        ":protocol",
        "foo",
        ":scheme",
        "http",
        ":path",
        "/chat",
        ":authority",
        "a"));
    return client;
  }

  @Test
  void a_stream_becomes_an_upgrade() {
    proxy.close();
    proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1), b -> b.retries(0), f -> f.upgrades("websocket", "foo"));
    H2Peer client = asking();
    Peer server = proxy.servers().get(0);
    assertThat(server.take())
        .startsWith("GET /chat HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nUpgrade: foo\r\n")
        .containsIgnoringCase("\r\nConnection: Upgrade\r\n")
        .doesNotContainIgnoringCase("Sec-WebSocket");
    proxy.send(server, CONSENT + "hello");
    assertThat(client.on(1)).containsExactly("HEADERS :status=200", "DATA 5");
    client.data(1, false, "world");
    assertThat(server.received()).isEqualTo("world");
    client.reset(1, Http2Error.CANCEL);
    assertThat(proxy.end()).isEqualTo("101 CD");
  }

  @Test
  void a_stream_becomes_a_stream() {
    H2Peer client = asking();
    assertThat(server().on(1))
        .containsExactly(
            "HEADERS :method=CONNECT, :protocol=foo, :scheme=http, :path=/chat, :authority=a");
    server().answer(1, false, 200);
    server().data(1, false, "hello");
    assertThat(client.on(1)).containsExactly("HEADERS :status=200", "DATA 5");
    client.data(1, false, "world");
    assertThat(server().body(1)).isEqualTo("world");
    client.reset(1, Http2Error.CANCEL);
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
  }

  @Test
  void an_upgrade_becomes_a_stream() {
    Peer client = proxy.connect();
    proxy.send(client, ASK);
    assertThat(server().on(1))
        .containsExactly(
            "HEADERS :method=CONNECT, :protocol=foo, :scheme=http, :path=/chat, :authority=a");
    server().answer(1, false, 200);
    assertThat(client.take())
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("\r\nUpgrade: foo\r\n")
        .doesNotContainIgnoringCase("Sec-WebSocket")
        .endsWith("\r\n\r\n");
    proxy.send(client, "hello");
    assertThat(server().body(1)).isEqualTo("hello");
    server().data(1, false, "world");
    assertThat(client.received()).isEqualTo("world");
  }

  @Test
  void a_consent_to_something_else_is_none() {
    proxy.close();
    proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1), b -> b.retries(0), f -> f.upgrades("websocket", "foo"));
    H2Peer client = asking();
    proxy.send(proxy.servers().get(0), CONSENT.replace("foo", "websocket"));
    assertThat(client.status(1)).isEqualTo(502);
  }
}
