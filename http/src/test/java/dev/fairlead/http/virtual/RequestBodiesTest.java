package dev.fairlead.http.virtual;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How large a request's body may be, and how slowly it may come. */
@Timeout(30)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class RequestBodiesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CHUNKED =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

  private static VirtualProxy proxy(UnaryOperator<HttpFrontend.Builder> frontend) {
    return new VirtualProxy(
        VirtualNetwork.create(),
        b -> b.retries(0).serverTimeout(ofMinutes(30)),
        f -> frontend.apply(f.clientTimeout(ofSeconds(50))));
  }

  private static String post(int length) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
  }

  @Test
  void a_body_that_is_announced_too_large_is_refused_before_a_server_is_asked() {
    try (VirtualProxy proxy = proxy(f -> f.maxRequestBody(5))) {
      Peer client = proxy.connect();
      proxy.send(client, post(6).replace("Content-L", "Expect: 100-continue\r\nContent-L"));
      assertThat(client.received())
          .startsWith("HTTP/1.1 413 Content Too Large\r\n")
          .contains("\r\nConnection: close\r\n");
      assertThat(client.open()).isFalse();
      assertThat(proxy.servers()).isEmpty();
      assertThat(proxy.end()).isEqualTo("413 PR");
    }
  }

  @Test
  void a_body_of_unknown_length_is_counted_as_it_comes() {
    try (VirtualProxy proxy = proxy(f -> f.maxRequestBody(5))) {
      Peer client = proxy.connect();
      proxy.send(client, CHUNKED + "3\r\nabc\r\n");
      proxy.send(client, "2\r\nde\r\n");
      assertThat(proxy.servers().get(0).received()).endsWith("\r\nde\r\n");
      assertThat(client.received()).isEmpty();
      proxy.send(client, "1\r\nf\r\n");
      assertThat(client.received()).startsWith("HTTP/1.1 413 ").contains("Connection: close");
      assertThat(proxy.servers().get(0).open()).isFalse();
      assertThat(proxy.servers().get(0).received()).endsWith("\r\nde\r\n");
      assertThat(proxy.end()).isEqualTo("413 PH");
    }
  }

  @Test
  void a_body_of_the_largest_size_passes_in_either_framing() {
    try (VirtualProxy proxy = proxy(f -> f.maxRequestBody(5))) {
      for (String request :
          new String[] {post(5) + "hello", CHUNKED + "5;n=v\r\nhello\r\n0\r\nX: y\r\n\r\n"}) {
        Peer client = proxy.connect();
        proxy.send(client, request);
        proxy.send(proxy.servers().get(proxy.servers().size() - 1), OK);
        assertThat(client.received()).isEqualTo(OK);
      }
    }
  }

  @Test
  void a_body_that_grows_too_large_behind_an_early_response_cuts_it() {
    try (VirtualProxy proxy = proxy(f -> f.maxRequestBody(5))) {
      Peer client = proxy.connect();
      proxy.send(client, CHUNKED + "3\r\nabc\r\n");
      proxy.send(proxy.servers().get(0), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegin");
      proxy.send(client, "3\r\ndef\r\n");
      assertThat(client.received()).startsWith("HTTP/1.1 200 ").endsWith("begin");
      assertThat(client.open()).isFalse();
      assertThat(proxy.servers().get(0).open()).isFalse();
      assertThat(proxy.end()).isEqualTo("200 PD");
    }
  }

  @Test
  void a_body_without_an_end_is_refused_only_by_choice() {
    try (VirtualProxy proxy = proxy(f -> f)) {
      Peer client = proxy.connect();
      proxy.send(client, post(100_000) + "x".repeat(100_000));
      proxy.send(proxy.servers().get(0), OK);
      assertThat(client.received()).isEqualTo(OK);
    }
  }

  @Test
  void a_body_that_trickles_is_not_waited_for() {
    try (VirtualProxy proxy = proxy(f -> f.minBodyRate(10, ofSeconds(5)))) {
      Peer client = proxy.connect();
      proxy.send(client, post(1000));
      for (int i = 0; i < 5; i++) {
        proxy.advance(ofSeconds(1));
        proxy.send(client, "x");
      }
      // Five seconds of grace, and a tenth of one for each byte.
      proxy.advance(ofMillis(499));
      assertThat(client.received()).isEmpty();
      proxy.advance(ofMillis(1));
      assertThat(client.received()).startsWith("HTTP/1.1 408 ").contains("Connection: close");
      assertThat(client.open()).isFalse();
      assertThat(proxy.servers().get(0).open()).isFalse();
      assertThat(proxy.end()).isEqualTo("408 cH");
    }
  }

  @Test
  void a_body_that_comes_at_the_least_rate_may_take_its_time() {
    try (VirtualProxy proxy = proxy(f -> f.minBodyRate(10, ofSeconds(5)))) {
      Peer client = proxy.connect();
      proxy.send(client, post(1000));
      for (int i = 0; i < 100; i++) {
        proxy.advance(ofSeconds(1));
        proxy.send(client, "ten bytes!");
      }
      proxy.send(proxy.servers().get(0), OK);
      assertThat(client.received()).isEqualTo(OK);
    }
  }

  @Test
  void by_default_a_body_has_the_client_timeout_and_a_second_for_each_240_bytes() {
    try (VirtualProxy proxy = proxy(f -> f)) {
      Peer client = proxy.connect();
      proxy.send(client, post(10_000) + "x".repeat(480));
      proxy.advance(ofSeconds(49));
      proxy.send(client, "x".repeat(240));
      proxy.advance(ofSeconds(3));
      assertThat(client.received()).isEmpty();
      proxy.advance(ofSeconds(1));
      assertThat(client.received()).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void without_a_rate_only_the_client_timeout_counts() {
    try (VirtualProxy proxy = proxy(f -> f.minBodyRate(0))) {
      Peer client = proxy.connect();
      proxy.send(client, post(10));
      for (int i = 0; i < 10; i++) {
        proxy.advance(ofSeconds(49));
        proxy.send(client, "x");
      }
      proxy.send(proxy.servers().get(0), OK);
      assertThat(client.received()).isEqualTo(OK);
    }
  }

  @Test
  void time_in_which_the_proxy_does_not_read_is_not_held_against_the_client() {
    try (VirtualProxy proxy = new VirtualProxy(
        VirtualNetwork.create(),
        b -> b.retries(0)
            .serverTimeout(ofMinutes(30))
            .queueTimeout(ofMinutes(30))
            .eachServer(s -> s.maxConnections(1)),
        f -> f.minBodyRate(1_000_000, ofSeconds(5)))) {
      Peer first = proxy.connect();
      Peer second = proxy.connect();
      proxy.send(first, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      proxy.send(second, post(200_000) + "x".repeat(100_000));
      proxy.advance(ofMinutes(10));
      assertThat(second.received()).isEmpty();
      proxy.send(proxy.servers().get(0), OK);
      proxy.send(second, "x".repeat(100_000));
      proxy.send(proxy.servers().get(proxy.servers().size() - 1), OK);
      assertThat(second.received()).isEqualTo(OK);
    }
  }

  @Test
  void once_the_response_has_begun_the_rest_of_the_body_may_rest() {
    try (VirtualProxy proxy = proxy(f -> f.minBodyRate(10, ofSeconds(5)))) {
      Peer client = proxy.connect();
      proxy.send(client, CHUNKED + "1\r\nx\r\n");
      Peer server = proxy.servers().get(0);
      proxy.send(server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
      proxy.advance(ofSeconds(49));
      proxy.send(client, "1\r\ny\r\n");
      proxy.advance(ofSeconds(49));
      proxy.send(server, "k");
      assertThat(client.received()).endsWith("\r\n\r\nok");
      assertThat(proxy.end()).isEqualTo("200 --");
    }
  }

  @Test
  void a_stream_of_grpc_may_rest_before_its_response() {
    try (VirtualProxy proxy = proxy(f -> f.minBodyRate(10, ofSeconds(5)))) {
      Peer client = proxy.connect();
      proxy.send(
          client, CHUNKED.replace("Transfer", "Content-Type: application/grpc+proto\r\nTransfer"));
      proxy.advance(ofSeconds(49));
      assertThat(client.received()).isEmpty();
      proxy.send(client, "0\r\n\r\n");
      proxy.send(proxy.servers().get(0), OK);
      assertThat(client.received()).isEqualTo(OK);
    }
  }
}
