package dev.fairlead.http.virtual;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the proxy says of its own in what it passes on. */
@Timeout(30)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class StampsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nvia: 1.1 first\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String DATE =
      "Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n";

  private static VirtualProxy proxy(UnaryOperator<HttpFrontend.Builder> frontend) {
    return new VirtualProxy(VirtualNetwork.create(1, 1), b -> b.retries(0), frontend);
  }

  @Test
  void nothing_is_added_by_default() {
    try (VirtualProxy proxy = proxy(f -> f)) {
      Peer client = proxy.connect();
      proxy.send(client, GET);
      assertThat(proxy.servers().get(0).received()).isEqualTo(GET);
      proxy.send(proxy.servers().get(0), OK);
      assertThat(client.received()).isEqualTo(OK);
    }
  }

  @Test
  void via_names_the_proxy_and_the_version_it_was_asked_in_behind_those_before_it() {
    try (VirtualProxy proxy = proxy(f -> f.via("edge").forwardedFor())) {
      Peer client = proxy.connect();
      proxy.send(client, GET);
      Peer server = proxy.servers().get(0);
      assertThat(server.take()).isEqualTo(GET.replace("first\r\n", "first\r\nVia: 1.1 edge\r\n"));
      proxy.send(server, OK.replace("1.1 200", "1.0 200"));
      assertThat(client.take())
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVia: 1.0 edge\r\n\r\nok");
      proxy.send(client, "GET / HTTP/1.0\r\n\r\n");
      assertThat(proxy.servers().get(1).received())
          .isEqualTo("GET / HTTP/1.0\r\nVia: 1.0 edge\r\n\r\n");
    }
  }

  @Test
  void via_is_there_once_however_often_a_request_is_sent() {
    try (VirtualProxy proxy =
        new VirtualProxy(VirtualNetwork.create(1, 1), b -> b.retries(3), f -> f.via("edge"))) {
      Peer client = proxy.connect();
      proxy.send(client, GET);
      proxy.close(proxy.servers().get(0));
      proxy.advance(ofSeconds(2));
      assertThat(proxy.servers().get(1).received()).containsOnlyOnce("Via: 1.1 edge");
    }
  }

  @Test
  void a_response_without_a_date_gets_the_time_at_which_it_came() {
    try (VirtualProxy proxy = proxy(HttpFrontend.Builder::date)) {
      Peer client = proxy.connect();
      Instant first = dateOf(proxy, client);
      assertThat(dateOf(proxy, client)).isEqualTo(first);
      proxy.advance(ofSeconds(1));
      assertThat(dateOf(proxy, client)).isEqualTo(first.plusSeconds(1));
      proxy.advance(ofMillis(500));
      proxy.advance(ofMillis(500));
      assertThat(dateOf(proxy, client)).isEqualTo(first.plusSeconds(2));
    }
  }

  private static Instant dateOf(VirtualProxy proxy, Peer client) {
    proxy.send(client, GET);
    proxy.send(proxy.servers().get(0), OK);
    String received = client.take();
    assertThat(received).matches("HTTP/1\\.1 200 OK\r\nContent-Length: 2\r\n" + DATE + "\r\nok");
    String date = received.replaceAll("(?s).*Date: ([^\r]*)\r.*", "$1");
    return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  @Test
  void a_date_that_is_there_stays_and_interim_responses_get_none() {
    String dated = "HTTP/1.1 200 OK\r\ndate: then\r\nContent-Length: 2\r\n\r\nok";
    String hints = "HTTP/1.1 103 Early Hints\r\n\r\n";
    try (VirtualProxy proxy = proxy(HttpFrontend.Builder::date)) {
      Peer client = proxy.connect();
      proxy.send(client, GET);
      proxy.send(proxy.servers().get(0), hints + dated);
      assertThat(client.received()).isEqualTo(hints + dated);
    }
  }

  @Test
  void the_proxys_own_answers_are_dated_as_well() {
    try (VirtualProxy proxy = proxy(HttpFrontend.Builder::date)) {
      Peer client = proxy.connect();
      proxy.send(client, "BAD\r\n\r\n");
      assertThat(client.received())
          .matches("(?s)HTTP/1\\.1 400 .*\r\n" + DATE + "Connection: close\r\n\r\n400 .*");
    }
  }

  @Test
  void the_proxys_name_is_a_token() {
    assertThatThrownBy(() -> HttpFrontend.builder("web").via("a b\r\n"))
        .hasMessageStartingWith("via: 'a b");
  }
}
