package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.http.Reuse;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How many connections an origin sees of clients and their requests, by HAProxy's {@code http-reuse}. Requests
 * are POST: of those that can be sent again, Fairlead makes an exception on purpose, see the last test.
 */
@Timeout(60)
final class ReuseReferenceTest {
  private static ScriptedServer origin() {
    return ScriptedServer.start(Scripts.answer(Scripts.ok("a")));
  }

  private static ProxyUnderTest started(Proxy proxy, Reuse reuse, ScriptedServer origin) {
    return proxy.start(Plan.http(Member.of("a", origin.port())).reuse(reuse));
  }

  private static void post(RawClient client) throws IOException {
    client.send(RawClient.head("POST", "/", "Content-Length: 4") + "body");
    assertThat(client.response().body()).isEqualTo("a");
  }

  @ParameterizedTest
  @EnumSource
  void never_gives_each_client_a_connection_that_ends_with_it(Proxy proxy) throws IOException {
    try (ScriptedServer origin = origin();
        ProxyUnderTest running = started(proxy, Reuse.NEVER, origin);
        RawClient a = RawClient.connect(running.port());
        RawClient b = RawClient.connect(running.port())) {
      for (int i = 0; i < 5; i++) {
        post(a);
        post(b);
      }
      assertThat(origin.connections()).isEqualTo(2);
      a.leave();
      Waits.until("its connection to be closed", () -> origin.open() == 1);

      post(b);
      assertThat(origin.connections()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void safe_gives_first_requests_new_connections_and_further_ones_any(Proxy proxy)
      throws IOException {
    try (ScriptedServer origin = origin();
        ProxyUnderTest running = started(proxy, Reuse.SAFE, origin);
        RawClient a = RawClient.connect(running.port());
        RawClient b = RawClient.connect(running.port());
        RawClient c = RawClient.connect(running.port())) {
      post(a);
      assertThat(origin.connections()).isEqualTo(1);
      post(b);
      assertThat(origin.connections()).isEqualTo(2);
      for (int i = 0; i < 5; i++) {
        post(a);
        post(b);
      }
      assertThat(origin.connections()).isEqualTo(2);
      post(c);
      assertThat(origin.connections()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aggressive_gives_first_requests_connections_that_were_used_again(Proxy proxy)
      throws IOException {
    try (ScriptedServer origin = origin();
        ProxyUnderTest running = started(proxy, Reuse.AGGRESSIVE, origin);
        RawClient a = RawClient.connect(running.port());
        RawClient b = RawClient.connect(running.port());
        RawClient c = RawClient.connect(running.port())) {
      post(a);
      post(b);
      assertThat(origin.connections()).isEqualTo(2);
      post(a);
      assertThat(origin.connections()).isEqualTo(2);
      post(c);
      assertThat(origin.connections()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void always_gives_first_requests_any_connection(Proxy proxy) throws IOException {
    try (ScriptedServer origin = origin();
        ProxyUnderTest running = started(proxy, Reuse.ALWAYS, origin)) {
      for (int i = 0; i < 5; i++) {
        try (RawClient client = RawClient.connect(running.port())) {
          post(client);
        }
      }
      assertThat(origin.connections()).isEqualTo(1);
    }
  }

  /** Over HTTP/2, since HAProxy's max-reuse says nothing over HTTP/1. */
  @ParameterizedTest
  @CsvSource({
    "HAPROXY,NEVER", "FAIRLEAD,NEVER", "HAPROXY,SAFE", "FAIRLEAD,SAFE",
    "HAPROXY,AGGRESSIVE", "FAIRLEAD,AGGRESSIVE", "HAPROXY,ALWAYS", "FAIRLEAD,ALWAYS"
  })
  void a_connection_carries_as_many_requests_as_it_may(Proxy proxy, Reuse reuse)
      throws IOException {
    try (Http2Origin origin = Http2Origin.start();
        ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", origin.port()))
            .http2ToServers()
            .reuse(reuse)
            .maxRequests(3));
        RawClient client = RawClient.connect(running.port())) {
      for (int i = 0; i < 10; i++) {
        client.send(RawClient.head("GET", "/"));
        assertThat(client.response().body()).isEqualTo("hello");
      }
      assertThat(origin.connections()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_first_request_that_can_be_sent_again_uses_a_connection_again_in_fairlead_only(
      Proxy proxy) {
    try (ScriptedServer origin = origin();
        ProxyUnderTest running = started(proxy, Reuse.SAFE, origin)) {
      for (int i = 0; i < 5; i++) {
        assertThat(RawClient.get(running.port(), "/").body()).isEqualTo("a");
      }
      assertThat(origin.connections()).isEqualTo(proxy == Proxy.FAIRLEAD ? 1 : 5);
    }
  }
}
