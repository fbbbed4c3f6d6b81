package dev.fairlead.http.virtual;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interim responses, and requests that wait for one (RFC 9110 §10.1.1, §15.2). */
@Timeout(30)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class InterimTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String PUT =
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String PROCESSING = "HTTP/1.1 102 Processing\r\n\r\n";

  private final VirtualProxy proxy = new VirtualProxy(
      VirtualNetwork.create(1, 1),
      b -> b.retries(0).serverTimeout(ofSeconds(20)),
      f -> f.clientTimeout(ofSeconds(50)));
  private final Peer client = proxy.connect();

  @AfterEach
  void close() {
    proxy.close();
  }

  private Peer server() {
    return proxy.servers().get(0);
  }

  @Test
  void early_hints_pass_at_once_with_their_fields() {
    String hints = "HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\nLink: </b>\r\n\r\n";
    proxy.send(client, GET);
    proxy.send(server(), hints);
    assertThat(client.received()).isEqualTo(hints);
    proxy.send(server(), hints + OK);
    assertThat(client.received()).isEqualTo(hints + hints + OK);
    assertThat(proxy.end()).isEqualTo("200 --");
    assertThat(server().open()).isTrue();
  }

  @Test
  void a_client_of_http10_gets_the_final_response_only() {
    proxy.send(client, "GET / HTTP/1.0\r\n\r\n");
    proxy.send(server(), CONTINUE + PROCESSING + OK);
    assertThat(client.received()).startsWith("HTTP/1.1 200 ").endsWith("ok");
  }

  @Test
  void interim_responses_give_a_server_more_time() {
    proxy.send(client, GET);
    for (int i = 0; i < 9; i++) {
      proxy.advance(ofSeconds(19));
      proxy.send(server(), PROCESSING);
    }
    proxy.advance(ofSeconds(19));
    proxy.send(server(), OK);
    assertThat(client.received()).isEqualTo(PROCESSING.repeat(9) + OK);
  }

  @Test
  void interim_responses_do_not_give_it_time_for_ever() {
    proxy.send(client, GET);
    proxy.send(server(), PROCESSING);
    for (int i = 0; i < 20; i++) {
      proxy.advance(ofSeconds(10).minusNanos(1));
      assertThat(server().open()).isTrue();
      proxy.send(server(), PROCESSING);
    }
    proxy.advance(ofSeconds(1));
    assertThat(client.received()).contains("HTTP/1.1 504 ");
    assertThat(server().open()).isFalse();
    assertThat(proxy.end()).isEqualTo("504 sH");
  }

  @Test
  void the_body_of_a_response_that_was_put_off_has_the_usual_time() {
    proxy.send(client, GET);
    proxy.send(server(), PROCESSING);
    proxy.send(server(), "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
    for (int i = 0; i < 20; i++) {
      proxy.advance(ofSeconds(19));
      proxy.send(server(), "x");
    }
    assertThat(client.received()).endsWith("x".repeat(20));
    assertThat(proxy.end()).isEqualTo("200 --");
  }

  @Test
  void a_client_that_waits_for_the_100_sends_its_body_behind_it() {
    proxy.send(client, PUT);
    assertThat(server().take()).isEqualTo(PUT);
    proxy.send(server(), CONTINUE);
    assertThat(client.received()).isEqualTo(CONTINUE);
    proxy.send(client, "hello");
    assertThat(server().take()).isEqualTo("hello");
    proxy.send(server(), OK);
    assertThat(client.received()).isEqualTo(CONTINUE + OK);
    assertThat(client.open()).isTrue();
    assertThat(server().open()).isTrue();
  }

  @Test
  void a_client_that_does_not_wait_is_served_all_the_same() {
    proxy.send(client, PUT + "hello");
    assertThat(server().take()).isEqualTo(PUT + "hello");
    proxy.send(server(), CONTINUE + OK);
    assertThat(client.received()).isEqualTo(CONTINUE + OK);
    assertThat(client.open()).isTrue();
    assertThat(server().open()).isTrue();
  }

  @Test
  void a_final_response_instead_of_the_100_ends_both_connections() {
    proxy.send(client, PUT);
    proxy.send(server(), "HTTP/1.1 401 Who?\r\nContent-Length: 2\r\n\r\nno");
    assertThat(client.received())
        .isEqualTo("HTTP/1.1 401 Who?\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    // Whether the body follows nobody knows: what comes next must be no request.
    assertThat(client.open()).isFalse();
    assertThat(server().open()).isFalse();
    assertThat(proxy.end()).isEqualTo("401 --");
  }

  @Test
  void a_body_that_meets_the_final_response_on_its_way_reaches_no_other_request() {
    proxy.send(client, PUT);
    proxy.send(server(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegin");
    proxy.send(client, "hello");
    assertThat(server().received()).endsWith("\r\n\r\nhello");
    proxy.send(server(), " end");
    assertThat(client.received()).contains("\r\nConnection: close\r\n").endsWith("begin end");
    assertThat(client.open()).isFalse();
    assertThat(proxy.ended()).hasSize(1);
  }

  @Test
  void a_client_that_gets_neither_100_nor_answer_is_left_by_its_own_timeout() {
    proxy.send(client, PUT);
    proxy.advance(ofSeconds(50));
    assertThat(client.received()).startsWith("HTTP/1.1 408 ");
    assertThat(server().open()).isFalse();
  }

  @Test
  void a_response_nobody_asked_for_reaches_nobody() {
    proxy.send(client, GET);
    proxy.send(server(), OK);
    assertThat(server().open()).isTrue();
    proxy.send(server(), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    assertThat(server().open()).isFalse();
    proxy.send(client, GET);
    assertThat(client.received()).isEqualTo(OK);
    assertThat(proxy.servers()).hasSize(2);
    proxy.send(proxy.servers().get(1), OK);
    assertThat(client.received()).isEqualTo(OK + OK);
  }

  @Test
  void a_second_response_behind_the_first_reaches_nobody() {
    proxy.send(client, GET + GET);
    proxy.send(server(), OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    assertThat(server().open()).isFalse();
    proxy.send(proxy.servers().get(1), OK);
    assertThat(client.received()).isEqualTo(OK + OK);
  }
}
