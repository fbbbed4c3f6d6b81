package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.StrictMessage;
import dev.fairlead.http.StrictReader;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The corpus of responses through a whole proxy: each in one piece, byte by byte, and in every split into two
 * writes. What reaches the client is read by {@link StrictReader}; a bad response is a 502, or never whole;
 * and its connection carries no other request.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ResponseFramingTest {
  private VirtualProxy proxy;

  @BeforeAll
  void open() {
    proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1),
        b -> b.retries(0),
        f -> f.serverConnections(ServerConnections.defaults().reuse(Reuse.ALWAYS)));
  }

  @AfterAll
  void close() {
    proxy.close();
  }

  static List<Corpus.Case> cases() {
    return Corpus.read("responses.txt");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_client_gets_what_the_server_meant_or_nothing_whole(Corpus.Case given) {
    String text = given.text();
    for (int cut : given.cuts()) {
      check(given, "cut at " + cut, List.of(text.substring(0, cut), text.substring(cut)));
    }
    check(
        given,
        "byte by byte",
        text.chars().mapToObj(c -> String.valueOf((char) c)).toList());
  }

  static List<Corpus.Case> casesOfFraming() {
    // What is too large, too much, or was not asked for, is no question of reading.
    return cases().stream()
        .filter(given -> given.text().length() < 600 && !given.text().contains(" 101 "))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("casesOfFraming")
  void a_second_reader_comes_to_the_same_verdict(Corpus.Case given) {
    StrictReader reader = new StrictReader(given.text());
    String method = given.words().size() > 1 ? given.words().get(1) : "GET";
    String verdict = given.words().get(0);
    if (verdict.equals("ok") || verdict.equals("last")) {
      assertThat(finalOne(reader, method)).isNotNull();
    } else {
      assertThatThrownBy(() -> finalOne(reader, method))
          .isInstanceOfAny(StrictReader.Bad.class, StrictReader.Unfinished.class);
    }
  }

  private static StrictMessage finalOne(StrictReader reader, String method) {
    StrictMessage message = reader.response(method, true);
    while (message.status() < 200) {
      message = reader.response(method, true);
    }
    return message;
  }

  private void check(Corpus.Case given, String how, List<String> pieces) {
    String verdict = given.words().get(0);
    String method = given.words().size() > 1 ? given.words().get(1) : "GET";
    Peer client = proxy.connect();
    proxy.send(client, method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(proxy.servers()).hasSize(1);
    Peer server = proxy.servers().get(0);
    server.take();
    for (String piece : pieces) {
      if (!piece.isEmpty() && server.open()) {
        proxy.send(server, piece);
      }
    }
    if (proxy.balancer().backend("app").status().inFlight() > 0) {
      proxy.close(server);
    }
    switch (verdict) {
      case "ok", "last" ->
        agree(method, new StrictReader(given.text()), new StrictReader(client.received()), how);
      case "502" -> {
        StrictReader got = new StrictReader(client.received());
        assertThat(finalOne(got, method).status()).as(how).isEqualTo(502);
        assertThat(got.atEnd()).as(how).isTrue();
      }
      default -> {
        assertThat(verdict).isEqualTo("cut");
        assertThat(client.open()).as(how).isFalse();
        assertThatThrownBy(() -> new StrictReader(client.received()).response(method, true))
            .as(how)
            .isInstanceOf(StrictReader.Unfinished.class);
      }
    }
    usedAgain(client, server, verdict.equals("ok"), how);
  }

  /** All responses are the same ones, the interim ones included, and nothing is behind them. */
  private static void agree(String method, StrictReader sent, StrictReader got, String how) {
    StrictMessage last;
    do {
      last = sent.response(method, true);
      Agreement.onResponse(last, got.response(method, false));
    } while (last.status() < 200);
    assertThat(got.atEnd()).as(how).isTrue();
  }

  /** The next request goes to the same connection only when that is beyond doubt. */
  private void usedAgain(Peer client, Peer server, boolean again, String how) {
    assertThat(server.open()).as(how).isEqualTo(again);
    proxy.close(client);
    Peer next = proxy.connect();
    proxy.send(next, "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(proxy.servers()).as(how).hasSize(again ? 1 : 2);
    Peer asked = proxy.servers().get(proxy.servers().size() - 1);
    assertThat(asked.take()).startsWith("GET /next ");
    proxy.send(asked, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnext");
    assertThat(next.received()).as(how).endsWith("\r\n\r\nnext").doesNotContain("evil");
    proxy.close(next);
    assertThat(proxy.servers()).as(how).noneMatch(Peer::open);
    proxy.servers().clear();
  }
}
