package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.ACK;
import static dev.fairlead.http.peer.H2Frames.CONTINUATION;
import static dev.fairlead.http.peer.H2Frames.DATA;
import static dev.fairlead.http.peer.H2Frames.END_HEADERS;
import static dev.fairlead.http.peer.H2Frames.END_STREAM;
import static dev.fairlead.http.peer.H2Frames.HEADERS;
import static dev.fairlead.http.peer.H2Frames.INITIAL_WINDOW_SIZE;
import static dev.fairlead.http.peer.H2Frames.PING;
import static dev.fairlead.http.peer.H2Frames.PRIORITY;
import static dev.fairlead.http.peer.H2Frames.all;
import static dev.fairlead.http.peer.H2Frames.block;
import static dev.fairlead.http.peer.H2Frames.data;
import static dev.fairlead.http.peer.H2Frames.frame;
import static dev.fairlead.http.peer.H2Frames.headers;
import static dev.fairlead.http.peer.H2Frames.ints;
import static dev.fairlead.http.peer.H2Frames.reset;
import static dev.fairlead.http.peer.H2Frames.settings;
import static dev.fairlead.http.peer.H2Frames.times;
import static dev.fairlead.http.peer.H2Frames.window;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.peer.H2Peer;
import io.netty.handler.codec.http2.Http2Error;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that make work and want nothing are sent away; busy ones are not. */
@Timeout(60)
final class Http2AbuseTest {
  /** Of resets, in one period. */
  private static final int MOST_RESETS = 200;

  /** Of frames that move nothing on, in one period in which little else goes on. */
  private static final int MOST_IDLE = 10_000;

  private final VirtualProxy proxy = VirtualProxy.toHttp2(b -> b, f -> f);

  @AfterEach
  void close() {
    try {
      assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
    } finally {
      proxy.close();
    }
  }

  private static byte[] get(int id) {
    return H2Peer.head(id, true, "GET", "/");
  }

  private static byte[] post(int id, String... fields) {
    return H2Peer.head(id, false, "POST", "/", fields);
  }

  /** What makes one stream end badly, so that many of them are an attack. */
  static Stream<Arguments> resets() {
    return Stream.of(
        resets("rapid reset", id -> all(get(id), reset(id, 8))),
        resets("a window that overflows", id -> all(post(id), window(id, Integer.MAX_VALUE))),
        resets("a window that grows by nothing", id -> all(post(id), window(id, 0))),
        resets("data behind the end", id -> all(get(id), data(id, false, "x"))),
        resets("a head behind the end", id -> all(get(id), get(id))),
        resets(
            "more data than the window", id -> all(post(id), times(12, data(id, false, 16_384)))),
        resets(
            "more data than the length",
            id -> all(post(id, "content-length", "1"), data(id, false, "xx"))),
        resets(
            "less data than the length",
            id -> all(post(id, "content-length", "2"), data(id, true, "x"))),
        resets("a malformed head", id -> headers(id, true, ":method", "GET")),
        resets("malformed trailers", id -> all(post(id), headers(id, false, "x", "y"))),
        resets("a priority of the wrong size", id -> all(post(id), frame(PRIORITY, 0, id))),
        resets(
            "a stream that depends on itself",
            id -> all(post(id), frame(PRIORITY, 0, id, all(ints(id), new byte[1])))));
  }

  private static Arguments resets(String what, IntFunction<byte[]> stream) {
    return Arguments.of(what, stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resets")
  void a_client_that_has_many_streams_reset_is_sent_away(String what, IntFunction<byte[]> stream) {
    H2Peer client = proxy.connectHttp2();
    int id = 1;
    for (; id < 2 * MOST_RESETS; id += 2) {
      client.send(stream.apply(id));
    }
    assertThat(client.open()).as(what).isTrue();
    assertThat(client.goneAway()).isEqualTo("nothing");
    client.send(stream.apply(id));
    assertThat(client.goneAway()).isEqualTo("GOAWAY " + id + " ENHANCE_YOUR_CALM");
    assertThat(client.open()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resets")
  void as_many_resets_as_are_borne_may_come_in_each_period(
      String what, IntFunction<byte[]> stream) {
    H2Peer client = proxy.connectHttp2();
    int id = 1;
    for (int period = 0; period < 3; period++) {
      for (int i = 0; i < MOST_RESETS; i++, id += 2) {
        client.send(stream.apply(id));
      }
      proxy.advance(ofSeconds(30));
    }
    assertThat(client.goneAway()).as(what).isEqualTo("nothing");
    client.send(get(id));
    H2Peer server = proxy.http2Servers().get(proxy.http2Servers().size() - 1);
    server.answer(server.streams().get(server.streams().size() - 1), true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  @Test
  void an_interim_response_is_no_reason_to_bear_more_resets() {
    H2Peer client = proxy.connectHttp2();
    int id = 1;
    while (id < 3 * MOST_RESETS && client.open()) {
      client.send(get(id));
      H2Peer server = proxy.http2Servers().get(proxy.http2Servers().size() - 1);
      int last = server.streams().get(server.streams().size() - 1);
      server.answer(last, false, 103);
      assertThat(client.status(id)).isEqualTo(103);
      client.reset(id, Http2Error.CANCEL);
      id += 2;
    }
    assertThat(client.goneAway())
        .isEqualTo("GOAWAY " + (2 * MOST_RESETS + 1) + " ENHANCE_YOUR_CALM");
  }

  @Test
  void a_rapid_reset_in_one_burst_leaves_nothing_behind() {
    H2Peer client = proxy.connectHttp2();
    byte[][] burst = new byte[2000][];
    for (int i = 0; i < burst.length; i++) {
      burst[i] = all(get(2 * i + 1), reset(2 * i + 1, 8));
    }
    client.send(burst);
    assertThat(client.goneAway()).endsWith(" ENHANCE_YOUR_CALM");
    assertThat(client.open()).isFalse();
    // All of it came in one turn, so that most never left.
    assertThat(proxy.ended()).hasSizeLessThanOrEqualTo(MOST_RESETS + 1);
  }

  /** Frames that move nothing on. */
  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("settings", settings()),
        Arguments.of("pings", frame(PING, 0, 0, new byte[8])),
        Arguments.of("pongs", frame(PING, ACK, 0, new byte[8])),
        Arguments.of("acknowledged settings", frame(4, ACK, 0)),
        Arguments.of("priorities", frame(PRIORITY, 0, 1, new byte[5])),
        Arguments.of("unknown frames", frame(99, 0, 1, new byte[3])),
        Arguments.of("empty data", data(1, false, "")),
        Arguments.of("padding only", frame(DATA, 8, 1, new byte[] {1, 0})),
        Arguments.of("tiny windows", window(1, 1)),
        Arguments.of("tiny windows of the connection", window(0, 1)),
        Arguments.of("going away", frame(7, 0, 0, new byte[8])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void a_client_that_sends_frames_without_end_that_say_nothing_is_sent_away(
      String what, byte[] frame) {
    H2Peer client = proxy.connectHttp2();
    client.send(post(1));
    for (int i = 0; i < MOST_IDLE / 100; i++) {
      client.send(times(99, frame));
    }
    assertThat(client.goneAway()).as(what).isEqualTo("nothing");
    client.send(times(MOST_IDLE / 50, frame));
    assertThat(client.goneAway()).as(what).isEqualTo("GOAWAY 1 ENHANCE_YOUR_CALM");
    assertThat(client.open()).isFalse();
    assertThat(proxy.http2Servers().get(0).last(1)).isEqualTo("RST CANCEL");
  }

  /** CVE-2019-9511: what goes on in crumbs of the client's choice does not pay for what asks for them. */
  @Test
  void data_that_is_let_out_byte_by_byte_pays_for_nothing() {
    H2Peer client = proxy.connectHttp2().withoutGrants();
    client.settings(INITIAL_WINDOW_SIZE, 0);
    client.send(get(1));
    H2Peer server = proxy.http2Servers().get(0);
    server.answer(1, false, 200);
    server.data(1, true, 16_000);
    for (int i = 0; i < MOST_IDLE + 100 && client.open(); i++) {
      client.send(window(1, 1));
    }
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 ENHANCE_YOUR_CALM");
  }

  /** The same, by one frame for all streams. */
  @Test
  void data_that_is_let_out_byte_by_byte_on_all_streams_pays_for_nothing() {
    H2Peer client = proxy.connectHttp2().withoutGrants();
    client.settings(INITIAL_WINDOW_SIZE, 0);
    client.window(0, 1 << 20);
    for (int id = 1; id < 20; id += 2) {
      client.send(get(id));
      proxy.http2Servers().get(0).answer(id, false, 200);
      proxy.http2Servers().get(0).data(id, true, 16_000);
    }
    for (int i = 1; i < MOST_IDLE + 100 && client.open(); i++) {
      client.settings(INITIAL_WINDOW_SIZE, i);
    }
    assertThat(client.goneAway()).isEqualTo("GOAWAY 19 ENHANCE_YOUR_CALM");
  }

  /** CVE-2019-9518. */
  @Test
  void ends_of_a_stream_that_is_over_say_nothing() {
    H2Peer client = proxy.connectHttp2();
    client.send(headers(1, false, ":method", "GET")); // malformed
    assertThat(client.last(1)).isEqualTo("RST PROTOCOL_ERROR");
    client.send(times(MOST_IDLE + 10, data(1, true, "")));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 ENHANCE_YOUR_CALM");
  }

  @Test
  void resets_of_what_is_over_are_frames_that_say_nothing() {
    H2Peer client = proxy.connectHttp2();
    client.send(get(1));
    proxy.http2Servers().get(0).answer(1, true, 200);
    client.send(times(MOST_IDLE + 10, reset(1, 8)));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 ENHANCE_YOUR_CALM");
  }

  @Test
  void what_is_sent_on_a_stream_that_we_have_reset_says_nothing() {
    H2Peer client = proxy.connectHttp2();
    client.send(post(1));
    proxy.http2Servers().get(0).answer(1, true, 413);
    assertThat(client.last(1)).isEqualTo("RST NO_ERROR");
    byte[] late = all(data(1, false, 1000), headers(1, true, "x", "y"));
    client.send(times(100, late));
    assertThat(client.goneAway()).isEqualTo("nothing");
    client.send(times(MOST_IDLE / 2, late));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 ENHANCE_YOUR_CALM");
  }

  @Test
  void a_server_that_floods_us_is_left() {
    H2Peer client = proxy.connectHttp2();
    client.send(post(1));
    H2Peer server = proxy.http2Servers().get(0);
    server.send(times(MOST_IDLE + 10, frame(PING, 0, 0, new byte[8])));
    assertThat(server.goneAway()).isEqualTo("GOAWAY 0 ENHANCE_YOUR_CALM");
    assertThat(server.open()).isFalse();
    assertThat(client.status(1)).isEqualTo(502);
  }

  @Test
  void a_head_in_many_small_pieces_is_an_attack() {
    H2Peer client = proxy.connectHttp2();
    client.send(frame(HEADERS, END_STREAM, 1, block(":method", "GET")));
    client.send(times(1000, frame(CONTINUATION, 0, 1, block("x", ""))));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 0 ENHANCE_YOUR_CALM");
    assertThat(client.open()).isFalse();
  }

  @Test
  void a_head_in_empty_pieces_is_an_attack() {
    H2Peer client = proxy.connectHttp2();
    client.send(frame(HEADERS, END_STREAM, 1, block(":method", "GET")));
    client.send(times(1000, frame(CONTINUATION, 0, 1)));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 0 ENHANCE_YOUR_CALM");
  }

  @Test
  void a_head_without_end_is_an_attack() {
    H2Peer client = proxy.connectHttp2();
    client.send(frame(HEADERS, END_STREAM, 1, block(":method", "GET")));
    for (int i = 0; i < 3 && client.open(); i++) {
      client.send(frame(CONTINUATION, 0, 1, new byte[16_384]));
    }
    assertThat(client.goneAway()).isEqualTo("GOAWAY 0 ENHANCE_YOUR_CALM");
  }

  @Test
  void a_head_in_some_pieces_is_none() {
    H2Peer client = proxy.connectHttp2();
    byte[] whole = block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a");
    client.send(frame(HEADERS, END_STREAM, 1, Arrays.copyOf(whole, 1)));
    for (int i = 1; i < whole.length; i++) {
      boolean last = i == whole.length - 1;
      client.send(frame(CONTINUATION, last ? END_HEADERS : 0, 1, whole[i]));
    }
    proxy.http2Servers().get(0).answer(1, true, 200);
    assertThat(client.status(1)).isEqualTo(200);
  }

  @Test
  void a_head_that_is_large_only_when_it_is_unpacked_is_too_large() {
    H2Peer client = proxy.connectHttp2();
    byte[] value = new byte[3900];
    Arrays.fill(value, (byte) 'v');
    // A literal that is put into the table, and then the entry 62 again and again.
    byte[] entry = all(block("x", new String(value, US_ASCII)));
    entry[0] = 0x40;
    byte[] again = new byte[12_000];
    Arrays.fill(again, (byte) 0xbe);
    byte[] pseudo = block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a");
    for (int i = 0; i < 50; i++) {
      int id = 2 * i + 1;
      client.send(frame(HEADERS, END_HEADERS | END_STREAM, id, all(pseudo, entry, again)));
      assertThat(client.status(id)).isEqualTo(431);
    }
    assertThat(client.open()).isTrue();
    assertThat(proxy.http2Servers()).isEmpty();
  }

  @Test
  void heads_that_are_too_large_get_their_status() {
    H2Peer client = proxy.connectHttp2();
    int fields = client.ask(true, "GET", "/", fields(101, 1));
    assertThat(client.status(fields)).isEqualTo(431);
    int bytes = client.ask(true, "GET", "/", fields(30, 540));
    assertThat(client.status(bytes)).isEqualTo(431);
    int cookies = client.ask(true, "GET", "/", cookies(160));
    assertThat(client.status(cookies)).isEqualTo(431);
    int path = client.ask(true, "GET", "/" + "p".repeat(9000));
    assertThat(client.status(path)).isEqualTo(414);
    int fine = client.ask(true, "GET", "/");
    proxy.http2Servers().get(0).answer(1, true, 200);
    assertThat(client.status(fine)).isEqualTo(200);
  }

  private static String[] fields(int count, int size) {
    String[] all = new String[2 * count];
    for (int i = 0; i < count; i++) {
      all[2 * i] = "x-" + i;
      all[2 * i + 1] = "v".repeat(size);
    }
    return all;
  }

  private static String[] cookies(int count) {
    String[] all = new String[2 * count];
    for (int i = 0; i < count; i++) {
      all[2 * i] = "cookie";
      all[2 * i + 1] = "c".repeat(105);
    }
    return all;
  }

  @Test
  void a_cookie_in_many_crumbs_is_one_field() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(
        true,
        "GET",
        "/",
        Stream.generate(() -> Stream.of("cookie", "a=b"))
            .limit(300)
            .flatMap(c -> c)
            .toArray(String[]::new));
    proxy.http2Servers().get(0).answer(1, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  @Test
  void a_thousand_requests_of_a_busy_client_are_served() {
    H2Peer client = proxy.connectHttp2();
    int resets = 0;
    for (int i = 0; i < 1000; i++) {
      int id = client.get();
      H2Peer server = proxy.http2Servers().get(0);
      int there = server.streams().get(server.streams().size() - 1);
      server.answer(there, false, 200);
      if (i % 6 == 0) {
        client.reset(id, Http2Error.CANCEL); // the user has gone to another page
        resets++;
        assertThat(server.last(there)).isEqualTo("RST CANCEL");
      } else {
        server.data(there, true, "ok");
        assertThat(client.body(id)).isEqualTo("ok");
      }
      if (i % 10 == 0) {
        client.send(frame(PING, 0, 0, new byte[8]));
      }
    }
    assertThat(resets).isLessThan(MOST_RESETS);
    assertThat(client.goneAway()).isEqualTo("nothing");
    assertThat(client.open()).isTrue();
    assertThat(proxy.http2Servers()).hasSize(1);
  }
}
