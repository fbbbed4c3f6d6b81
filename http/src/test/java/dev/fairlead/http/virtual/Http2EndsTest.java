package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.CONTINUATION;
import static dev.fairlead.http.peer.H2Frames.END_STREAM;
import static dev.fairlead.http.peer.H2Frames.HEADERS;
import static dev.fairlead.http.peer.H2Frames.MAX_CONCURRENT_STREAMS;
import static dev.fairlead.http.peer.H2Frames.PING;
import static dev.fairlead.http.peer.H2Frames.block;
import static dev.fairlead.http.peer.H2Frames.frame;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.http.Http2;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import io.netty.handler.codec.http2.Http2Error;
import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections of HTTP/2 end: asked to, told to, unused, or too slow. */
@Timeout(60)
final class Http2EndsTest {
  private VirtualProxy proxy = open(H2Peer::server);

  private static VirtualProxy open(Function<Runnable, H2Peer> server) {
    return VirtualProxy.toHttp2(Http2EndsTest::backend, Http2EndsTest::frontend, server);
  }

  private static Backend.Builder backend(Backend.Builder b) {
    return b.serverTimeout(ofSeconds(20)).connectTimeout(ofSeconds(5)).retries(0);
  }

  private static HttpFrontend.Builder frontend(HttpFrontend.Builder f) {
    return f.clientTimeout(ofSeconds(30))
        .httpRequestTimeout(ofSeconds(10))
        .keepAliveTimeout(ofSeconds(60))
        .minBodyRate(0)
        .serverConnections(ServerConnections.defaults().idleTimeout(ofSeconds(40)))
        .http2(Http2.defaults().maxConcurrentStreams(3));
  }

  private void with(Function<Runnable, H2Peer> server) {
    proxy.close();
    proxy = open(server);
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(proxy.http2Servers().size() - 1);
  }

  // --- we are asked to stop

  @Test
  void a_drain_first_asks_for_no_more_and_a_round_trip_later_says_what_was_the_last() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    proxy.drain(ofSeconds(60));
    assertThat(client.on(0))
        .containsSubsequence("GOAWAY 2147483647 NO_ERROR", "PING 0", "GOAWAY 1 NO_ERROR");
    assertThat(client.open()).isTrue();
    server().answer(id, false, 200);
    server().data(id, true, "ok");
    assertThat(client.body(id)).isEqualTo("ok");
    assertThat(client.open()).isFalse();
    assertThat(server().open()).isFalse();
  }

  @Test
  void streams_that_were_on_their_way_are_served_and_later_ones_refused() {
    H2Peer client = proxy.connectHttp2().withoutPongs();
    int first = client.get();
    proxy.drain(ofSeconds(60));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 2147483647 NO_ERROR");
    int second = client.get();
    proxy.advance(ofSeconds(1));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 3 NO_ERROR");
    int late = client.get();
    assertThat(client.last(late)).isEqualTo("RST REFUSED_STREAM");
    for (H2Peer server : proxy.http2Servers()) {
      for (int id : server.streams()) {
        server.answer(id, true, 200);
      }
    }
    assertThat(client.status(first)).isEqualTo(200);
    assertThat(client.status(second)).isEqualTo(200);
    assertThat(client.open()).isFalse();
    assertThat(proxy.http2Servers()).noneMatch(H2Peer::open);
  }

  @Test
  void an_idle_connection_ends_at_once_in_a_drain() {
    H2Peer client = proxy.connectHttp2();
    proxy.drain(ofSeconds(60));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 0 NO_ERROR");
    assertThat(client.open()).isFalse();
  }

  @Test
  void a_request_whose_connection_is_on_its_way_is_served_in_a_drain() {
    with(run -> H2Peer.server(run).silent());
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    proxy.drain(ofSeconds(60));
    server().settings();
    assertThat(proxy.http2Servers()).hasSize(1);
    server().answer(1, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
    assertThat(client.open()).isFalse();
    assertThat(server().open()).isFalse();
  }

  @Test
  void what_is_open_at_the_end_of_the_grace_is_cut() {
    H2Peer client = proxy.connectHttp2();
    int waits = client.ask(true, "POST", "/");
    int begun = client.ask(true, "POST", "/");
    server().answer(begun, false, 200);
    proxy.drain(ofSeconds(5));
    proxy.advance(ofSeconds(5));
    assertThat(client.open()).isFalse();
    assertThat(client.status(waits)).isZero();
    assertThat(client.last(begun)).doesNotEndWith(" END");
    assertThat(server().open()).isFalse();
  }

  // --- the client says that it leaves

  @Test
  void a_client_that_goes_away_gets_the_rest() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    client.goAway(0, Http2Error.NO_ERROR);
    assertThat(client.open()).isTrue();
    server().answer(id, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
    assertThat(client.open()).isFalse();
  }

  @Test
  void an_idle_client_that_goes_away_is_left() {
    H2Peer client = proxy.connectHttp2();
    client.goAway(0, Http2Error.NO_ERROR);
    assertThat(client.open()).isFalse();
  }

  // --- time

  @Test
  void a_client_that_asks_nothing_has_its_time() {
    H2Peer client = proxy.connectHttp2();
    proxy.advance(ofSeconds(10).minusNanos(1));
    assertThat(client.open()).isTrue();
    proxy.advance(ofMillis(1));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 0 NO_ERROR");
    assertThat(client.open()).isFalse();
    assertThat(proxy.ended()).isEmpty();
  }

  @Test
  void an_idle_client_has_its_time() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(id, true, 200);
    proxy.advance(ofSeconds(60).minusNanos(1));
    assertThat(client.open()).isTrue();
    proxy.advance(ofMillis(1));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 NO_ERROR");
    assertThat(client.open()).isFalse();
  }

  @Test
  void a_head_in_pieces_has_no_more_time_than_any_other() {
    H2Peer client = proxy.connectHttp2();
    byte[] whole = block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a");
    client.send(frame(HEADERS, END_STREAM, 1, Arrays.copyOf(whole, 1)));
    for (int i = 1; i < 10; i++) {
      proxy.advance(ofSeconds(1));
      client.send(frame(CONTINUATION, 0, 1, whole[i]));
    }
    assertThat(client.open()).isTrue();
    proxy.advance(ofSeconds(1));
    assertThat(client.open()).isFalse();
  }

  @Test
  void a_head_in_pieces_has_no_more_time_beside_another_stream() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "POST", "/");
    client.send(frame(HEADERS, END_STREAM, 3, block(":method", "GET")));
    for (int i = 1; i < 10; i++) {
      proxy.advance(ofSeconds(1));
      client.send(frame(CONTINUATION, 0, 3, block("x", "")));
    }
    proxy.advance(ofSeconds(1));
    assertThat(client.open()).isFalse();
    assertThat(server().last(id)).isEqualTo("RST CANCEL");
  }

  @Test
  void a_frame_that_trickles_has_its_time() {
    H2Peer client = proxy.connectHttp2();
    byte[] ping = frame(PING, 0, 0, new byte[8]);
    for (int i = 0; i < 9; i++) {
      proxy.advance(ofSeconds(1));
      client.send(new byte[] {ping[i]});
    }
    proxy.advance(ofSeconds(1));
    assertThat(client.open()).isFalse();
  }

  @Test
  void frames_that_say_nothing_give_no_more_time() {
    H2Peer client = proxy.connectHttp2();
    byte[] ping = frame(PING, 0, 0, new byte[8]);
    byte[] first = Arrays.copyOf(ping, 3);
    byte[] rest = Arrays.copyOfRange(ping, 3, ping.length);
    client.send(first);
    for (int i = 0; i < 9; i++) {
      proxy.advance(ofSeconds(1));
      client.send(rest, first);
    }
    proxy.advance(ofSeconds(1));
    assertThat(client.open()).isFalse();
  }

  @Test
  void an_upload_may_take_any_time_however_its_frames_are_cut() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] piece = H2Frames.data(id, false, "hello");
    byte[] first = Arrays.copyOf(piece, 3);
    byte[] rest = Arrays.copyOfRange(piece, 3, piece.length);
    client.send(first);
    for (int i = 0; i < 60; i++) {
      proxy.advance(ofSeconds(1));
      client.send(rest, first);
    }
    assertThat(client.open()).isTrue();
    assertThat(server().body(id)).hasSize(300);
    client.send(rest, H2Frames.data(id, true, ""));
    server().answer(id, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  // --- streams at once

  @Test
  void no_more_streams_are_open_than_may_be() {
    H2Peer client = proxy.connectHttp2();
    int[] ids = {client.get(), client.get(), client.get()};
    int much = client.get();
    assertThat(client.last(much)).isEqualTo("RST REFUSED_STREAM");
    for (int id : ids) {
      server().answer(id, true, 200);
      assertThat(client.status(id)).isEqualTo(200);
    }
    int next = client.get();
    server().answer(7, true, 200);
    assertThat(client.status(next)).isEqualTo(200);
  }

  @Test
  void a_server_that_takes_one_stream_gets_as_many_connections_as_there_are_requests() {
    with(run -> H2Peer.server(run, MAX_CONCURRENT_STREAMS, 1));
    H2Peer client = proxy.connectHttp2();
    int[] ids = {client.get(), client.get(), client.get()};
    assertThat(proxy.http2Servers()).hasSize(3);
    proxy.http2Servers().forEach(server -> server.answer(1, true, 200));
    for (int id : ids) {
      assertThat(client.status(id)).isEqualTo(200);
    }
    client.get();
    assertThat(proxy.http2Servers()).hasSize(3);
    proxy.http2Servers().get(0).answer(3, true, 200);
  }

  @Test
  void a_server_that_takes_no_streams_is_one_that_cannot_be_connected_to() {
    with(run -> H2Peer.server(run, MAX_CONCURRENT_STREAMS, 0));
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    assertThat(client.status(id)).isEqualTo(503);
    assertThat(proxy.end()).isEqualTo("503 SC");
    assertThat(proxy.http2Servers()).hasSize(1);
  }

  @Test
  void a_server_that_takes_no_more_streams_later_gets_them_on_other_connections() {
    H2Peer client = proxy.connectHttp2();
    int first = client.get();
    H2Peer before = server();
    before.settings(MAX_CONCURRENT_STREAMS, 0);
    int second = client.get();
    assertThat(proxy.http2Servers()).hasSize(2);
    before.answer(first, true, 200);
    server().answer(1, true, 200);
    assertThat(client.status(first)).isEqualTo(200);
    assertThat(client.status(second)).isEqualTo(200);
  }

  // --- the server leaves, or is none

  @Test
  void a_server_that_goes_away_ends_what_it_has_and_gets_the_rest_anew() {
    H2Peer client = proxy.connectHttp2();
    int first = client.get();
    H2Peer before = server();
    before.goAway(first, Http2Error.NO_ERROR);
    int second = client.get();
    assertThat(proxy.http2Servers()).hasSize(2);
    server().answer(1, true, 200);
    assertThat(client.status(second)).isEqualTo(200);
    assertThat(before.open()).isTrue();
    before.answer(first, true, 200);
    assertThat(client.status(first)).isEqualTo(200);
    assertThat(before.open()).isFalse();
  }

  @Test
  void an_idle_connection_to_a_server_is_closed_when_its_time_is_over() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(id, true, 200);
    proxy.advance(ofSeconds(40).minusNanos(1));
    assertThat(server().open()).isTrue();
    proxy.advance(ofMillis(1));
    assertThat(server().goneAway()).isEqualTo("GOAWAY 0 NO_ERROR");
    assertThat(server().open()).isFalse();
  }

  @Test
  void a_connection_on_which_nothing_comes_any_more_is_not_used_again() {
    H2Peer client = proxy.connectHttp2();
    int first = client.get();
    H2Peer before = server();
    proxy.advance(ofSeconds(20));
    assertThat(client.status(first)).isEqualTo(504);
    assertThat(before.open()).isFalse();
    int second = client.get();
    assertThat(proxy.http2Servers()).hasSize(2);
    server().answer(1, true, 200);
    assertThat(client.status(second)).isEqualTo(200);
  }

  @Test
  void a_connection_on_which_something_comes_survives_a_late_response() {
    H2Peer client = proxy.connectHttp2();
    int late = client.get();
    proxy.advance(ofSeconds(15));
    int other = client.get();
    server().answer(other, true, 200);
    proxy.advance(ofSeconds(5));
    assertThat(client.status(late)).isEqualTo(504);
    assertThat(server().last(late)).isEqualTo("RST CANCEL");
    int next = client.get();
    server().answer(next, true, 200);
    assertThat(client.status(next)).isEqualTo(200);
    assertThat(proxy.http2Servers()).hasSize(1);
  }

  @Test
  void a_server_that_says_nothing_is_not_connected() {
    with(run -> H2Peer.server(run).silent());
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    proxy.advance(ofSeconds(5));
    assertThat(client.status(id)).isEqualTo(503);
    assertThat(proxy.end()).isEqualTo("503 sC");
    assertThat(server().open()).isFalse();
    assertThat(server().streams()).isEmpty();
  }

  @Test
  void a_client_that_leaves_before_the_server_has_said_anything_takes_nothing_with_it() {
    with(run -> H2Peer.server(run).silent());
    H2Peer client = proxy.connectHttp2();
    int gone = client.ask(true, "GET", "/gone");
    int stays = client.ask(true, "GET", "/stays");
    client.reset(gone, Http2Error.CANCEL);
    assertThat(proxy.end()).isEqualTo("-1 CC");
    client.reset(stays, Http2Error.CANCEL);
    int next = client.ask(true, "GET", "/next");
    server().settings();
    server().answer(1, true, 200);
    assertThat(client.status(next)).isEqualTo(200);
    proxy.advance(ofSeconds(41));
    assertThat(proxy.http2Servers()).noneMatch(H2Peer::open);
  }

  @Test
  void a_server_of_http_1_where_one_of_http_2_was_told_gets_no_request() {
    with(run -> H2Peer.server(run).silent());
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
    assertThat(client.status(id)).isEqualTo(503);
    assertThat(server().streams()).isEmpty();
    assertThat(server().open()).isFalse();
  }
}
