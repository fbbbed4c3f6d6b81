package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.Http2;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.StrictMessage;
import dev.fairlead.http.StrictReader;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The corpus through a whole proxy: each request in one piece, byte by byte, and in every split into two
 * writes. What reaches the server is read by {@link StrictReader}, which must understand what the client
 * meant; of a request that is refused a server never gets all.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RequestFramingTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  private VirtualProxy proxy;

  @BeforeAll
  void open() {
    // With prior knowledge allowed, one of them would be the beginning of HTTP/2.
    proxy = new VirtualProxy(
        VirtualNetwork.create(),
        b -> b,
        f -> f.serverConnections(ServerConnections.defaults().maxIdle(2))
            .http2(Http2.defaults().priorKnowledge(false)));
  }

  @AfterAll
  void close() {
    proxy.close();
  }

  static List<Corpus.Case> cases() {
    return Corpus.read("requests.txt");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_second_reader_comes_to_the_same_verdict(Corpus.Case given) {
    StrictReader reader = new StrictReader(given.text());
    for (String verdict : given.words()) {
      switch (verdict) {
        case "ok" -> assertThat(reader.request()).isNotNull();
        case "408" ->
          assertThatThrownBy(reader::request).isInstanceOf(StrictReader.Unfinished.class);
        case "400", "501", "505" ->
          assertThatThrownBy(reader::request)
              .isInstanceOfSatisfying(
                  StrictReader.Bad.class, bad -> assertThat(bad.status()).hasToString(verdict));
        default -> assertThat(verdict).isIn("405", "414", "431"); // rules of ours
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_server_gets_what_the_client_meant_or_nothing_whole(Corpus.Case given) {
    String text = given.text();
    for (int cut : given.cuts()) {
      check(given, "cut at " + cut, List.of(text.substring(0, cut), text.substring(cut)));
    }
    check(
        given,
        "byte by byte",
        text.chars().mapToObj(c -> String.valueOf((char) c)).toList());
  }

  private void check(Corpus.Case given, String how, List<String> pieces) {
    Peer client = proxy.connect();
    List<StrictMessage> forwarded = new ArrayList<>();
    for (String piece : pieces) {
      if (!piece.isEmpty() && client.open()) {
        proxy.send(client, piece);
        serve(forwarded);
      }
    }
    if (given.words().contains("408")) {
      proxy.advance(Duration.ofMinutes(2));
    }
    assertThat(verdicts(client)).as(how).isEqualTo(given.words());
    boolean refused = !given.verdict().endsWith("ok");
    if (refused) {
      assertThat(client.open()).as(how).isFalse();
    }
    StrictReader meant = new StrictReader(given.text());
    assertThat(forwarded).as(how).hasSize(given.words().size() - (refused ? 1 : 0));
    for (StrictMessage one : forwarded) {
      Agreement.onRequest(meant.request(), one);
    }
    proxy.close(client);
    leftNothing(how);
  }

  /** Answers all requests that have come whole; there must be nothing behind them. */
  private void serve(List<StrictMessage> forwarded) {
    boolean more = true;
    while (more) {
      more = false;
      for (Peer server : List.copyOf(proxy.servers())) {
        StrictReader reader = new StrictReader(server.received());
        StrictMessage request = wholeRequest(reader);
        if (request != null) {
          assertThat(reader.atEnd()).isTrue();
          server.take();
          forwarded.add(request);
          proxy.send(server, OK);
          more = true;
        }
      }
    }
  }

  private static @Nullable StrictMessage wholeRequest(StrictReader reader) {
    try {
      return reader.request();
    } catch (StrictReader.Unfinished e) {
      return null;
    }
  }

  /** A connection on which a request was begun and not ended is closed, and carries no other. */
  private void leftNothing(String how) {
    assertThat(proxy.servers())
        .as(how)
        .allSatisfy(
            server -> assertThat(server.open() && !server.received().isEmpty()).isFalse());
    proxy.servers().removeIf(server -> !server.open());
    assertThat(proxy.balancer().backend("app").status().inFlight()).as(how).isZero();
  }

  private static List<String> verdicts(Peer client) {
    return STATUS
        .matcher(client.received())
        .results()
        .map(found -> found.group(1).equals("200") ? "ok" : found.group(1))
        .toList();
  }
}
