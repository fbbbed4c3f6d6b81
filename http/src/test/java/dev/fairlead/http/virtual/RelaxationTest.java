package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.Relaxation;
import dev.fairlead.http.StrictReader;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each violation that may be let pass: alone, by name, and well-formed behind the proxy. A bar is CRLF. */
@Timeout(60)
final class RelaxationTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private static String bars(String text) {
    return text.replace("|", "\r\n");
  }

  private static VirtualProxy proxy(UnaryOperator<HttpFrontend.Builder> frontend) {
    return new VirtualProxy(VirtualNetwork.create(1, 1), b -> b.retries(0), frontend);
  }

  private static Arguments of(Relaxation violation, String received, String passedOn) {
    return Arguments.of(violation, bars(received), bars(passedOn));
  }

  static Stream<Arguments> requests() {
    String post = "POST / HTTP/1.1|Host: a|";
    return Stream.of(
        of(
            Relaxation.BARE_LF,
            "\nGET / HTTP/1.1\nHost: a|X:\ty \nZ:\n\n",
            "GET / HTTP/1.1|Host: a|X:\ty |Z:||"),
        of(
            Relaxation.BARE_LF,
            post + "Transfer-Encoding: chunked\n|1|x|0|X: y\n\n",
            post + "Transfer-Encoding: chunked||1|x|0|X: y||"),
        of(
            Relaxation.FOLDED_FIELD,
            "GET / HTTP/1.1|Host: a|X: y|  z|\t| w |Z: 1||",
            "GET / HTTP/1.1|Host: a|X: y    z  \t   w |Z: 1||"),
        of(
            Relaxation.FOLDED_FIELD,
            post + "Content-Length:| 5||hello",
            post + "Content-Length:   5||hello"),
        of(
            Relaxation.NON_ASCII_TARGET,
            "GET /\u00c3\u00a9?\u00ff HTTP/1.1|Host: a||",
            "GET /\u00c3\u00a9?\u00ff HTTP/1.1|Host: a||"),
        of(
            Relaxation.REPEATED_LENGTH,
            post + "Content-Length: 5|X: y|content-length: 5||hello",
            post + "Content-Length: 5|X: y||hello"),
        of(
            Relaxation.REPEATED_LENGTH,
            post + "Content-Length: 5 , 05|Content-Length: 5,5|X: y||hello",
            post + "X: y|Content-Length: 5||hello"),
        of(
            Relaxation.LENGTH_BESIDE_CODING,
            post + "Content-Length: 3|X: y|Transfer-Encoding: chunked||1|x|0||",
            post + "X: y|Transfer-Encoding: chunked||1|x|0||"),
        of(
            Relaxation.LENGTH_BESIDE_CODING,
            post + "Transfer-Encoding: chunked|Content-Length: 0||1|x|0||",
            post + "Transfer-Encoding: chunked||1|x|0||"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void a_violation_passes_only_where_it_is_named(
      Relaxation violation, String received, String passedOn) {
    Relaxation[] others = Arrays.stream(Relaxation.values())
        .filter(other -> other != violation)
        .toArray(Relaxation[]::new);
    try (VirtualProxy named = proxy(f -> f.relaxRequests(violation))) {
      for (int cut : IntStream.rangeClosed(0, received.length()).toArray()) {
        assertThat(forwarded(named, received, cut)).as("cut at %d", cut).isEqualTo(passedOn);
      }
    }
    try (VirtualProxy otherwise =
        proxy(f -> f.relaxRequests(others).relaxResponses(Relaxation.BARE_LF))) {
      Peer refused = otherwise.connect();
      otherwise.send(refused, received);
      assertThat(refused.received()).startsWith("HTTP/1.1 400 ");
    }
    StrictReader reader = new StrictReader(passedOn.replaceAll("[\u0080-\u00ff]", "x"));
    assertThat(reader.request()).isNotNull();
    assertThat(reader.atEnd()).isTrue();
  }

  private static String forwarded(VirtualProxy proxy, String received, int cut) {
    Peer client = proxy.connect();
    for (String piece : List.of(received.substring(0, cut), received.substring(cut))) {
      proxy.send(client, piece);
    }
    Peer server = proxy.servers().get(proxy.servers().size() - 1);
    String forwarded = server.take();
    proxy.send(server, OK);
    assertThat(client.received()).startsWith("HTTP/1.1 200 ");
    proxy.close(client);
    return forwarded;
  }

  @Test
  void behind_a_length_beside_a_coding_the_connection_is_closed() {
    try (VirtualProxy proxy = proxy(f -> f.relaxRequests(Relaxation.LENGTH_BESIDE_CODING))) {
      Peer client = proxy.connect();
      proxy.send(
          client,
          bars("POST / HTTP/1.1|Host: a|Content-Length: 3|Transfer-Encoding: chunked||0||"
              + "GET /admin HTTP/1.1|Host: a||"));
      proxy.send(proxy.servers().get(0), OK);
      assertThat(client.received()).startsWith("HTTP/1.1 200 ").contains("Connection: close");
      assertThat(client.open()).isFalse();
      assertThat(proxy.ended()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_is_ambiguous_stays_refused(Relaxation violation) {
    String post = "POST / HTTP/1.1|Host: a|";
    try (VirtualProxy proxy = proxy(f -> f.relaxRequests(violation))) {
      for (String request : new String[] {
        post + "Content-Length: 5|Content-Length: 6||hello",
        post + "Content-Length: 5, 6||hello",
        post + "Content-Length: 5,||hello",
        post + "Content-Length: ,5||hello",
        post + "Content-Length: 5 5||hello",
        post + "Content-Length: 5,,+5||hello",
        post + "Content-Length: x|Transfer-Encoding: chunked||0||",
        post + "Content-Length: 5|Transfer-Encoding: xchunked||0||",
        post + "Transfer-Encoding: chunked||1\nx|0||",
        "GET / HTTP/1.1| X: y|Host: a||",
        "GET / HTTP/1.1|Host: a|X: y\rz||",
        "GET / HTTP/1.1|Host: a|X\n: y||",
        "GET /\u007f HTTP/1.1|Host: a||",
        "GET /# HTTP/1.1|Host: a||",
        "G\u00c4T / HTTP/1.1|Host: a||",
      }) {
        Peer client = proxy.connect();
        proxy.send(client, bars(request));
        assertThat(client.received()).as(request).startsWith("HTTP/1.1 400 ");
      }
    }
  }

  static Stream<Arguments> responses() {
    String ok = "HTTP/1.1 200 OK|";
    return Stream.of(
        of(
            Relaxation.BARE_LF,
            "HTTP/1.1 200 OK\nX: y\nContent-Length: 2\n\nhi",
            ok + "X: y|Content-Length: 2||hi"),
        of(
            Relaxation.FOLDED_FIELD,
            ok + "X: y|\tz|Content-Length: 2||hi",
            ok + "X: y  \tz|Content-Length: 2||hi"),
        of(
            Relaxation.REPEATED_LENGTH,
            ok + "Content-Length: 2|Content-Length: 2, 2||hi",
            ok + "Content-Length: 2||hi"),
        of(
            Relaxation.LENGTH_BESIDE_CODING,
            ok + "Content-Length: 9|Transfer-Encoding: chunked||2|hi|0||",
            ok + "Transfer-Encoding: chunked||2|hi|0||"));
  }

  @ParameterizedTest
  @MethodSource("responses")
  void a_servers_violation_passes_only_where_it_is_named(
      Relaxation violation, String received, String passedOn) {
    try (VirtualProxy named = proxy(f -> f.relaxResponses(violation))) {
      assertThat(answer(named, received)).isEqualTo(passedOn);
      assertThat(named.servers().get(0).open())
          .isEqualTo(violation != Relaxation.LENGTH_BESIDE_CODING);
    }
    try (VirtualProxy otherwise = proxy(f -> f.relaxRequests(violation))) {
      assertThat(answer(otherwise, received)).startsWith("HTTP/1.1 502 ");
    }
  }

  private static String answer(VirtualProxy proxy, String response) {
    Peer client = proxy.connect();
    proxy.send(client, bars("GET / HTTP/1.1|Host: a||"));
    proxy.send(proxy.servers().get(0), response);
    return client.received();
  }

  @Test
  void a_response_has_no_target() {
    assertThatThrownBy(
            () -> HttpFrontend.builder("web").relaxResponses(Relaxation.NON_ASCII_TARGET))
        .hasMessageStartingWith("relaxResponses: NON_ASCII_TARGET (expected: ");
  }

  @Test
  void unusual_names_pass_unless_they_are_dropped_or_refused() {
    String fields = "X_User: 1|X-User2: 2|x.y: 3|Under_Score: 4|";
    String request = bars(
        "POST / HTTP/1.1|Host: a|" + fields + "Transfer-Encoding: chunked||0|X-Sum: 1|X_Sum: 2||");
    try (VirtualProxy any = proxy(f -> f)) {
      assertThat(forwarded(any, request, 0)).isEqualTo(request);
    }
    try (VirtualProxy dropping = proxy(HttpFrontend.Builder::dropUnusualHeaders)) {
      assertThat(forwarded(dropping, request, 0))
          .isEqualTo(bars(
              "POST / HTTP/1.1|Host: a|X-User2: 2|Transfer-Encoding: chunked||" + "0|X-Sum: 1||"));
    }
    try (VirtualProxy refusing = proxy(HttpFrontend.Builder::rejectUnusualHeaders)) {
      Peer client = refusing.connect();
      refusing.send(client, request);
      assertThat(client.received()).startsWith("HTTP/1.1 400 ");
      assertThat(client.open()).isFalse();
      assertThat(refusing.servers()).isEmpty();
      assertThat(forwarded(refusing, bars("GET / HTTP/1.1|Host: a|X-User2: 2||"), 0))
          .contains("X-User2: 2");
    }
  }
}
