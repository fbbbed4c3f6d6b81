package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.ENABLE_CONNECT_PROTOCOL;
import static dev.fairlead.http.peer.H2Frames.INITIAL_WINDOW_SIZE;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that does not take its response is given up, whatever it sends meanwhile. */
@Timeout(60)
final class StalledResponseTest {
  private static final int LARGE = 48 * 1024;

  private VirtualProxy proxy = VirtualProxy.toHttp2(
      b -> b.serverTimeout(ofHours(1)), StalledResponseTest::frontend, ENABLE_CONNECT_PROTOCOL, 1);

  private static HttpFrontend.Builder frontend(HttpFrontend.Builder f) {
    return f.clientTimeout(ofSeconds(30));
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private void answerLarge() {
    server().answer(1, false, 200);
    for (int i = 0; i < LARGE; i += 16 * 1024) {
      server().data(1, false, 16 * 1024);
    }
  }

  @Test
  void a_trickle_of_the_request_gains_no_time() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 0);
    int id = client.ask(false, "POST", "/");
    answerLarge();
    proxy.advance(ofSeconds(29));
    client.data(id, false, "x");
    assertThat(client.last(id)).isEqualTo("HEADERS :status=200");
    proxy.advance(ofSeconds(1));
    assertThat(client.last(id)).isEqualTo("RST CANCEL");
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    assertThat(proxy.end()).isEqualTo("200 cD");
  }

  @Test
  void nor_where_the_server_speaks_http_1() {
    proxy.close();
    proxy = new VirtualProxy(VirtualNetwork.create(1, 1), b -> b, StalledResponseTest::frontend);
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 0);
    int id = client.ask(false, "POST", "/");
    Peer server = proxy.servers().get(0);
    proxy.send(server, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(LARGE));
    proxy.advance(ofSeconds(29));
    client.data(id, false, "x");
    proxy.advance(ofSeconds(1));
    assertThat(client.last(id)).isEqualTo("RST CANCEL");
    assertThat(server.open()).isFalse();
    assertThat(proxy.end()).isEqualTo("200 cD");
  }

  @Test
  void nor_where_the_response_is_complete() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 0);
    int id = client.ask(false, "POST", "/");
    server().answer(1, false, 200);
    server().data(1, true, "hello");
    assertThat(proxy.end()).isEqualTo("200 --");
    proxy.advance(ofSeconds(29));
    client.data(id, false, "x");
    assertThat(client.last(id)).isEqualTo("HEADERS :status=200");
    proxy.advance(ofSeconds(1));
    assertThat(client.last(id)).isEqualTo("RST CANCEL");
  }

  @Test
  void a_stream_that_moves_in_both_directions_may_be_slow() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 0).withoutGrants();
    int id = client.ask(false, "POST", "/", "content-type", "application/grpc");
    answerLarge();
    for (int i = 0; i < 10; i++) {
      proxy.advance(ofSeconds(20));
      client.window(id, 100);
      client.data(id, false, "x");
    }
    assertThat(client.body(id)).hasSize(1000);
    client.window(id, LARGE);
    assertThat(client.body(id)).hasSize(LARGE);
    for (int i = 0; i < 10; i++) { // and where nothing waits to be taken, what it sends counts
      proxy.advance(ofSeconds(20));
      client.data(id, false, "x");
    }
    assertThat(server().body(1)).hasSize(20);
    server().data(1, true, "bye");
    client.data(id, true, "bye");
    assertThat(client.body(id)).endsWith("bye");
    assertThat(proxy.end()).isEqualTo("200 --");
  }

  @Test
  void a_client_that_takes_all_in_the_end_has_its_time_from_then_on() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 0);
    int id = client.ask(false, "POST", "/");
    answerLarge();
    proxy.advance(ofSeconds(29));
    client.window(id, LARGE);
    proxy.advance(ofSeconds(29));
    assertThat(client.last(id)).startsWith("DATA ");
    proxy.advance(ofSeconds(1));
    assertThat(client.last(id)).isEqualTo("RST CANCEL");
    assertThat(proxy.end()).isEqualTo("200 cD");
  }

  @Test
  void a_tunnel_lives_while_one_direction_does() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 0);
    client.send(H2Frames.headers(
        1,
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
        "a"));
    answerLarge();
    for (int i = 0; i < 10; i++) {
      proxy.advance(ofSeconds(1000));
      client.data(1, false, "x");
    }
    assertThat(server().body(1)).hasSize(10);
    assertThat(client.last(1)).isEqualTo("HEADERS :status=200");
    client.window(1, LARGE);
    assertThat(client.body(1)).hasSize(LARGE);
  }
}
