package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.ENABLE_CONNECT_PROTOCOL;
import static dev.fairlead.http.peer.H2Frames.END_HEADERS;
import static dev.fairlead.http.peer.H2Frames.END_STREAM;
import static dev.fairlead.http.peer.H2Frames.HEADERS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Retries;
import dev.fairlead.event.Event;
import dev.fairlead.http.Http2;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a review of HTTP/2 has found: each was a fault once. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class Http2RegressionTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private VirtualProxy proxy = toHttp2(f -> f);

  private static Backend.Builder backend(Backend.Builder b) {
    return b.serverTimeout(ofSeconds(20)).retries(Retries.defaults().idempotent("GET", "PUT"));
  }

  private static VirtualProxy toHttp2(UnaryOperator<HttpFrontend.Builder> frontend) {
    return VirtualProxy.toHttp2(Http2RegressionTest::backend, frontend, ENABLE_CONNECT_PROTOCOL, 1);
  }

  /** The server speaks HTTP/1 from here on. */
  private void withHttp1(UnaryOperator<HttpFrontend.Builder> frontend) {
    proxy.close();
    proxy = new VirtualProxy(VirtualNetwork.create(1, 1), Http2RegressionTest::backend, frontend);
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private Peer server1() {
    return proxy.servers().get(proxy.servers().size() - 1);
  }

  // --- a request that ends while it waits for a further attempt

  @Test
  void a_request_that_ends_in_the_pause_between_attempts_ends_at_the_next_one() {
    withHttp1(f -> f);
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "PUT", "/");
    proxy.close(server1());
    assertThat(proxy.servers()).hasSize(1);
    client.data(id, true, "");
    proxy.advance(ofSeconds(1));
    assertThat(proxy.servers()).hasSize(2);
    assertThat(server1().received()).startsWith("PUT / HTTP/1.1\r\n").endsWith("\r\n\r\n0\r\n\r\n");
    proxy.send(server1(), OK);
    assertThat(client.status(id)).isEqualTo(200);
  }

  @Test
  void a_chunked_request_that_ends_in_the_pause_between_attempts_ends_at_the_next_one() {
    withHttp1(f -> f);
    Peer client = proxy.connect();
    proxy.send(client, "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    proxy.close(server1());
    proxy.send(client, "0\r\n\r\n");
    proxy.advance(ofSeconds(1));
    assertThat(proxy.servers()).hasSize(2);
    assertThat(server1().received()).endsWith("\r\n\r\n0\r\n\r\n");
    proxy.send(server1(), OK);
    assertThat(client.received()).isEqualTo(OK);
  }

  @Test
  void a_stream_that_ends_in_the_pause_between_attempts_ends_at_the_next_one() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    server().reset(1, Http2Error.REFUSED_STREAM); // may be sent again at once ...
    server().reset(3, Http2Error.REFUSED_STREAM); // ... and then after a pause
    client.data(id, true, "");
    assertThat(server().on(5)).isEmpty();
    proxy.advance(ofSeconds(1));
    assertThat(server().last(5)).isEqualTo("DATA 0 END");
    server().answer(5, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  // --- CONNECT

  @Test
  void a_tunnel_that_says_to_have_a_body_is_malformed() {
    withHttp1(f -> f.allowConnect(r -> true));
    H2Peer client = proxy.connectHttp2();
    client.send(H2Frames.headers(
        1, false, ":method", "CONNECT", ":authority", "a:443", "content-length", "5"));
    assertThat(client.on(1)).containsExactly("RST PROTOCOL_ERROR");
    client.send(H2Frames.headers(
        3,
        false,
        ":method",
        "CONNECT",
        ":protocol",
        "websocket",
        ":scheme",
        "http",
        ":path",
        "/chat",
        ":authority",
        "a",
        "sec-websocket-version",
        "13",
        "content-length",
        "5"));
    assertThat(client.on(3)).containsExactly("RST PROTOCOL_ERROR");
    assertThat(client.open()).isTrue();
    assertThat(proxy.servers()).isEmpty();
    assertThat(proxy.failures()).isEmpty();
  }

  @Test
  void an_upgrade_to_http_2_opens_no_tunnel_that_is_not_allowed() {
    withHttp1(f -> f.http2(Http2.defaults().upgrade(true)));
    Peer client = proxy.connect();
    proxy.send(
        client,
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: Upgrade, HTTP2-Settings\r\n"
            + "Upgrade: h2c\r\nHTTP2-Settings: \r\n\r\n");
    assertThat(client.received()).startsWith("HTTP/1.1 405 ");
    assertThat(proxy.servers()).isEmpty();
  }

  @Test
  void an_upgrade_to_http_2_brings_its_settings_once_and_names_them() {
    withHttp1(f -> f.http2(Http2.defaults().upgrade(true)));
    String twice = "HTTP2-Settings: \r\nHTTP2-Settings: \r\n";
    for (String fields : List.of(
        "Connection: Upgrade, HTTP2-Settings\r\n" + twice,
        "Connection: Upgrade\r\nHTTP2-Settings: \r\n",
        "Connection: Upgrade, HTTP2-Settings\r\n")) {
      Peer client = proxy.connect();
      proxy.send(client, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n" + fields + "\r\n");
      proxy.send(server1(), OK);
      assertThat(client.received()).as(fields).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void a_tunnel_that_says_to_have_a_body_is_malformed_over_http_1_as_well() {
    withHttp1(f -> f.allowConnect(r -> true));
    Peer client = proxy.connect();
    proxy.send(
        client,
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nContent-Length: 34\r\n\r\n"
            + "GET /admin HTTP/1.1\r\nHost: admin\r\n");
    assertThat(client.received()).startsWith("HTTP/1.1 400 ");
    assertThat(proxy.servers()).isEmpty();
  }

  @Test
  void a_tunnel_asks_for_no_upgrade() {
    withHttp1(f -> f.allowConnect(r -> true));
    Peer client = proxy.connect();
    proxy.send(
        client,
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    assertThat(server1().received()).isEqualTo("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
  }

  @Test
  void what_a_server_has_allowed_it_does_not_take_back() {
    proxy.send(proxy.connect(), GET);
    server().settings(ENABLE_CONNECT_PROTOCOL, 0);
    proxy.advance(ofSeconds(1));
    assertThat(server().goneAway()).isEqualTo("GOAWAY 0 PROTOCOL_ERROR");
  }

  // --- time

  @Test
  void a_server_that_is_silent_on_a_used_connection_is_asked_once() {
    withHttp1(f -> f);
    Peer client = proxy.connect();
    proxy.send(client, GET);
    proxy.send(server1(), OK);
    client.take();
    proxy.send(client, GET);
    proxy.advance(ofSeconds(20));
    assertThat(client.received()).startsWith("HTTP/1.1 504 ");
    assertThat(proxy.servers()).hasSize(1);
    assertThat(proxy.end()).isEqualTo("504 sH");
  }

  @Test
  void a_server_that_is_silent_on_a_stream_is_asked_once() {
    H2Peer client = proxy.connectHttp2();
    answer(client.get());
    int id = client.get();
    proxy.advance(ofSeconds(20));
    assertThat(client.status(id)).isEqualTo(504);
    assertThat(proxy.http2Servers()).hasSize(1);
    assertThat(server().streams()).containsExactly(1, 3);
  }

  private void answer(int id) {
    server().answer(id, true, 200);
  }

  // --- memory

  @Test
  void a_body_of_single_bytes_that_waits_is_put_together() {
    proxy.close();
    proxy = VirtualProxy.toHttp2(
        b -> b.eachServer(s -> s.maxConnections(1)).queueTimeout(ofSeconds(30)),
        f -> f.http2(Http2.defaults().maxIdleFrames(100_000)));
    H2Peer client = proxy.connectHttp2();
    int first = client.get();
    int waits = client.ask(false, "POST", "/");
    client.send(H2Frames.times(60_000, H2Frames.data(waits, false, "x")));
    assertThat(client.open()).isTrue();
    server().answer(1, true, 200);
    assertThat(client.status(first)).isEqualTo(200);
    assertThat(server().body(3)).hasSize(60_000);
    assertThat(server().on(3)).hasSizeLessThan(100);
    client.data(waits, true, "");
    server().answer(3, true, 200);
    assertThat(client.status(waits)).isEqualTo(200);
  }

  // --- fields

  /** Keeps the bytes that come. */
  private static final class Bytes extends ChannelInboundHandlerAdapter {
    private final StringBuilder all = new StringBuilder();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      all.append(((ByteBuf) message).toString(ISO_8859_1));
      context.fireChannelRead(message);
    }
  }

  /** A field whose name has an index in the static table from 15 on, never to be indexed. */
  private static byte[] secret(int name) {
    return new byte[] {0x1f, (byte) (name - 15), 6, 's', 'e', 'c', 'r', 'e', 't'};
  }

  /** Its first bytes, as they are to be on each hop (RFC 7541 §6.2.3). */
  private static String never(int name) {
    return new String(new byte[] {0x1f, (byte) (name - 15)}, ISO_8859_1);
  }

  @Test
  void a_field_that_is_never_to_be_indexed_is_so_on_the_next_hop_too() {
    int from = 37; // RFC 7541 Appendix A
    int etag = 34;
    H2Peer client = proxy.connectHttp2();
    answer(client.get());
    Bytes toServer = new Bytes();
    Bytes toClient = new Bytes();
    server().channel().pipeline().addFirst(toServer);
    client.channel().pipeline().addFirst(toClient);
    byte[] request =
        H2Frames.block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a");
    client.send(H2Frames.frame(
        HEADERS, END_HEADERS | END_STREAM, client.next(), H2Frames.all(request, secret(from))));
    assertThat(server().last(3)).contains("from=secret");
    assertThat(toServer.all).contains(never(from));
    server()
        .send(H2Frames.frame(
            HEADERS,
            END_HEADERS | END_STREAM,
            3,
            H2Frames.all(H2Frames.block(":status", "200"), secret(etag))));
    assertThat(client.last(3)).contains("etag=secret");
    assertThat(toClient.all).contains(never(etag));
  }

  // --- windows and ends

  @Test
  void what_a_client_sends_before_it_has_our_settings_goes_by_the_window_at_the_beginning() {
    proxy.close();
    proxy = toHttp2(f -> f.http2(Http2.defaults().streamWindow(1024)));
    H2Peer client =
        proxy.connect(H2Peer.client(() -> proxy.advance(ofSeconds(0))).silent());
    client.send(
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1),
        H2Frames.settings(),
        H2Peer.head(1, false, "POST", "/"),
        H2Frames.data(1, false, 16_384),
        H2Frames.data(1, false, 3_616));
    assertThat(server().body(1)).hasSize(20_000);
    client.send(H2Frames.frame(H2Frames.SETTINGS, H2Frames.ACK, 0));
    client.data(1, true, "");
    answer(1);
    assertThat(client.status(1)).isEqualTo(200);
    assertThat(client.open()).isTrue();
  }

  @Test
  void a_session_ends_behind_its_last_exchange() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    client.goAway(0, Http2Error.NO_ERROR);
    answer(id);
    assertThat(client.open()).isFalse();
    List<Class<?>> ends = proxy.events().stream()
        .<Class<?>>map(Event::getClass)
        .filter(c -> c == Event.ExchangeClosed.class || c == Event.SessionClosed.class)
        .toList();
    assertThat(ends).containsExactly(Event.ExchangeClosed.class, Event.SessionClosed.class);
  }
}
