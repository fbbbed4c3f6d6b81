package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of messages that come, or leave, as HTTP/2 (RFC 9113 §8). */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class Http2MessagesTest {
  private VirtualProxy proxy = VirtualProxy.toHttp2(b -> b, f -> f);

  /** The server speaks HTTP/1 from here on. */
  private VirtualProxy one() {
    proxy.close();
    proxy = new VirtualProxy(VirtualNetwork.create(1, 1), b -> b, f -> f);
    return proxy;
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

  @Test
  void trailers_pass_in_both_directions() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/", "te", "trailers");
    client.data(id, false, "hello");
    client.trailers(id, "x-check", "1", "grpc-y", "2");
    assertThat(server().on(id)).last().isEqualTo("HEADERS x-check=1, grpc-y=2 END");
    assertThat(server().on(id).get(0)).contains("te=trailers");
    server().answer(id, false, 200);
    server().data(id, false, "hi");
    server().trailers(id, "grpc-status", "0");
    assertThat(client.on(id))
        .containsExactly("HEADERS :status=200", "DATA 2", "HEADERS grpc-status=0 END");
  }

  @Test
  void a_response_of_trailers_only_passes() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "POST", "/");
    server().answer(id, true, 200, "content-type", "application/grpc", "grpc-status", "12");
    assertThat(client.on(id))
        .singleElement()
        .asString()
        .startsWith("HEADERS :status=200")
        .contains("grpc-status=12")
        .endsWith(" END");
  }

  @Test
  void the_end_may_come_on_data_without_a_byte() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    client.data(id, false, "hello");
    client.data(id, true, "");
    assertThat(server().on(id)).endsWith("DATA 5", "DATA 0 END");
    server().answer(id, false, 200);
    server().data(id, true, "");
    assertThat(client.on(id)).containsExactly("HEADERS :status=200", "DATA 0 END");
  }

  @Test
  void interim_responses_pass_at_once() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/", "expect", "100-continue");
    server().answer(id, false, 100);
    assertThat(client.on(id)).containsExactly("HEADERS :status=100");
    server().answer(id, false, 103, "link", "</a>");
    assertThat(client.on(id)).last().isEqualTo("HEADERS :status=103, link=</a>");
    client.data(id, true, "x");
    server().answer(id, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  @Test
  void interim_responses_without_end_are_those_of_a_broken_server() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    for (int i = 0; i < 100; i++) {
      server().answer(id, false, 103);
    }
    assertThat(client.status(id)).isEqualTo(502);
    assertThat(server().last(id)).isEqualTo("RST PROTOCOL_ERROR");
  }

  @Test
  void an_interim_response_that_ends_the_stream_is_malformed() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "POST", "/");
    server().answer(id, true, 103);
    assertThat(client.status(id)).isEqualTo(502);
    assertThat(server().last(id)).isEqualTo("RST PROTOCOL_ERROR");
  }

  @Test
  void a_request_that_is_longer_than_it_said_is_reset() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/", "content-length", "3");
    client.data(id, false, "four");
    assertThat(client.last(id)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(server().last(id)).isEqualTo("RST CANCEL");
    assertThat(client.open()).isTrue();
  }

  @Test
  void a_request_that_is_shorter_than_it_said_is_reset() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/", "content-length", "3");
    client.data(id, true, "2");
    assertThat(client.last(id)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(server().last(id)).isEqualTo("RST CANCEL");
  }

  @Test
  void a_request_without_a_body_that_says_to_have_one_is_reset() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "POST", "/", "content-length", "3");
    assertThat(client.last(id)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(proxy.http2Servers()).isEmpty();
  }

  @Test
  void a_request_that_is_shorter_than_it_said_is_never_whole_for_a_server_of_http_1() {
    H2Peer client = one().connectHttp2();
    int id = client.ask(false, "POST", "/", "content-length", "3");
    client.data(id, true, "2");
    assertThat(client.last(id)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(server1().open()).isFalse();
  }

  @Test
  void a_response_that_is_longer_than_it_said_is_cut() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(id, false, 200, "content-length", "3");
    server().data(id, false, "four");
    assertThat(client.last(id)).isEqualTo("RST INTERNAL_ERROR");
    assertThat(server().last(id)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(proxy.end()).isEqualTo("200 PD");
  }

  @Test
  void a_response_that_is_shorter_than_it_said_is_cut() {
    Peer client = proxy.connect();
    proxy.send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    server().answer(1, false, 200, "content-length", "3");
    server().data(1, true, "2");
    assertThat(server().last(1)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(client.open()).isFalse();
    assertThat(proxy.end()).isEqualTo("200 PD");
  }

  @Test
  void a_response_without_a_body_that_says_to_have_one_is_malformed() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "POST", "/");
    server().answer(id, true, 200, "content-length", "3");
    assertThat(client.status(id)).isEqualTo(502);
  }

  @Test
  void a_response_to_head_has_a_length_and_no_body() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "HEAD", "/");
    server().answer(id, true, 200, "content-length", "3");
    assertThat(client.on(id)).containsExactly("HEADERS :status=200, content-length=3 END");
    Peer client1 = proxy.connect();
    proxy.send(client1, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    server().answer(3, true, 200, "content-length", "3");
    assertThat(client1.received()).contains("content-length: 3\r\n").endsWith("\r\n\r\n");
    assertThat(client1.open()).isTrue();
  }

  @Test
  void a_response_to_head_with_a_body_is_malformed() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "HEAD", "/");
    server().answer(id, false, 200);
    server().data(id, true, "x");
    assertThat(server().last(id)).isEqualTo("RST PROTOCOL_ERROR");
  }

  @Test
  void a_304_has_a_length_and_no_body_and_a_204_has_none_of_both() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(id, true, 304, "content-length", "3");
    assertThat(client.on(id)).containsExactly("HEADERS :status=304, content-length=3 END");
    int next = client.get();
    server().answer(next, true, 204, "content-length", "0");
    assertThat(client.on(next)).containsExactly("HEADERS :status=204 END");
    int late = client.get();
    server().answer(late, false, 204);
    server().data(late, true, "");
    assertThat(client.on(late)).containsExactly("HEADERS :status=204 END");
  }

  @Test
  void bodiless_responses_of_a_server_of_http_1_end_with_their_head() {
    H2Peer client = one().connectHttp2();
    int head = client.ask(true, "HEAD", "/");
    proxy.send(server1(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
    assertThat(client.on(head)).containsExactly("HEADERS :status=200, content-length=3 END");
    int none = client.get();
    proxy.send(server1(), "HTTP/1.1 204 No Content\r\n\r\n");
    assertThat(client.on(none)).containsExactly("HEADERS :status=204 END");
    int same = client.get();
    proxy.send(server1(), "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
    assertThat(client.on(same)).containsExactly("HEADERS :status=304, content-length=9 END");
    int empty = client.get();
    proxy.send(server1(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assertThat(client.last(empty)).endsWith(" END");
    assertThat(proxy.servers()).hasSize(1);
  }

  @Test
  void crumbs_of_a_cookie_are_put_together() {
    H2Peer client = one().connectHttp2();
    client.ask(true, "GET", "/", "cookie", "a=1", "x", "y", "cookie", "b=2");
    assertThat(server1().received()).contains("\r\ncookie: a=1; b=2\r\n").doesNotContain("a=1\r\n");
  }

  @Test
  void crumbs_without_anything_add_nothing_but_the_field() {
    H2Peer client = one().connectHttp2();
    client.ask(true, "GET", "/1", "cookie", "", "cookie", "a=1", "cookie", "", "cookie", "b=2");
    assertThat(server1().received()).contains("\r\ncookie: a=1; b=2\r\n");
    proxy.send(server1(), "HTTP/1.1 204 No Content\r\n\r\n");
    client.ask(true, "GET", "/2", "cookie", "", "cookie", "");
    assertThat(server1().received()).endsWith("\r\ncookie: \r\n\r\n");
  }

  @Test
  void the_authority_becomes_the_host() {
    H2Peer client = one().connectHttp2();
    client.send(H2Frames.headers(
        1, true, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "b.example:81"));
    assertThat(server1().received())
        .startsWith("GET / HTTP/1.1\r\n")
        .contains("ost: b.example:81\r\n");
  }

  @Test
  void a_host_does_where_there_is_no_authority() {
    H2Peer client = proxy.connectHttp2();
    client.send(H2Frames.headers(
        1, true, ":method", "GET", ":scheme", "http", ":path", "/", "host", "b.example"));
    assertThat(server().on(1).get(0)).contains(":authority=b.example").doesNotContain("host=");
  }

  @Test
  void connection_fields_of_a_client_of_http_1_do_not_reach_a_server_of_http_2() {
    Peer client = proxy.connect();
    proxy.send(
        client,
        "GET / HTTP/1.1\r\nHost: A\r\nConnection: keep-alive, X-Drop\r\nKeep-Alive: 1\r\n"
            + "X-Drop: 1\r\nX-Keep: 2\r\nProxy-Connection: close\r\n\r\n");
    assertThat(server().on(1))
        .singleElement()
        .asString()
        .contains("x-keep=2", ":authority=A")
        .doesNotContain("x-drop", "connection", "keep-alive", "host=");
    server().answer(1, true, 200);
    assertThat(client.received()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void a_response_before_the_end_of_the_request_stops_it() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    client.data(id, false, "part");
    server().answer(id, true, 413);
    assertThat(client.on(id)).hasSize(2);
    assertThat(client.on(id).get(0)).startsWith("HEADERS :status=413").endsWith(" END");
    assertThat(client.last(id)).isEqualTo("RST NO_ERROR");
    assertThat(server().last(id)).isEqualTo("RST CANCEL");
    client.data(id, true, "more"); // sent before the reset was seen
    assertThat(client.open()).isTrue();
    assertThat(client.goneAway()).isEqualTo("nothing");
    int next = client.get();
    server().answer(next, true, 200);
    assertThat(client.status(next)).isEqualTo(200);
  }

  @Test
  void a_server_that_resets_without_error_behind_its_response_has_answered() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    server()
        .send(
            H2Frames.headers(id, false, ":status", "413"),
            H2Frames.data(id, true, "no"),
            H2Frames.reset(id, Http2Error.NO_ERROR.code()));
    assertThat(client.status(id)).isEqualTo(413);
    assertThat(client.body(id)).isEqualTo("no");
    assertThat(client.last(id)).isEqualTo("RST NO_ERROR");
    assertThat(server().goneAway()).isEqualTo("nothing");
    assertThat(proxy.end()).isEqualTo("413 --");
  }

  @Test
  void a_response_of_http_1_before_the_end_of_the_request_stops_it() {
    H2Peer client = one().connectHttp2();
    int id = client.ask(false, "POST", "/");
    client.data(id, false, "part");
    proxy.send(server1(), "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    assertThat(client.status(id)).isEqualTo(413);
    assertThat(client.body(id)).isEqualTo("no");
    assertThat(client.last(id)).isEqualTo("RST NO_ERROR");
    assertThat(server1().open()).isFalse();
  }

  @Test
  void a_response_with_pseudo_fields_that_it_may_not_have_is_malformed() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(id, true, 200, ":path", "/");
    assertThat(server().last(id)).isEqualTo("RST PROTOCOL_ERROR");
    int retried = server().streams().get(server().streams().size() - 1);
    server().answer(retried, true, 200, "connection", "close");
    assertThat(server().last(retried)).isEqualTo("RST PROTOCOL_ERROR");
    client.reset(id, Http2Error.CANCEL);
  }

  @Test
  void framing_fields_in_trailers_of_a_response_cut_it() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(id, false, 200);
    server().trailers(id, "content-length", "3");
    assertThat(server().last(id)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(client.last(id)).isEqualTo("RST INTERNAL_ERROR");
  }

  @Test
  void data_before_the_head_of_a_response_is_malformed() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "POST", "/");
    server().data(id, false, "x");
    assertThat(server().last(id)).isEqualTo("RST PROTOCOL_ERROR");
    assertThat(client.status(id)).isEqualTo(502);
  }
}
