package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.ENABLE_CONNECT_PROTOCOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import io.netty.handler.codec.http2.Http2Error;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which code of a reset passes to the other hop: one that speaks of the request, not of a connection. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class ResetCodesTest {
  /** What an origin may mean by a reset that its client should know. */
  private static final Set<Http2Error> OF_A_REQUEST = EnumSet.of(
      Http2Error.INTERNAL_ERROR,
      Http2Error.CANCEL,
      Http2Error.CONNECT_ERROR,
      Http2Error.ENHANCE_YOUR_CALM);

  private final VirtualProxy proxy = VirtualProxy.toHttp2(
      b -> b.retries(0), f -> f.allowConnect(r -> true), ENABLE_CONNECT_PROTOCOL, 1);

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private static String passedOn(Http2Error code, Http2Error otherwise) {
    return "RST " + (OF_A_REQUEST.contains(code) ? code : otherwise);
  }

  // --- of servers

  @ParameterizedTest
  @EnumSource(Http2Error.class)
  void a_response_that_its_server_resets_does_not_look_whole(Http2Error code) {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(1, false, 200);
    server().data(1, false, "half");
    server().reset(1, code);
    assertThat(client.body(id)).isEqualTo("half");
    assertThat(client.last(id)).isEqualTo(passedOn(code, Http2Error.INTERNAL_ERROR));
    assertThat(client.open()).isTrue();
    assertThat(server().open()).isTrue();
    assertThat(proxy.end()).isEqualTo("200 SD");
  }

  @ParameterizedTest
  @EnumSource(Http2Error.class)
  void a_response_that_its_server_resets_is_cut_over_http_1(Http2Error code) {
    Peer client = proxy.connect();
    proxy.send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    server().answer(1, false, 200);
    server().data(1, false, "half");
    server().reset(1, code);
    assertThat(client.received()).endsWith("\r\n4\r\nhalf\r\n");
    assertThat(client.open()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = Http2Error.class, names = "REFUSED_STREAM", mode = EnumSource.Mode.EXCLUDE)
  void a_call_of_grpc_that_its_server_resets_at_once_learns_what_it_means(Http2Error code) {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "POST", "/", "content-type", "application/grpc", "te", "trailers");
    server().reset(1, code);
    if (code == Http2Error.NO_ERROR) {
      assertThat(client.status(id)).isEqualTo(502);
    } else {
      assertThat(client.on(id)).containsExactly(passedOn(code, Http2Error.INTERNAL_ERROR));
    }
    assertThat(proxy.end()).isEqualTo("502 SH");
  }

  @ParameterizedTest
  @EnumSource(Http2Error.class)
  void a_tunnel_that_its_server_resets_breaks_off(Http2Error code) {
    H2Peer client = proxy.connectHttp2();
    client.send(H2Frames.headers(1, false, ":method", "CONNECT", ":authority", "a:443"));
    server().answer(1, false, 200);
    assertThat(client.status(1)).isEqualTo(200);
    server().reset(1, code);
    assertThat(client.last(1)).isEqualTo(passedOn(code, Http2Error.CONNECT_ERROR));
  }

  @Test
  void a_response_whose_connection_is_closed_does_not_look_whole() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(1, false, 200);
    server().data(1, false, "half");
    server().goAway(1, Http2Error.NO_ERROR);
    assertThat(client.last(id)).isEqualTo("DATA 4");
    server().close();
    assertThat(client.last(id)).isEqualTo("RST INTERNAL_ERROR");
  }

  // --- of clients

  /** Whatever a client calls it, for the server it is a request that nobody wants any more. */
  @ParameterizedTest
  @EnumSource(Http2Error.class)
  void a_request_that_its_client_resets_is_cancelled(Http2Error code) {
    H2Peer client = proxy.connectHttp2();
    int first = client.ask(false, "POST", "/");
    client.reset(first, code);
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    int second = client.get();
    server().answer(3, false, 200);
    client.reset(second, code);
    assertThat(server().last(3)).isEqualTo("RST CANCEL");
    assertThat(client.open()).isTrue();
    assertThat(server().open()).isTrue();
  }
}
