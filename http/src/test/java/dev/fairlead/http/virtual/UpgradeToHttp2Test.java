package dev.fairlead.http.virtual;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Http2;
import dev.fairlead.http.virtual.Http2Text.Frame;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Upgrade: h2c} of clients (RFC 7540 §3.2): when it is taken up, and when a request goes on as it is. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class UpgradeToHttp2Test {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

  private final VirtualProxy proxy = new VirtualProxy(
      VirtualNetwork.create(1, 1), b -> b, f -> f.http2(Http2.defaults().upgrade(true)));

  @AfterEach
  void close() {
    proxy.close();
  }

  private Peer server() {
    return proxy.servers().get(proxy.servers().size() - 1);
  }

  private static String request(String line, String upgrade, String settings, String more) {
    return line
        + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "
        + upgrade
        + "\r\nHTTP2-Settings: "
        + settings
        + "\r\n"
        + more
        + "\r\n";
  }

  private static List<Frame> frames(Peer client) {
    assertThat(client.received()).startsWith(SWITCHED);
    return Http2Text.frames(client.received().substring(SWITCHED.length()));
  }

  /** Nothing of the wish is seen by the server, and the client gets an answer of HTTP/1.1. */
  private void assertGoesOn(Peer client) {
    assertThat(server().take()).doesNotContainIgnoringCase("h2c", "settings", "upgrade");
    proxy.send(server(), OK);
    assertThat(client.take()).isEqualTo(OK);
    assertThat(client.open()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAMAAABk", "AAMAAABkAAQAAP__", "ABAAAAAB"})
  void the_request_is_answered_on_stream_1(String settings) {
    Peer client = proxy.connect();
    proxy.send(client, request("GET /x", "h2c", settings, ""));
    proxy.send(client, Http2Text.PREFACE);
    assertThat(server().received())
        .startsWith("GET /x HTTP/1.1\r\n")
        .doesNotContainIgnoringCase("h2c", "settings", "upgrade");
    proxy.send(server(), OK);
    assertThat(frames(client)).last().satisfies(last -> {
      assertThat(last.stream()).isEqualTo(1);
      assertThat(last.endsStream()).isTrue();
      assertThat(last.payload()).isEqualTo("ok");
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAMAAABk!", "AA MAAABk", "A", "AAMA", "AAMAAABkAAQA", "AAM/AAB+"})
  void settings_that_cannot_be_read_leave_it_at_http_1(String settings) {
    Peer client = proxy.connect();
    proxy.send(client, request("GET /", "h2c", settings, ""));
    assertGoesOn(client);
  }

  /** A window above 2^31-1, a push that is neither 0 nor 1, frames that are too small. */
  @ParameterizedTest
  @CsvSource({"AAT_____, 3", "AAIAAAAC, 1", "AAUAAAAB, 1"})
  void settings_that_cannot_be_end_the_connection(String settings, int code) {
    Peer client = proxy.connect();
    proxy.send(client, request("GET /", "h2c", settings, ""));
    assertThat(frames(client)).last().satisfies(last -> {
      assertThat(last.type()).isEqualTo(Http2Text.GOAWAY);
      assertThat((int) last.payload().charAt(7)).isEqualTo(code);
    });
    assertThat(proxy.servers()).isEmpty();
    proxy.advance(ofSeconds(5));
    assertThat(client.open()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"Content-Length: 2, hi", "Transfer-Encoding: chunked, 2|hi|0||"})
  void a_request_with_a_body_goes_on_as_it_is(String framing, String body) {
    Peer client = proxy.connect();
    String sent = body.replace("|", "\r\n");
    proxy.send(client, request("POST /", "h2c", "AAMAAABk", framing + "\r\n"));
    proxy.send(client, sent);
    assertThat(server().received()).contains("\r\n" + framing + "\r\n").endsWith("\r\n\r\n" + sent);
    assertGoesOn(client);
  }

  @Test
  void only_the_first_request_of_a_connection_may_ask_for_it() {
    Peer client = proxy.connect();
    proxy.send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertGoesOn(client);
    proxy.send(client, request("GET /", "h2c", "AAMAAABk", ""));
    assertGoesOn(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket, h2c", "h2c, websocket"})
  void a_websocket_is_wanted_more(String upgrade) {
    Peer client = proxy.connect();
    String key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    proxy.send(client, request("GET /", upgrade, "AAMAAABk", key));
    assertThat(server().received())
        .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n")
        .doesNotContainIgnoringCase("h2c", "settings");
    proxy.send(
        server(),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello");
    assertThat(client.received()).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\nhello");
  }

  @Test
  void http_1_0_cannot_ask_for_it() {
    Peer client = proxy.connect();
    proxy.send(client, request("GET /", "h2c", "AAMAAABk", "").replace("HTTP/1.1", "HTTP/1.0"));
    assertThat(server().received()).doesNotContainIgnoringCase("h2c", "settings", "upgrade");
    proxy.send(server(), OK);
    assertThat(client.received()).startsWith("HTTP/1.1 200 ");
  }
}
