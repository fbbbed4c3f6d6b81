package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Were the proxy itself to make a request ambiguous, no byte of it would leave. */
@Timeout(30)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class LastCheckTest {
  /** A name for {@code Via} that the builder would not take. */
  private static VirtualProxy proxy(String via) {
    return new VirtualProxy(VirtualNetwork.create(1, 1), b -> b, f -> {
      try {
        Field field = HttpFrontend.Builder.class.getDeclaredField("via");
        field.setAccessible(true);
        field.set(f, via);
        return f;
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("via", e);
      }
    });
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
      assertThat(client.received())
          .startsWith("HTTP/1.1 500 ")
          .contains("\r\nConnection: close\r\n");
      assertThat(client.open()).isFalse();
      assertThat(proxy.servers()).allSatisfy(server -> {
        assertThat(server.received()).isEmpty();
        assertThat(server.open()).isFalse();
      });
      assertThat(proxy.end()).isEqualTo("500 IH");
      assertThat(proxy.failures())
          .singleElement()
          .satisfies(event -> assertThat(event.failure()).hasMessageContaining("misunderstand"));
      assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
    }
  }

  @Test
  void a_sound_head_is_sent() {
    try (VirtualProxy proxy = proxy("sound")) {
      proxy.send(proxy.connect(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(proxy.servers().get(0).received()).contains("Via: 1.1 sound\r\n");
      assertThat(proxy.failures()).isEmpty();
    }
  }
}
