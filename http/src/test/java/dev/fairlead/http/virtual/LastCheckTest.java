package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.lang.reflect.Field;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Were the proxy itself to make a request or a response ambiguous, no byte of it would leave. */
@Timeout(30)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class LastCheckTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  /** Says nothing new of what has no body, and is a second length of what has one. */
  private static final String NO_LENGTH = "x\r\nContent-Length: 0";

  /** A name for {@code Via} that the builder would not take. */
  private static UnaryOperator<HttpFrontend.Builder> via(String via) {
    return f -> {
      try {
        Field field = HttpFrontend.Builder.class.getDeclaredField("via");
        field.setAccessible(true);
        field.set(f, via);
        return f;
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("via", e);
      }
    };
  }

  private static VirtualProxy proxy(String via) {
    return new VirtualProxy(VirtualNetwork.create(1, 1), b -> b, via(via));
  }

  private static VirtualProxy toHttp2(String via) {
    return VirtualProxy.toHttp2(b -> b, via(via));
  }

  private static void assertTold(VirtualProxy proxy) {
    assertThat(proxy.end()).isEqualTo("500 IH");
    assertThat(proxy.failures())
        .singleElement()
        .satisfies(event -> assertThat(event.failure()).hasMessageContaining("misunderstand"));
    assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
  }

  private static void assertRefused(Peer client) {
    assertThat(client.received()).startsWith("HTTP/1.1 500 ").contains("\r\nConnection: close\r\n");
    assertThat(client.open()).isFalse();
  }

  private static void assertRefused(H2Peer client, int id) {
    assertThat(client.status(id)).isEqualTo(500);
    assertThat(client.body(id)).isEqualTo("500 Internal Server Error\n");
    assertThat(client.open()).isTrue();
    assertThat(client.goneAway()).isEqualTo("nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\nTransfer-Encoding: chunked",
        "x\r\nContent-Length: 7",
        "x\r\nHost: b",
        "x\r\n\r\nGET /admin HTTP/1.1\r\nHost: a",
        "x\nY: z",
        "x\0",
      })
  void an_ambiguous_head_is_not_sent(String via) {
    try (VirtualProxy proxy = proxy(via)) {
      Peer client = proxy.connect();
      proxy.send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
      assertRefused(client);
      assertThat(proxy.servers()).allSatisfy(server -> {
        assertThat(server.received()).isEmpty();
        assertThat(server.open()).isFalse();
      });
      assertTold(proxy);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\nTransfer-Encoding: chunked",
        "x\nContent-Length: 7",
        "x\nHost: b",
        "x\n:path: /admin",
        "x\0",
        "x\u007f",
      })
  void an_ambiguous_head_is_not_sent_to_a_server_of_http_2(String via) {
    try (VirtualProxy proxy = toHttp2(via)) {
      Peer client = proxy.connect();
      proxy.send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
      assertRefused(client);
      H2Peer server = proxy.http2Servers().get(0);
      assertThat(server.streams()).isEmpty();
      assertThat(server.open()).isTrue();
      assertTold(proxy);
    }
  }

  @Test
  void an_ambiguous_request_harms_no_other_one_on_its_connections() {
    try (VirtualProxy proxy = toHttp2("x\n")) {
      H2Peer client = proxy.connectHttp2();
      int first = client.ask(false, "POST", "/", "x-own", "1");
      assertRefused(client, first);
      assertTold(proxy);
      int second = client.get();
      assertRefused(client, second);

      H2Peer server = proxy.http2Servers().get(0);
      assertThat(proxy.http2Servers()).hasSize(1);
      assertThat(server.streams()).isEmpty();
      assertThat(server.open()).isTrue();
      assertThat(server.goneAway()).isEqualTo("nothing");
    }
  }

  @Test
  void an_ambiguous_response_is_not_sent() {
    try (VirtualProxy proxy = proxy(NO_LENGTH)) {
      Peer client = proxy.connect();
      proxy.send(client, GET);
      proxy.send(proxy.servers().get(0), OK);
      assertRefused(client);
      assertThat(proxy.servers().get(0).open()).isFalse();
      assertTold(proxy);
    }
  }

  @Test
  void an_ambiguous_response_is_not_sent_to_a_client_of_http_2() {
    try (VirtualProxy proxy = proxy(NO_LENGTH)) {
      H2Peer client = proxy.connectHttp2();
      int id = client.get();
      proxy.send(proxy.servers().get(0), OK);
      assertRefused(client, id);
      assertThat(proxy.servers().get(0).open()).isFalse();
      assertTold(proxy);
      int next = client.get();
      proxy.send(proxy.servers().get(1), OK);
      assertRefused(client, next);
    }
  }

  @Test
  void a_sound_head_is_sent() {
    try (VirtualProxy proxy = proxy("sound")) {
      Peer client = proxy.connect();
      proxy.send(client, GET);
      assertThat(proxy.servers().get(0).received()).contains("Via: 1.1 sound\r\n");
      proxy.send(proxy.servers().get(0), OK);
      assertThat(client.received()).contains("Via: 1.1 sound\r\n").endsWith("ok");
      assertThat(proxy.failures()).isEmpty();
    }
  }
}
