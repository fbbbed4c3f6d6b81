package dev.fairlead.http.virtual;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Frontend;
import dev.fairlead.config.FrontendSettings;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.internal.BodyRules;
import dev.fairlead.http.internal.HttpProtocol;
import dev.fairlead.http.internal.HttpSettings;
import dev.fairlead.http.internal.TlsFields;
import dev.fairlead.http.internal.UnusualNames;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.UpgradeRule;
import dev.fairlead.http.internal.h2.Http2Limits;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Were the proxy itself to make a request ambiguous, no byte of it would leave. */
@Timeout(30)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class LastCheckTest {
  /** A frontend whose name for {@code Via} is one that the builder would not take. */
  private record Broken(HttpFrontend sound, String via) implements Frontend {
    @Override
    public FrontendSettings settings() {
      return sound.settings();
    }

    @Override
    public Protocol protocol(Gateway gateway) {
      return new HttpProtocol(
          gateway,
          new HttpSettings(
              ofSeconds(50),
              null,
              ofSeconds(10),
              ofSeconds(60),
              new Limits(8192, 16_384, 100),
              new Limits(8192, 16_384, 100),
              UnusualNames.PASS,
              null,
              new TlsFields(false, null),
              new UpgradeRule(List.of()),
              null,
              false,
              false,
              new Http2Limits(100, 65_536, 200, 10_000, ofSeconds(30).toNanos()),
              false,
              new BodyRules(Long.MAX_VALUE, 0, ofSeconds(50)),
              via,
              false,
              ofSeconds(30),
              256,
              sound.settings().backends()));
    }
  }

  private static VirtualProxy proxy(String via) {
    return new VirtualProxy(
        VirtualNetwork.create(1, 1), b -> b, f -> f, sound -> new Broken(sound, via));
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
