package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.WebClient.Answer;
import dev.fairlead.acceptance.WebClient.Ask;
import dev.fairlead.acceptance.WebClient.Body;
import dev.fairlead.acceptance.WebClient.Download;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client libraries that people use, in each version that they speak, before each that we do. */
@Timeout(30)
final class HttpClientsTest {
  private static final String SMALL = "small";

  /** A client, a proxy, and what is spoken on its two sides. */
  record Way(Proxy proxy, Library library, Hop clients, Hop servers) {
    Talk open() throws Exception {
      WebOrigin origin = WebOrigin.start(servers);
      ProxyUnderTest running = proxy.start(
          Plan.http(Member.of("a", origin.port())).hops(clients, servers).abortOnClose());
      return new Talk(origin, running, library.start(clients, running.port()));
    }

    @Override
    public String toString() {
      return library + " by " + clients + " to " + proxy + " by " + servers;
    }
  }

  private record Talk(WebOrigin origin, ProxyUnderTest proxy, WebClient client)
      implements AutoCloseable {
    Answer answer(Ask ask) throws Exception {
      return client.send(ask).get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      client.close();
      proxy.close();
      origin.close();
    }
  }

  static Stream<Way> ways() {
    return Stream.of(Proxy.values())
        .flatMap(proxy -> Stream.of(Library.values())
            .flatMap(library -> Stream.of(Hop.values())
                .filter(library::speaks)
                .flatMap(clients -> Stream.of(Hop.HTTP, clients.tls() ? Hop.H2 : Hop.H2C)
                    .filter(servers -> proxy == Proxy.FAIRLEAD || !servers.http2())
                    .map(servers -> new Way(proxy, library, clients, servers)))));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void small_requests_are_answered_in_the_version_of_the_client(Way way) throws Exception {
    try (Talk talk = way.open()) {
      Answer got = talk.answer(Ask.get("/text/1000"));
      assertThat(got.status()).isEqualTo(200);
      assertThat(got.version()).isEqualTo(way.clients().http2() ? 2 : 1);
      assertThat(got.body()).isEqualTo("x".repeat(1000));

      Answer head = talk.answer(Ask.head("/text/1000"));
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.fields()).containsEntry("content-length", "1000");
      assertThat(head.body()).isEmpty();

      assertThat(talk.answer(Ask.post("/echo", Body.WHOLE, SMALL)).body()).isEqualTo("small");
      assertThat(talk.answer(Ask.post("/echo", Body.STREAMED, SMALL)).body()).isEqualTo("small");
      assertThat(talk.answer(Ask.post("/size", Body.WHOLE, "")).body()).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void sixteen_megabytes_stream_either_way(Way way) throws Exception {
    String data = "d".repeat(16 << 20);
    try (Talk talk = way.open()) {
      String size = String.valueOf(data.length());
      assertThat(talk.answer(Ask.post("/size", Body.STREAMED, data)).body()).isEqualTo(size);
      assertThat(talk.answer(Ask.post("/size", Body.WHOLE, data)).body()).isEqualTo(size);
      assertThat(talk.answer(Ask.get("/text/" + size)).body()).hasSize(data.length());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void sixteen_megabytes_come_back_while_they_are_sent(Way way) throws Exception {
    assumeTrue(way.library().duplex(way.clients()), "the library reads when it has written");
    byte[] bytes = new byte[16 << 20];
    new Random(16).nextBytes(bytes);
    String data = Answer.text(bytes);
    try (Talk talk = way.open()) {
      Answer answer = talk.answer(Ask.post("/echo", Body.STREAMED, data));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().equals(data)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void trailers_of_a_response_arrive(Way way) throws Exception {
    assumeTrue(way.library().readsTrailers(), "the library does not tell");
    try (Talk talk = way.open()) {
      Answer answer = talk.answer(Ask.get("/trailers"));

      assertThat(answer.body()).isEqualTo("body");
      assertThat(answer.trailers()).containsExactlyEntriesOf(Map.of("x-checksum", "17"));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void trailers_of_a_request_arrive(Way way) throws Exception {
    assumeTrue(way.library().writesTrailers(), "the library cannot");
    try (Talk talk = way.open()) {
      Answer answer =
          talk.answer(Ask.post("/echo", Body.STREAMED, SMALL).trailers(Map.of("x-sum", "4")));

      assertThat(answer.body()).isEqualTo("small");
      assertThat(answer.trailers()).containsExactlyEntriesOf(Map.of("x-sum", "4"));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_redirect_is_the_clients_business(Way way) throws Exception {
    try (Talk talk = way.open()) {
      Answer answer = talk.answer(Ask.get("/redirect"));

      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.fields()).containsEntry("location", "/text/5");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_hundred_requests_at_once_are_answered(Way way) throws Exception {
    try (Talk talk = way.open()) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(talk.client().send(Ask.get("/text/" + i * 100)));
      }
      for (int i = 0; i < 100; i++) {
        Answer answer = answers.get(i).get(20, TimeUnit.SECONDS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasSize(i * 100);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void requests_one_after_the_other_share_one_connection(Way way) throws Exception {
    try (Talk talk = way.open()) {
      for (int i = 0; i < 5; i++) {
        assertThat(talk.answer(Ask.get("/text/3")).status()).isEqualTo(200);
        assertThat(talk.answer(Ask.post("/size", Body.WHOLE, SMALL)).status()).isEqualTo(200);
      }

      // Apache's answers a moment before its connection is free again.
      int most = way.library() == Library.APACHE && !way.clients().http2() ? 9 : 1;
      assertThat(Waits.lines(talk.proxy(), 10).stream()
              .map(line -> line.text().split(" ", 2)[0])
              .distinct())
          .hasSizeLessThanOrEqualTo(most);
      assertThat(talk.origin().connections()).isLessThanOrEqualTo(most);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_client_that_leaves_in_the_middle_ends_the_work_of_the_server(Way way) throws Exception {
    assumeTrue(way.library() != Library.APACHE, "the library may leave its request running");
    try (Talk talk = way.open()) {
      CompletableFuture<HeldAnswer> held = CompletableFuture.supplyAsync(() -> begin(talk));
      Download download = talk.client().open("/held/a");
      assertThat(download.read(5)).isEqualTo("begun");
      download.cancel();

      held.get(10, TimeUnit.SECONDS).awaitGone();
      assertThat(talk.answer(Ask.get("/text/3")).status()).isEqualTo(200);
    }
  }

  private static HeldAnswer begin(Talk talk) {
    try {
      HeldAnswer answer = talk.origin().held();
      answer.head("text/plain");
      answer.write("begun");
      return answer;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_client_that_expects_100_continue_is_told_to_continue(Way way) throws Exception {
    try (Talk talk = way.open()) {
      Answer answer = talk.answer(Ask.post("/size", Body.EXPECTING, "x".repeat(100_000)));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("100000");
      assertThat(answer.fields()).containsEntry("x-expected", "true");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void early_hints_do_not_hide_the_answer(Way way) throws Exception {
    try (Talk talk = way.open()) {
      Answer answer = talk.answer(Ask.get("/early"));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("late");
    }
  }
}
