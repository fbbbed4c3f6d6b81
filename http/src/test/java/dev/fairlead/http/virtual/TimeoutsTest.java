package dev.fairlead.http.virtual;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every time-out with HAProxy's meaning, to the nanosecond. */
@Timeout(30)
final class TimeoutsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final VirtualProxy proxy =
      new VirtualProxy(VirtualNetwork.create(), TimeoutsTest::backend, TimeoutsTest::frontend);

  private static Backend.Builder backend(Backend.Builder b) {
    return b.serverTimeout(ofSeconds(20))
        .connectTimeout(ofSeconds(5))
        .eachServer(s -> s.maxConnections(1))
        .retries(0);
  }

  private static HttpFrontend.Builder frontend(HttpFrontend.Builder f) {
    return f.clientTimeout(ofSeconds(30))
        .minBodyRate(0)
        .httpRequestTimeout(ofSeconds(10))
        .keepAliveTimeout(ofSeconds(60))
        .serverConnections(ServerConnections.defaults().idleTimeout(ofSeconds(40)));
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void a_first_request_has_its_time_from_the_accept_on() {
    Peer client = proxy.connect();
    proxy.advance(ofSeconds(10).minusNanos(1));
    assertThat(client.received()).isEmpty();
    proxy.advance(ofNanos(1));
    assertThat(client.received()).startsWith("HTTP/1.1 408 ").contains("Connection: close");
    assertThat(client.open()).isFalse();
    assertThat(proxy.end()).isEqualTo("408 cR");
  }

  @Test
  void a_head_that_trickles_has_no_more_time_than_any_other() {
    Peer client = proxy.connect();
    for (int i = 0; i < 9; i++) {
      proxy.advance(ofSeconds(1));
      proxy.send(client, GET.substring(i, i + 1));
    }
    proxy.advance(ofSeconds(1));
    assertThat(client.received()).startsWith("HTTP/1.1 408 ");
    assertThat(proxy.end()).isEqualTo("408 cR");
    assertThat(proxy.ended().get(0).detail().request()).isEqualTo("<BADREQ>");
  }

  @Test
  void a_further_request_has_its_time_from_its_first_byte_on() {
    Peer client = proxy.connect();
    exchange(client);
    proxy.advance(ofSeconds(50));
    proxy.send(client, "GET");
    proxy.advance(ofSeconds(10).minusNanos(1));
    assertThat(client.open()).isTrue();
    proxy.advance(ofNanos(1));
    assertThat(client.received()).contains("HTTP/1.1 408 ");
  }

  @Test
  void an_idle_client_is_left_without_a_word() {
    Peer client = proxy.connect();
    exchange(client);
    proxy.advance(ofSeconds(60).minusNanos(1));
    assertThat(client.open()).isTrue();
    proxy.advance(ofNanos(1));
    assertThat(client.open()).isFalse();
    assertThat(client.received()).isEqualTo(OK);
    assertThat(proxy.ended()).hasSize(1);
  }

  @Test
  void an_idle_server_connection_is_closed_when_its_time_is_over() {
    Peer client = proxy.connect();
    exchange(client);
    proxy.advance(ofSeconds(40).minusNanos(1));
    assertThat(proxy.servers().get(0).open()).isTrue();
    proxy.advance(ofNanos(1));
    assertThat(proxy.servers().get(0).open()).isFalse();
  }

  @Test
  void a_server_has_its_time_until_it_answers() {
    Peer client = proxy.connect();
    proxy.send(client, GET);
    proxy.advance(ofSeconds(20).minusNanos(1));
    assertThat(client.received()).isEmpty();
    proxy.advance(ofNanos(1));
    assertThat(client.received()).startsWith("HTTP/1.1 504 ").doesNotContain("close");
    assertThat(proxy.servers().get(0).open()).isFalse();
    assertThat(proxy.end()).isEqualTo("504 sH");
  }

  @Test
  void a_server_that_goes_on_has_its_time_anew() {
    Peer client = proxy.connect();
    proxy.send(client, GET);
    for (char c : OK.substring(0, OK.length() - 1).toCharArray()) {
      proxy.advance(ofSeconds(19));
      proxy.send(proxy.servers().get(0), String.valueOf(c));
    }
    proxy.advance(ofSeconds(20));
    assertThat(client.received()).isEqualTo(OK.substring(0, OK.length() - 1));
    assertThat(client.open()).isFalse();
    assertThat(proxy.end()).isEqualTo("200 sD");
  }

  @Test
  void a_client_has_its_time_between_two_pieces_of_its_body() {
    Peer client = proxy.connect();
    proxy.send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1");
    proxy.advance(ofSeconds(29));
    proxy.send(client, "2");
    proxy.advance(ofSeconds(30).minusNanos(1));
    assertThat(client.received()).isEmpty();
    proxy.advance(ofNanos(1));
    assertThat(client.received()).startsWith("HTTP/1.1 408 ").contains("Connection: close");
    assertThat(proxy.end()).isEqualTo("408 cH");
    assertThat(proxy.servers().get(0).open()).isFalse();
  }

  @Test
  void a_request_waits_in_the_queue_no_longer_than_it_may() {
    Peer first = proxy.connect();
    Peer second = proxy.connect();
    proxy.send(first, GET);
    proxy.send(second, GET);
    proxy.advance(ofSeconds(5));
    assertThat(second.received()).startsWith("HTTP/1.1 503 ").doesNotContain("close");
    assertThat(proxy.end()).isEqualTo("503 sQ");
    proxy.send(proxy.servers().get(0), OK);
    assertThat(first.received()).isEqualTo(OK);
  }

  @Test
  void a_tunnel_may_rest_for_an_hour() {
    Peer client = proxy.connect();
    proxy.send(
        client, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    proxy.send(
        proxy.servers().get(0),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhi");
    assertThat(client.received()).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\nhi");
    proxy.advance(ofSeconds(3599));
    assertThat(client.open()).isTrue();
    proxy.advance(ofSeconds(2));
    assertThat(client.open()).isFalse();
    assertThat(proxy.servers().get(0).open()).isFalse();
    assertThat(proxy.end()).isIn("101 cD", "101 sD");
  }

  @Test
  void a_client_that_leaves_cancels_its_attempt_in_the_same_turn() {
    Peer client = proxy.connect();
    proxy.send(client, GET);
    assertThat(proxy.servers().get(0).open()).isTrue();
    proxy.close(client);
    assertThat(proxy.servers().get(0).open()).isFalse();
    assertThat(proxy.end()).isEqualTo("-1 CH");
    assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
  }

  @Test
  void a_pipelined_request_uses_the_connection_that_the_one_before_it_gave_back() {
    Peer client = proxy.connect();
    proxy.send(client, GET + GET + "GET /half");
    proxy.send(proxy.servers().get(0), OK);
    proxy.send(proxy.servers().get(0), OK);
    assertThat(client.received()).isEqualTo(OK + OK);
    assertThat(proxy.servers()).hasSize(1);
    proxy.advance(ofSeconds(10));
    assertThat(client.received()).startsWith(OK + OK + "HTTP/1.1 408 ");
  }

  private void exchange(Peer client) {
    proxy.send(client, GET);
    proxy.send(proxy.servers().get(proxy.servers().size() - 1), OK);
    assertThat(client.received()).isEqualTo(OK);
  }
}
