package dev.fairlead.http.virtual;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one version says in another way than the other one. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class TranslationTest {
  /** Bytes above 127 (RFC 9110 §5.5: obs-text), as UTF-8 and as ISO 8859-1 have them. */
  private static final String OBS_TEXT = "caf\u00c3\u00a9 \u00ff\u0080\u00e9";

  private VirtualProxy proxy = VirtualProxy.toHttp2(b -> b.retries(0), f -> f);

  /** The server speaks HTTP/1 from here on. */
  private void toHttp1() {
    proxy.close();
    proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1), b -> b.retries(0).serverTimeout(ofSeconds(20)), f -> f);
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

  // --- obs-text

  @Test
  void obs_text_passes_from_http_1_to_http_2_and_back() {
    Peer client = proxy.connect();
    proxy.send(
        client,
        "POST / HTTP/1.1\r\nHost: a\r\nX-Name: " + OBS_TEXT + "\r\nTransfer-Encoding: chunked\r\n"
            + "\r\n0\r\nX-Last: " + OBS_TEXT + "\r\n\r\n");
    assertThat(server().on(1).get(0)).contains("x-name=" + OBS_TEXT);
    assertThat(server().last(1)).isEqualTo("HEADERS x-last=" + OBS_TEXT + " END");
    server().answer(1, true, 200, "x-back", OBS_TEXT);
    assertThat(client.received()).contains("\r\nx-back: " + OBS_TEXT + "\r\n");
  }

  @Test
  void obs_text_passes_from_http_2_to_http_1_and_back() {
    toHttp1();
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "GET", "/", "x-name", OBS_TEXT);
    assertThat(server1().received()).contains("\r\nx-name: " + OBS_TEXT + "\r\n");
    proxy.send(
        server1(),
        "HTTP/1.1 200 OK\r\nX-Back: " + OBS_TEXT + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
            + "X-Last: " + OBS_TEXT + "\r\n\r\n");
    assertThat(client.on(id).get(0)).contains("x-back=" + OBS_TEXT);
    assertThat(client.last(id)).isEqualTo("HEADERS x-last=" + OBS_TEXT + " END");
  }

  // --- servers of HTTP/1.0

  @Test
  void a_body_that_lasts_until_its_server_closes_ends_its_stream() {
    toHttp1();
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    proxy.send(server1(), "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhel");
    proxy.send(server1(), "lo");
    assertThat(client.body(id)).isEqualTo("hello");
    assertThat(client.last(id)).doesNotEndWith(" END");
    proxy.close(server1());
    assertThat(client.body(id)).isEqualTo("hello");
    assertThat(client.last(id)).endsWith(" END");
    assertThat(client.on(id).get(0)).startsWith("HEADERS :status=200").doesNotContain("length");
    assertThat(proxy.end()).isEqualTo("200 --");
    int second = client.get();
    assertThat(proxy.servers()).hasSize(2);
    proxy.send(server1(), "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
    assertThat(client.body(second)).isEqualTo("ok");
  }

  @Test
  void a_body_that_lasts_until_its_server_closes_and_stops_before_is_seen_to() {
    toHttp1();
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    proxy.send(server1(), "HTTP/1.0 200 OK\r\n\r\nhel");
    proxy.advance(ofSeconds(20));
    assertThat(client.body(id)).isEqualTo("hel");
    assertThat(client.last(id)).isEqualTo("RST INTERNAL_ERROR");
    assertThat(proxy.end()).isEqualTo("200 sD");
  }

  @Test
  void a_server_of_http_1_0_that_closes_too_early_cuts_a_stream() {
    toHttp1();
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    proxy.send(server1(), "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    proxy.close(server1());
    assertThat(client.last(id)).isEqualTo("RST INTERNAL_ERROR");
    assertThat(proxy.end()).isEqualTo("200 SD");
  }

  // --- targets

  /** RFC 9112 §3.2.4 and RFC 9113 §8.3.1: without path and query, OPTIONS asks the server itself. */
  @ParameterizedTest
  @CsvSource({
    "OPTIONS, *, a, *",
    "OPTIONS, /, a, /",
    "OPTIONS, http://b.example, b.example, *",
    "OPTIONS, http://b.example/, b.example, /",
    "OPTIONS, http://b.example:81, b.example:81, *",
    "OPTIONS, http://b.example?x, b.example, /?x",
    "GET, http://b.example, b.example, /",
    "GET, http://b.example?x, b.example, /?x",
    "GET, http://b.example:81/p?x=/, b.example:81, /p?x=/",
    "GET, /p?http://b.example, a, /p?http://b.example",
  })
  void targets_of_http_1_are_told_to_a_server_of_http_2(
      String method, String target, String authority, String path) {
    Peer client = proxy.connect();
    proxy.send(client, method + " " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(server().on(1))
        .containsExactly("HEADERS :method=%s, :scheme=http, :path=%s, :authority=%s END"
            .formatted(method, path, authority));
    server().answer(1, true, 204);
    assertThat(client.received()).startsWith("HTTP/1.1 204 ");
  }

  @Test
  void the_server_itself_is_asked_by_a_client_of_http_2_as_well() {
    toHttp1();
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(true, "OPTIONS", "*");
    assertThat(server1().received()).startsWith("OPTIONS * HTTP/1.1\r\n");
    proxy.send(server1(), "HTTP/1.1 204 No Content\r\nAllow: GET\r\n\r\n");
    assertThat(client.on(id)).singleElement().asString().contains("allow=GET").endsWith(" END");
  }
}
