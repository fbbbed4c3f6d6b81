package dev.fairlead.http.virtual;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** At each byte of an exchange one of the two ends vanishes, or falls silent: nothing may be left. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class VanishingTest {
  private static final String REQUEST = "POST /x HTTP/1.1\r\nHost: a\r\n"
      + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n";
  private static final String RESPONSE = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
      + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX: y\r\n\r\n";
  private static final int HEAD = RESPONSE.indexOf("\r\n\r\n2") + 4;

  static IntStream ofRequest() {
    return IntStream.range(0, REQUEST.length());
  }

  static IntStream ofResponse() {
    return IntStream.range(0, RESPONSE.length());
  }

  private static VirtualProxy proxy() {
    return new VirtualProxy(VirtualNetwork.create(), b -> b, f -> f);
  }

  private static void assertNothingLeft(VirtualProxy proxy, Peer client) {
    assertThat(client.open()).isFalse();
    assertThat(proxy.servers()).noneMatch(Peer::open);
    assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
  }

  @ParameterizedTest
  @MethodSource("ofRequest")
  void a_client_vanishes_within_its_request(int cut) {
    try (VirtualProxy proxy = proxy()) {
      Peer client = proxy.connect();
      proxy.send(client, REQUEST.substring(0, cut));
      proxy.close(client);
      assertNothingLeft(proxy, client);
      assertThat(proxy.ended()).hasSize(cut == 0 ? 0 : 1);
    }
  }

  @ParameterizedTest
  @MethodSource("ofRequest")
  void a_client_falls_silent_within_its_request(int cut) {
    try (VirtualProxy proxy = proxy()) {
      Peer client = proxy.connect();
      proxy.send(client, REQUEST.substring(0, cut));
      proxy.advance(ofMinutes(2));
      assertNothingLeft(proxy, client);
      assertThat(client.received()).startsWith("HTTP/1.1 408 ");
      assertThat(proxy.ended()).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("ofResponse")
  void a_client_vanishes_within_its_response(int cut) {
    try (VirtualProxy proxy = proxy()) {
      Peer client = proxy.connect();
      proxy.send(client, REQUEST);
      proxy.send(proxy.servers().get(0), RESPONSE.substring(0, cut));
      proxy.close(client);
      assertNothingLeft(proxy, client);
      assertThat(proxy.end()).isEqualTo(cut < HEAD ? "-1 CH" : "200 CD");
    }
  }

  @ParameterizedTest
  @MethodSource("ofResponse")
  void a_server_vanishes_within_its_response(int cut) {
    try (VirtualProxy proxy = proxy()) {
      Peer client = proxy.connect();
      proxy.send(client, REQUEST);
      proxy.send(proxy.servers().get(0), RESPONSE.substring(0, cut));
      proxy.close(proxy.servers().get(0));
      assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
      boolean begun = client.received().contains("HTTP/1.1 200 ");
      assertThat(proxy.end()).isEqualTo(begun ? "200 SD" : "502 SH");
      assertThat(client.open()).isEqualTo(!begun);
      assertThat(client.received()).doesNotContain("0\r\n");
    }
  }

  @ParameterizedTest
  @MethodSource("ofResponse")
  void a_server_falls_silent_within_its_response(int cut) {
    try (VirtualProxy proxy = proxy()) {
      Peer client = proxy.connect();
      proxy.send(client, REQUEST);
      proxy.send(proxy.servers().get(0), RESPONSE.substring(0, cut));
      proxy.advance(ofSeconds(50));
      boolean begun = client.received().contains("HTTP/1.1 200 ");
      assertThat(proxy.end()).isEqualTo(begun ? "200 sD" : "504 sH");
      proxy.advance(ofMinutes(2));
      assertNothingLeft(proxy, client);
    }
  }
}
