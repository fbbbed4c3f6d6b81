package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.ENABLE_CONNECT_PROTOCOL;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.peer.WebSocketKey;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets on streams (RFC 8441), and what becomes of them where the other side speaks HTTP/1. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class WebSocketStreamsTest {
  private static final String ASK = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
      + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"; // RFC 6455 §1.3
  private static final String CONSENT = "HTTP/1.1 101 Switching Protocols\r\n"
      + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";

  private VirtualProxy proxy = VirtualProxy.toHttp2(b -> b, f -> f, ENABLE_CONNECT_PROTOCOL, 1);

  /** The server speaks HTTP/1 from here on. */
  private void withHttp1() {
    proxy.close();
    proxy = new VirtualProxy(VirtualNetwork.create(1, 1), b -> b, f -> f);
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private Peer server1() {
    return proxy.servers().get(0);
  }

  private static byte[] connect(int id, boolean ends, String... fields) {
    String[] all = new String[12 + fields.length];
    String[] first = {
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
      "13"
    };
    System.arraycopy(first, 0, all, 0, 12);
    System.arraycopy(fields, 0, all, 12, fields.length);
    return H2Frames.headers(id, ends, all);
  }

  private H2Peer asking() {
    H2Peer client = proxy.connectHttp2();
    client.send(connect(client.next(), false));
    return client;
  }

  /** An open tunnel on the streams 1. */
  private H2Peer open() {
    H2Peer client = asking();
    server().answer(1, false, 200);
    assertThat(client.status(1)).isEqualTo(200);
    return client;
  }

  /** The consent of an HTTP/1 server, which answers the key that it was sent. */
  private String consent() {
    return CONSENT.replace(
        "Sec-WebSocket-Accept: x\r\n", WebSocketKey.answer(server1().received()));
  }

  @Test
  void a_consent_that_does_not_answer_the_key_is_none() {
    proxy.close();
    proxy = new VirtualProxy(VirtualNetwork.create(1, 1), b -> b.retries(0), f -> f);
    H2Peer client = asking();
    proxy.send(server1(), CONSENT);
    assertThat(client.status(1)).isEqualTo(502);
    assertThat(server1().open()).isFalse();
  }

  @Test
  void a_tunnel_has_no_length_to_tell() {
    H2Peer client = proxy.connectHttp2();
    client.send(connect(client.next(), false, "content-length", "0"));
    Peer old = proxy.connect();
    proxy.send(old, ASK.replace("\r\n\r\n", "\r\nContent-Length: 00\r\n\r\n"));
    assertThat(server().on(1)).singleElement().asString().doesNotContain("content-length");
    assertThat(server().on(3)).singleElement().asString().doesNotContain("content-length");
    server().answer(1, false, 200);
    assertThat(client.status(1)).isEqualTo(200);
  }

  @Test
  void a_stream_becomes_an_upgrade() {
    withHttp1();
    H2Peer client = asking();
    assertThat(server1().received())
        .startsWith("GET /chat HTTP/1.1\r\n")
        .contains("sec-websocket-version: 13\r\n")
        .containsIgnoringCase("\r\nUpgrade: websocket\r\n")
        .containsIgnoringCase("\r\nConnection: Upgrade\r\n")
        .containsPattern("(?i)\r\nSec-WebSocket-Key: [A-Za-z0-9+/]{22}==\r\n");
    proxy.send(server1(), consent() + "early");
    assertThat(client.on(1)).containsExactly("HEADERS :status=200", "DATA 5");
    client.data(1, false, "hello");
    assertThat(server1().received()).endsWith("\r\n\r\nhello");
    proxy.send(server1(), "world");
    assertThat(client.body(1)).isEqualTo("earlyworld");
    client.reset(1, Http2Error.CANCEL);
    assertThat(server1().open()).isFalse();
    assertThat(client.open()).isTrue();
    assertThat(proxy.end()).isEqualTo("101 CD");
  }

  @Test
  void an_upgrade_becomes_a_stream() {
    Peer client = proxy.connect();
    proxy.send(client, ASK);
    assertThat(server().on(1))
        .singleElement()
        .asString()
        .contains(":method=CONNECT", ":protocol=websocket", ":scheme=http", ":path=/chat")
        .contains(":authority=a", "sec-websocket-version=13")
        .doesNotContain("sec-websocket-key", "connection=", "upgrade=", "END");
    server().answer(1, false, 200, "sec-websocket-protocol", "chat");
    assertThat(client.received())
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .containsIgnoringCase("\r\nUpgrade: websocket\r\n")
        .containsIgnoringCase("\r\nConnection: Upgrade\r\n")
        .containsIgnoringCase("\r\nsec-websocket-protocol: chat\r\n")
        .endsWith("\r\n\r\n");
    proxy.send(client, "hello");
    assertThat(server().body(1)).isEqualTo("hello");
    server().data(1, false, "world");
    assertThat(client.received()).endsWith("\r\n\r\nworld");
    proxy.close(client);
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    assertThat(server().open()).isTrue();
  }

  @Test
  void a_stream_becomes_a_stream() {
    H2Peer client = open();
    assertThat(server().on(1))
        .singleElement()
        .asString()
        .contains(":method=CONNECT", ":protocol=websocket", ":path=/chat")
        .doesNotContain("sec-websocket-key");
    assertThat(client.on(1)).containsExactly("HEADERS :status=200");
    client.data(1, false, "hello");
    server().data(1, false, "world");
    assertThat(server().body(1)).isEqualTo("hello");
    assertThat(client.body(1)).isEqualTo("world");
    client.reset(1, Http2Error.CANCEL);
  }

  @Test
  void what_the_client_sends_too_early_waits_for_consent() {
    H2Peer client = asking();
    client.data(1, false, "has");
    client.data(1, false, "ty");
    assertThat(server().body(1)).isEmpty();
    server().answer(1, false, 200);
    assertThat(server().body(1)).isEqualTo("hasty");
    client.data(1, false, " later");
    assertThat(server().body(1)).isEqualTo("hasty later");
    client.reset(1, Http2Error.CANCEL);
  }

  @Test
  void what_the_client_sends_too_early_is_no_more_than_its_window() {
    H2Peer client = asking();
    for (int i = 0; i < 4; i++) {
      client.data(1, false, 16 * 1024);
    }
    assertThat(client.granted(1)).isZero();
    client.data(1, false, 1);
    assertThat(client.last(1)).isEqualTo("RST FLOW_CONTROL_ERROR");
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
  }

  @Test
  void what_the_client_sent_too_early_to_a_server_that_refuses_reaches_nobody() {
    withHttp1();
    H2Peer client = asking();
    client.data(1, false, "hasty");
    proxy.send(server1(), "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    assertThat(client.status(1)).isEqualTo(403);
    assertThat(client.body(1)).isEqualTo("no");
    assertThat(client.last(1)).isEqualTo("RST NO_ERROR");
    assertThat(server1().received()).doesNotContain("hasty");
    assertThat(proxy.end()).isEqualTo("403 --");
    int next = client.get();
    Peer last = proxy.servers().get(proxy.servers().size() - 1);
    proxy.send(last, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assertThat(client.status(next)).isEqualTo(200);
  }

  @Test
  void a_refusal_on_a_stream_is_an_ordinary_response() {
    H2Peer client = asking();
    server().answer(1, false, 403);
    server().data(1, true, "no");
    assertThat(client.status(1)).isEqualTo(403);
    assertThat(client.body(1)).isEqualTo("no");
    assertThat(client.last(1)).isEqualTo("RST NO_ERROR");
    Peer client1 = proxy.connect();
    proxy.send(client1, ASK);
    server().answer(3, false, 403, "content-length", "2");
    server().data(3, true, "no");
    assertThat(client1.received()).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\nno");
  }

  @Test
  void a_refusal_ends_its_stream_at_the_server_as_well() {
    H2Peer client = asking();
    server().answer(1, true, 403);
    assertThat(server().last(1)).isEqualTo("DATA 0 END");
    client.send(connect(3, false));
    server().answer(3, false, 401);
    assertThat(server().last(3)).isEqualTo("DATA 0 END");
    server().data(3, true, "no");
    assertThat(client.body(3)).isEqualTo("no");
    Peer client1 = proxy.connect();
    proxy.send(client1, ASK);
    server().answer(5, true, 404, "content-length", "0");
    assertThat(server().last(5)).isEqualTo("DATA 0 END");
    proxy.advance(ofSeconds(31));
    assertThat(server().open()).isFalse(); // nothing is left on it
  }

  @Test
  void refusals_use_up_no_streams() {
    proxy.close();
    ServerConnections two = ServerConnections.defaults().maxStreams(2);
    proxy = VirtualProxy.toHttp2(b -> b, f -> f.serverConnections(two), ENABLE_CONNECT_PROTOCOL, 1);
    for (int id = 1; id < 12; id += 2) {
      Peer client = proxy.connect();
      proxy.send(client, ASK);
      server().answer(id, true, 403, "content-length", "0");
      assertThat(client.received()).startsWith("HTTP/1.1 403 ");
    }
    assertThat(proxy.http2Servers()).hasSize(1);
  }

  @Test
  void a_connect_that_is_refused_ends_its_stream_at_the_server_as_well() {
    proxy.close();
    proxy = VirtualProxy.toHttp2(b -> b, f -> f.allowConnect(r -> true));
    H2Peer client = proxy.connectHttp2();
    client.send(H2Frames.headers(1, false, ":method", "CONNECT", ":authority", "a:443"));
    server().answer(1, true, 403);
    assertThat(client.status(1)).isEqualTo(403);
    assertThat(server().last(1)).isEqualTo("DATA 0 END");
    proxy.advance(ofSeconds(31));
    assertThat(server().open()).isFalse();
  }

  @Test
  void a_server_that_does_not_know_it_is_not_asked() {
    proxy.close();
    proxy = VirtualProxy.toHttp2(b -> b, f -> f);
    H2Peer client = asking();
    Peer client1 = proxy.connect();
    proxy.send(client1, ASK);
    assertThat(client.status(1)).isEqualTo(502);
    assertThat(client1.received()).startsWith("HTTP/1.1 502 ");
    assertThat(proxy.http2Servers()).allMatch(server -> server.streams().isEmpty());
    assertThat(proxy.ended())
        .extracting(end -> end.termination().reason())
        .containsExactly(Reason.NO_EXTENDED_CONNECT, Reason.NO_EXTENDED_CONNECT);
  }

  @Test
  void an_unknown_protocol_is_not_implemented() {
    H2Peer client = proxy.connectHttp2();
    client.send(H2Frames.headers(
        1,
        false,
        ":method",
        "CONNECT",
        ":protocol",
        "x",
        ":scheme",
        "http",
        ":path",
        "/",
        ":authority",
        "a"));
    assertThat(client.status(1)).isEqualTo(501);
    assertThat(client.open()).isTrue();
  }

  @Test
  void the_client_may_end_its_direction_first() {
    H2Peer client = open();
    client.data(1, true, "bye");
    assertThat(server().last(1)).endsWith(" END");
    assertThat(server().body(1)).isEqualTo("bye");
    server().data(1, false, "more");
    assertThat(client.body(1)).isEqualTo("more");
    server().data(1, true, "");
    assertThat(client.last(1)).isEqualTo("DATA 0 END");
    assertThat(proxy.end()).isEqualTo("101 --");
  }

  @Test
  void the_server_may_end_its_direction_first() {
    H2Peer client = open();
    server().data(1, true, "bye");
    assertThat(client.last(1)).endsWith(" END");
    client.data(1, false, "more");
    assertThat(server().body(1)).isEqualTo("more");
    client.data(1, true, "");
    assertThat(server().last(1)).isEqualTo("DATA 0 END");
    assertThat(proxy.end()).isEqualTo("101 --");
  }

  @Test
  void there_are_no_trailers_behind_a_tunnel() {
    H2Peer client = open();
    client.trailers(1, "x", "y");
    assertThat(client.last(1)).isEqualTo("RST PROTOCOL_ERROR"); // RFC 9113 §8.5
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    assertThat(proxy.end()).isEqualTo("101 PD");
    client.send(connect(3, false));
    server().answer(3, false, 200);
    server().trailers(3, "x", "y");
    assertThat(server().last(3)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(client.last(3)).startsWith("RST ");
    assertThat(proxy.end()).isEqualTo("101 PD");
    assertThat(client.open() && server().open()).isTrue();
  }

  @Test
  void nor_without_fields_nor_before_the_consent() {
    H2Peer client = open();
    client.send(H2Frames.headers(1, true));
    assertThat(client.last(1)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    client.send(connect(3, false));
    client.trailers(3, "x", "y");
    assertThat(client.last(3)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(server().last(3)).isEqualTo("RST CANCEL");
  }

  @Test
  void a_client_may_end_its_direction_before_the_consent() {
    H2Peer client = asking();
    client.data(1, true, "only");
    server().answer(1, false, 200);
    assertThat(server().body(1)).isEqualTo("only");
    assertThat(server().last(1)).endsWith(" END");
    server().data(1, true, "ok");
    assertThat(client.body(1)).isEqualTo("ok");
    assertThat(proxy.end()).isEqualTo("101 --");
  }

  @Test
  void a_reset_of_the_server_is_passed_on_with_its_code() {
    H2Peer client = open();
    server().reset(1, Http2Error.ENHANCE_YOUR_CALM);
    assertThat(client.last(1)).isEqualTo("RST ENHANCE_YOUR_CALM");
    assertThat(proxy.end()).isEqualTo("101 SD");
  }

  @Test
  void a_server_of_http_1_that_breaks_off_is_a_cancelled_stream() {
    withHttp1();
    H2Peer client = asking();
    proxy.send(server1(), consent());
    proxy.close(server1());
    assertThat(client.last(1)).isEqualTo("RST CANCEL"); // RFC 8441 §5
    assertThat(client.open()).isTrue();
  }

  @Test
  void a_client_that_leaves_before_the_consent_takes_its_question_back() {
    H2Peer client = asking();
    client.reset(1, Http2Error.CANCEL);
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    assertThat(proxy.end()).isEqualTo("-1 CH");
  }

  @Test
  void a_tunnel_half_ended_leaves_nothing_when_either_end_vanishes() {
    H2Peer client = open();
    client.data(1, true, "bye");
    server().reset(1, Http2Error.CANCEL);
    assertThat(client.last(1)).isEqualTo("RST CANCEL");
    H2Peer other = proxy.connectHttp2();
    other.send(connect(1, false));
    server().answer(3, false, 200);
    server().data(3, true, "bye");
    other.close();
    assertThat(server().last(3)).isEqualTo("RST CANCEL");
    assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
  }

  @Test
  void a_tunnel_may_rest_for_an_hour() {
    H2Peer client = open();
    proxy.advance(ofHours(1).minusNanos(1));
    assertThat(client.on(1)).containsExactly("HEADERS :status=200");
    proxy.advance(ofSeconds(1));
    assertThat(client.last(1)).startsWith("RST ");
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
  }

  @Test
  void a_slow_end_of_a_tunnel_slows_the_other_one() {
    H2Peer client = open();
    client.withoutGrants();
    int sent = 0;
    while (sent + 16 * 1024 <= 64 * 1024 + server().granted(1)) {
      server().data(1, false, 16 * 1024);
      sent += 16 * 1024;
    }
    assertThat(client.body(1)).hasSize(65_535);
    assertThat(sent).isLessThan(256 * 1024);
    client.window(0, 1 << 20);
    client.window(1, 1 << 20);
    assertThat(client.body(1)).hasSize(sent);
    client.reset(1, Http2Error.CANCEL);
  }

  @Test
  void a_connect_that_is_allowed_opens_a_tunnel() {
    proxy.close();
    proxy = VirtualProxy.toHttp2(b -> b, f -> f.allowConnect(r -> true));
    H2Peer client = proxy.connectHttp2();
    client.send(H2Frames.headers(1, false, ":method", "CONNECT", ":authority", "a:443"));
    assertThat(server().on(1)).containsExactly("HEADERS :method=CONNECT, :authority=a:443");
    server().answer(1, false, 200);
    client.data(1, false, "hello");
    assertThat(server().body(1)).isEqualTo("hello");
    server().close();
    assertThat(client.last(1)).isEqualTo("RST CONNECT_ERROR"); // RFC 9113 §8.5
  }
}
