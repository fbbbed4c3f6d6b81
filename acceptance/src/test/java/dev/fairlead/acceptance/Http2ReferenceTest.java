package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Time;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import io.netty.handler.codec.http2.Http2Error;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What of HTTP/2 passes through a proxy that ends it on both sides. */
final class Http2ReferenceTest {
  private Http2Origin origin;

  @BeforeEach
  void start() {
    origin = Http2Origin.start();
  }

  @AfterEach
  void stop() {
    origin.close();
  }

  private ProxyUnderTest before(Proxy proxy) {
    return proxy.start(Plan.http(Member.of("a", origin.port()))
        .http2ToServers()
        .abortOnClose()
        .time(Time.CLIENT_FIN, 500));
  }

  /**
   * What came of a request whose server said no. HAProxy tells the client to try again, where it could do
   * so itself.
   */
  private static Http2Exchange refusable(Proxy proxy, Http2Exchange exchange) {
    Waits.until("an answer", () -> exchange.ended() || exchange.gone());
    assertThat(exchange.reset())
        .isIn(proxy == Proxy.HAPROXY ? Http2Error.REFUSED_STREAM : null, null);
    return exchange;
  }

  @ParameterizedTest
  @EnumSource
  void trailers_pass_both_ways(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange exchange = client.post("/trailers", "te: trailers");
      exchange.data(false, "body");
      exchange.send(true, "x-check: 4");

      assertThat(exchange.complete().heads()).hasSize(2);
      assertThat(exchange.head(0)).containsEntry(":status", "200");
      assertThat(exchange.body()).isEqualTo("hello");
      assertThat(exchange.head(1))
          .containsEntry("x-sum", "5")
          .containsEntry("x-seen", "[{x-check=4}]");
      assertThat(origin.exchange(0).body()).isEqualTo("body");
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_interim_answer_comes_before_the_final_one(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange exchange = client.get("/early").complete();

      assertThat(exchange.heads()).hasSize(2);
      assertThat(exchange.head(0))
          .containsEntry(":status", "103")
          .containsEntry("link", "</style.css>; rel=preload");
      assertThat(exchange.head(1)).containsEntry(":status", "200");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_request_that_the_client_gives_up_is_given_up_at_the_server(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange before = client.get("/hold");
      Http2Exchange held = origin.exchange(0);
      before.reset(Http2Error.CANCEL);
      assertThat(held.awaitReset()).isEqualTo(Http2Error.CANCEL);

      Http2Exchange amid = client.get("/begun");
      Waits.until("a body that began", () -> amid.body().equals("begun"));
      amid.reset(Http2Error.CANCEL);
      assertThat(origin.exchange(1).awaitReset()).isEqualTo(Http2Error.CANCEL);

      // Neither connection suffered from it.
      assertThat(client.get("/").complete().body()).isEqualTo("hello");
      assertThat(origin.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_vanishes_gives_up_all_its_requests(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy)) {
      try (Http2Client client = Http2Client.connect(running.port())) {
        client.get("/hold");
        client.get("/begun");
        Waits.until("both", () -> origin.exchanges().size() == 2);
      }
      origin.exchanges().forEach(exchange -> Waits.until("the end", exchange::gone));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_stream_that_the_server_resets_harms_no_other(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange begun = client.get("/begun");
      Http2Exchange held = client.get("/hold");
      Waits.until("a body that began", () -> begun.body().equals("begun"));

      Http2Exchange refused = refusable(proxy, client.get("/refused"));
      if (refused.ended()) {
        assertThat(refused.head(0)).containsEntry(":status", "502");
      }

      origin.exchanges().stream()
          .filter(exchange -> exchange.path().equals("/begun"))
          .forEach(exchange -> exchange.reset(Http2Error.ENHANCE_YOUR_CALM));
      Waits.until("the end of the stream", begun::gone);
      // HAProxy 2.6 ends the body as if it were whole.
      assertThat(begun.ended()).isEqualTo(proxy == Proxy.HAPROXY);
      assertThat(begun.reset())
          .isEqualTo(proxy == Proxy.HAPROXY ? null : Http2Error.ENHANCE_YOUR_CALM);
      assertThat(held.gone()).isFalse();
      assertThat(client.open()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void requests_of_one_connection_are_answered_as_their_answers_come(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange held = client.get("/hold");
      Http2Exchange begun = client.get("/begun");
      List<Http2Exchange> quick =
          IntStream.range(0, 50).mapToObj(i -> client.get("/" + i)).toList();

      quick.forEach(exchange -> assertThat(exchange.complete().body()).isEqualTo("hello"));
      assertThat(held.heads()).isEmpty();
      assertThat(begun.ended()).isFalse();
    }
  }

  /** HAProxy may send more before it has heard of a limit, and gives the refusal to the client. */
  @ParameterizedTest
  @EnumSource(names = "FAIRLEAD")
  void a_server_gets_no_more_streams_at_once_than_it_allows(Proxy proxy) {
    try (Http2Origin narrow = Http2Origin.atMost(3);
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", narrow.port())).http2ToServers());
        Http2Client client = Http2Client.connect(running.port())) {
      // The limit is known once the first answer has come.
      assertThat(client.get("/").complete().body()).isEqualTo("hello");
      List<Http2Exchange> held =
          IntStream.range(0, 10).mapToObj(i -> client.get("/hold")).toList();

      Waits.until("all at the origin", () -> narrow.exchanges().size() == 11);
      assertThat(narrow.connections()).isGreaterThanOrEqualTo(4);
      assertThat(held).allMatch(exchange -> exchange.reset() == null);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_says_goodbye_finishes_what_it_has_and_gets_no_more(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange begun = client.get("/begun");
      Waits.until("a body that began", () -> begun.body().equals("begun"));
      origin.goAway();
      Waits.until("a new connection", () -> {
        Http2Exchange next = refusable(proxy, client.get("/"));
        return next.body().equals("hello") && origin.connections() == 2;
      });

      origin.exchange(0).data(true, " and done");
      assertThat(begun.complete().body()).isEqualTo("begun and done");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_soft_stop_says_goodbye_and_lets_the_last_request_finish(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange begun = client.get("/begun");
      Waits.until("a body that began", () -> begun.body().equals("begun"));
      running.stopGracefully();

      assertThat(client.goneAway().code()).isEqualTo(Http2Error.NO_ERROR);
      origin.exchange(0).data(true, " and done");
      assertThat(begun.complete().body()).isEqualTo("begun and done");
      Waits.until("the end of the connection", () -> !client.open());
      Waits.until("the end of the proxy", running::stopped);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_connection_has_a_limit_of_streams_that_holds(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      assertThat(client.settings().maxConcurrentStreams()).isBetween(1L, 1000L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_an_origin_of_http_1_says_arrives_as_http_2(Proxy proxy) {
    String answer = """
        HTTP/1.1 200 OK\r
        Transfer-Encoding: chunked\r
        X-Mixed-Case: Yes\r
        Connection: keep-alive\r
        Keep-Alive: timeout=5\r
        \r
        5\r
        hello\r
        0\r
        X-Sum: 5\r
        \r
        """;
    try (ScriptedServer http1 = ScriptedServer.start(Scripts.answer(answer));
        ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", http1.port())));
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange exchange = client.get("/").complete();

      assertThat(exchange.head(0))
          .containsEntry("x-mixed-case", "Yes")
          .doesNotContainKeys("connection", "keep-alive", "transfer-encoding");
      assertThat(exchange.body()).isEqualTo("hello");
      assertThat(exchange.head(1)).containsEntry("x-sum", "5");
      assertThat(http1.connection(1).received())
          .startsWith("GET / HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nhost: origin\r\n")
          .doesNotContain(":method", ":path");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_client_of_http_1_gets_what_an_origin_of_http_2_says(Proxy proxy) throws Exception {
    try (ProxyUnderTest running = before(proxy);
        RawClient client = RawClient.connect(running.port())) {
      RawClient.Response response =
          client.send(RawClient.head("GET", "/trailers", "TE: trailers")).response();

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("hello");
      assertThat(response.trailers()).contains("x-sum: 5\r\n");
      assertThat(client.send(RawClient.head("GET", "/")).response().body()).isEqualTo("hello");
    }
  }

  private static void quick(Http2Client client) {
    for (int i = 0; i < 20; i++) {
      assertThat(client.get("/quick").complete().body()).isEqualTo("hello");
    }
  }

  /** HAProxy 2.6 stalls them. */
  @ParameterizedTest
  @EnumSource(names = "FAIRLEAD")
  void a_client_that_takes_in_one_body_slowly_stalls_no_other(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange slow = client.get("/huge");
      slow.pause();
      assertThat(slow.head(0)).containsEntry(":status", "200");
      quick(client);

      assertThat(origin.exchange(0).sent()).isLessThan(Http2Origin.HUGE / 2);
      assertThat(slow.ended()).isFalse();
      slow.resume();
      assertThat(slow.complete().body()).hasSize(Http2Origin.HUGE);
    }
  }

  /** HAProxy 2.6 stalls them. */
  @ParameterizedTest
  @EnumSource(names = "FAIRLEAD")
  void a_server_that_takes_in_one_body_slowly_stalls_no_other(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange slow = client.post("/slow");
      for (int sent = 0; sent < Http2Origin.HUGE; sent += Http2Origin.LARGE.length()) {
        slow.data(sent + Http2Origin.LARGE.length() == Http2Origin.HUGE, Http2Origin.LARGE);
      }
      Http2Exchange held = origin.exchange(0);
      quick(client);

      assertThat(slow.sent()).isLessThan(Http2Origin.HUGE / 2);
      held.resume();
      assertThat(slow.complete().body()).isEqualTo("hello");
      assertThat(held.body()).hasSize(Http2Origin.HUGE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_client_of_http_1_that_leaves_ends_its_stream_only(Proxy proxy) throws Exception {
    try (ProxyUnderTest running = before(proxy)) {
      try (RawClient client = RawClient.connect(running.port())) {
        client.send(RawClient.head("GET", "/begun"));
        assertThat(client.readHead()).startsWith("HTTP/1.1 200");
        client.reset();
      }
      assertThat(origin.exchange(0).awaitReset()).isEqualTo(Http2Error.CANCEL);
      assertThat(origin.open()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_body_that_an_origin_of_http_1_breaks_off_is_not_whole(Proxy proxy) {
    try (ScriptedServer breaking = ScriptedServer.start(client -> {
          client.readRequest();
          client.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        });
        ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", breaking.port())));
        Http2Client client = Http2Client.connect(running.port())) {
      Http2Exchange exchange = client.get("/");

      Waits.until("the end of the stream", exchange::gone);
      assertThat(exchange.head(0)).containsEntry(":status", "200");
      assertThat(exchange.ended()).isFalse();
      if (proxy == Proxy.FAIRLEAD) { // HAProxy 2.6 leaves it to the client to count
        assertThat(exchange.reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      }
      assertThat(client.open()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_idle_connection_is_ended_with_a_farewell(Proxy proxy) {
    try (ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", origin.port()))
            .http2ToServers()
            .time(Time.HTTP_KEEP_ALIVE, 300));
        Http2Client client = Http2Client.connect(running.port())) {
      assertThat(client.get("/").complete().body()).isEqualTo("hello");

      assertThat(client.goneAway().code()).isEqualTo(Http2Error.NO_ERROR);
      Waits.until("the end of the connection", () -> !client.open());
    }
  }

  @ParameterizedTest
  @EnumSource
  void each_stream_has_its_own_line_in_the_log(Proxy proxy) {
    try (ProxyUnderTest running = before(proxy);
        Http2Client client = Http2Client.connect(running.port())) {
      assertThat(client.get("/whole").complete().body()).isEqualTo("hello");
      AccessLine whole = Waits.lines(running, 1).get(0);
      assertThat(whole.termination()).isEqualTo("--");
      assertThat(whole.text()).contains("\"GET ").contains("/whole HTTP/2.0\"");

      Http2Exchange held = client.get("/hold");
      Waits.until("it at the origin", () -> origin.exchanges().size() == 2);
      held.reset(Http2Error.CANCEL);
      AccessLine unanswered = Waits.lines(running, 2).get(1);
      assertThat(unanswered.termination()).isEqualTo(proxy == Proxy.HAPROXY ? "CD" : "CH");
      assertThat(unanswered.status()).isEqualTo(-1);

      Http2Exchange begun = client.get("/begun");
      Waits.until("a body that began", () -> begun.body().equals("begun"));
      begun.reset(Http2Error.CANCEL);
      AccessLine half = Waits.lines(running, 3).get(2);
      assertThat(half.termination()).isEqualTo("CD");
      assertThat(half.status()).isEqualTo(200);
    }
  }
}
