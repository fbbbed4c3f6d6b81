package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.WebClient.Answer;
import dev.fairlead.acceptance.WebClient.Ask;
import dev.fairlead.acceptance.WebClient.Download;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Responses that come piece by piece, in each pair of versions. The server sends a piece only when the
 * client has the one before: were one held back, nothing would go on.
 */
@Timeout(120)
final class StreamingTest {
  /** A proxy and what is spoken on its two sides. */
  record Way(Proxy proxy, Hop clients, Hop servers) {
    Talk open() throws Exception {
      WebOrigin origin = WebOrigin.start(servers);
      ProxyUnderTest running =
          proxy.start(Plan.http(Member.of("a", origin.port())).hops(clients, servers));
      return new Talk(origin, running, Library.OKHTTP.start(clients, running.port()));
    }

    /** HAProxy keeps what is small for 200 ms, unless told not to. */
    int pieces() {
      return proxy == Proxy.HAPROXY ? 10 : 300;
    }

    @Override
    public String toString() {
      return clients + " to " + proxy + " by " + servers;
    }
  }

  private record Talk(WebOrigin origin, ProxyUnderTest proxy, WebClient client)
      implements AutoCloseable {
    /** A response whose head the client has, and what writes its body. */
    Streamed begin(String path, String type) throws Exception {
      CompletableFuture<Download> download = CompletableFuture.supplyAsync(() -> open(path));
      HeldAnswer answer = origin.held();
      answer.head(type);
      return new Streamed(answer, download.get(10, TimeUnit.SECONDS));
    }

    private Download open(String path) {
      try {
        return client.open(path);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      client.close();
      proxy.close();
      origin.close();
    }
  }

  private record Streamed(HeldAnswer answer, Download download) {
    void pass(String piece) throws Exception {
      answer.write(piece);
      assertThat(download.read(piece.length())).isEqualTo(piece);
    }

    void end() throws Exception {
      answer.end();
      assertThat(download.ended()).isTrue();
    }
  }

  static Stream<Way> ways() {
    return Stream.of(Proxy.values())
        .flatMap(proxy -> Stream.of(Hop.values())
            .flatMap(clients ->
                Stream.of(Hop.values()).map(servers -> new Way(proxy, clients, servers))));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void each_event_of_a_server_comes_at_once(Way way) throws Exception {
    try (Talk talk = way.open()) {
      Streamed events = talk.begin("/held/events", "text/event-stream");
      for (int i = 0; i < way.pieces(); i++) {
        events.pass("id: " + i + "\ndata: event\n\n");
      }
      events.end();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_response_may_come_byte_by_byte(Way way) throws Exception {
    try (Talk talk = way.open()) {
      Streamed bytes = talk.begin("/held/bytes", "text/plain");
      for (int i = 0; i < way.pieces(); i++) {
        bytes.pass(String.valueOf((char) ('a' + i % 26)));
      }
      bytes.end();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_long_poll_is_answered_when_the_server_has_something(Way way) throws Exception {
    try (Talk talk = way.open()) {
      for (int i = 0; i < 3; i++) {
        CompletableFuture<Answer> poll = talk.client().send(Ask.get("/held/poll"));
        HeldAnswer answer = talk.origin().held();
        assertThat(
                talk.client().send(Ask.get("/text/1")).get(10, TimeUnit.SECONDS).body())
            .isEqualTo("x"); // meanwhile
        assertThat(poll).isNotDone();
        answer.head("text/plain");
        answer.write("news " + i);
        answer.end();

        assertThat(poll.get(10, TimeUnit.SECONDS).body()).isEqualTo("news " + i);
      }
    }
  }
}
