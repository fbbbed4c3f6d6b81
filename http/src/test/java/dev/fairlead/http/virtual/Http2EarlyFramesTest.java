package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.ACK;
import static dev.fairlead.http.peer.H2Frames.ENABLE_CONNECT_PROTOCOL;
import static dev.fairlead.http.peer.H2Frames.SETTINGS;
import static dev.fairlead.http.peer.H2Frames.all;
import static dev.fairlead.http.peer.H2Frames.data;
import static dev.fairlead.http.peer.H2Frames.frame;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Http2;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client sends before it has seen our settings: more streams than we serve, more than a window. */
@Timeout(60)
final class Http2EarlyFramesTest {
  private final VirtualProxy proxy = VirtualProxy.toHttp2(
      b -> b.eachServer(s -> s.maxConnections(1)).queueTimeout(ofSeconds(30)),
      f -> f.http2(Http2.defaults().streamWindow(1024)),
      ENABLE_CONNECT_PROTOCOL,
      1);

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  @Test
  void a_stream_may_end_though_its_window_has_become_less_than_nothing() {
    H2Peer client = proxy.connect(H2Peer.client(() -> proxy.advance(ZERO)).silent());
    client.send(
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII),
        H2Frames.settings(),
        H2Frames.headers(
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
            "a",
            "sec-websocket-version",
            "13"),
        data(1, false, 16_384)); // it waits until the server agrees
    client.send(frame(SETTINGS, ACK, 0));
    assertThat(client.granted(1)).isZero();
    client.data(1, true, ""); // needs no window (RFC 9113 §6.9.1)
    assertThat(client.on(1)).isEmpty();
    server().answer(1, false, 200);
    assertThat(client.status(1)).isEqualTo(200);
    assertThat(server().body(1)).hasSize(16_384);
    assertThat(server().last(1)).endsWith(" END");
  }

  private static byte[] each(int count, IntFunction<byte[]> made) {
    byte[][] pieces = new byte[count][];
    for (int i = 0; i < count; i++) {
      pieces[i] = made.apply(2 * i + 1);
    }
    return all(pieces);
  }

  @Test
  void more_streams_than_could_be_remembered_may_be_refused() {
    H2Peer client = proxy.connectHttp2();
    client.send(each(2000, id -> H2Peer.head(id, false, "POST", "/")));
    client.send(each(2000, id -> data(id, false, 100)));
    client.send(each(2000, id -> data(id, true, 100)));
    assertThat(client.goneAway()).isEqualTo("nothing");
    assertThat(client.last(201)).isEqualTo("RST REFUSED_STREAM");
    server().answer(1, true, 200);
    assertThat(client.status(1)).isEqualTo(200);
    assertThat(client.open()).isTrue();
    client.close(); // with all that waits
  }

  @Test
  void data_behind_the_end_of_a_stream_ends_the_connection() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "POST", "/");
    server().answer(1, true, 200);
    client.data(id, false, 100);
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 STREAM_CLOSED");
  }
}
