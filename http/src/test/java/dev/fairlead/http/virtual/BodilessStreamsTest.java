package dev.fairlead.http.virtual;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Http2;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Responses without a body whose server ends their stream later than with their head. */
@Timeout(60)
final class BodilessStreamsTest {
  private final VirtualProxy proxy = VirtualProxy.toHttp2(
      b -> b.serverTimeout(ofSeconds(20)), f -> f.http2(Http2.defaults().maxConcurrentStreams(1)));

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private void assertAnswered(H2Peer client, int id, int status) {
    assertThat(client.on(id)).singleElement().asString().endsWith(" END");
    assertThat(client.status(id)).isEqualTo(status);
    assertThat(proxy.end()).isEqualTo(status + " --");
    assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
  void they_are_whole_with_their_head(String method, int status) {
    H2Peer client = proxy.connectHttp2();
    int first = client.ask(true, method, "/");
    server().answer(1, false, status);
    assertAnswered(client, first, status);
    int second = client.get(); // though one at a time is all that is allowed
    server().data(1, true, "");
    server().answer(3, true, 200);
    assertThat(client.status(second)).isEqualTo(200);
    proxy.advance(ofSeconds(30));
    assertThat(server().on(1)).singleElement().asString().startsWith("HEADERS ");
    assertThat(client.on(first)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
  void a_server_that_never_ends_them_is_told_that_it_is_enough(String method, int status) {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, method, "/");
    server().answer(1, false, status);
    proxy.advance(ofSeconds(20));
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    assertAnswered(client, id, status);
  }

  @Test
  void what_a_server_sends_behind_them_reaches_nobody() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "HEAD", "/");
    server().answer(1, false, 200);
    server().data(1, false, "x");
    assertThat(server().last(1)).isEqualTo("RST PROTOCOL_ERROR");
    int second = client.ask(true, "HEAD", "/");
    server().answer(3, false, 200);
    server().trailers(3, "x-check", "1");
    assertAnswered(client, id, 200);
    assertAnswered(client, second, 200);
  }

  @Test
  void they_stop_a_request_that_is_still_under_way() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    server().answer(1, false, 204);
    assertThat(client.on(id)).hasSize(2).last().isEqualTo("RST NO_ERROR"); // RFC 9113 §8.1
    assertThat(client.status(id)).isEqualTo(204);
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    assertThat(proxy.end()).isEqualTo("204 --");
  }

  @Test
  void a_client_of_http_1_goes_on_behind_them() {
    Peer client = proxy.connect();
    proxy.send(client, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    server().answer(1, false, 200);
    assertThat(server().streams()).containsExactly(1, 3);
    server().answer(3, true, 204);
    assertThat(client.received()).startsWith("HTTP/1.1 200 ").contains("\r\n\r\nHTTP/1.1 204 ");
    server().data(1, true, "");
    assertThat(server().on(1)).singleElement().asString().startsWith("HEADERS ");
  }
}
