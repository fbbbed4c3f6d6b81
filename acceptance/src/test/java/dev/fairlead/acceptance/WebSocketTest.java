package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Inbox.Closing;
import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.acceptance.Plan.Time;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** WebSockets of other people's clients and servers, through each mode and version. */
@Timeout(120)
final class WebSocketTest {
  private static final List<Integer> SIZES =
      List.of(0, 1, 125, 126, 65_535, 65_536, 1 << 20, 16 << 20);

  /** A proxy and what is spoken on its two sides. */
  record Way(Proxy proxy, Mode mode, Hop clients, Hop servers) {
    /** An open WebSocket through the proxy. */
    Talk open(boolean compressed) throws Exception {
      return open(compressed, 20_000);
    }

    Talk open(boolean compressed, int tunnelMillis) throws Exception {
      WebSocketOrigin origin = servers.http2()
          ? Http2WebSocketOrigin.start(servers, proxy == Proxy.HAPROXY)
          : JavaWebSocketOrigin.start(servers);
      Plan plan = Plan.of(mode, Member.of("a", origin.port()))
          .hops(clients, servers)
          .time(Time.TUNNEL, tunnelMillis);
      ProxyUnderTest running = proxy.start(plan);
      try {
        WebSocketEnd client = clients.http2()
            ? Http2WebSocketClient.open(clients, running.port())
            : JavaWebSocketClient.open(clients, running.port(), compressed);
        return new Talk(origin, running, client, origin.end());
      } catch (Throwable e) {
        running.close();
        origin.close();
        throw e;
      }
    }

    @Override
    public String toString() {
      return proxy + " in mode " + mode + " from " + clients + " to " + servers;
    }
  }

  private record Talk(
      WebSocketOrigin origin, ProxyUnderTest proxy, WebSocketEnd client, WebSocketEnd server)
      implements AutoCloseable {
    @Override
    public void close() {
      client.close();
      proxy.close();
      origin.close();
    }
  }

  static Stream<Way> ways() {
    return Stream.concat(oldWays(), newWays());
  }

  /** HTTP/1.1, which the library speaks; for TCP, what comes over it does not matter. */
  static Stream<Way> oldWays() {
    return Stream.of(Proxy.values())
        .flatMap(proxy -> Stream.of(Mode.values())
            .flatMap(mode -> Stream.of(
                new Way(proxy, mode, Hop.HTTP, Hop.HTTP),
                new Way(proxy, mode, Hop.HTTPS, Hop.HTTPS))));
  }

  /** HTTP/2 on one side or both: an extended CONNECT becomes an upgrade, and the other way round. */
  private static Stream<Way> newWays() {
    return Stream.of(Proxy.values())
        .flatMap(proxy -> Stream.of(
            new Way(proxy, Mode.HTTP, Hop.H2C, Hop.HTTP),
            new Way(proxy, Mode.HTTP, Hop.HTTP, Hop.H2C),
            new Way(proxy, Mode.HTTP, Hop.H2C, Hop.H2C),
            new Way(proxy, Mode.HTTP, Hop.H2, Hop.HTTPS),
            new Way(proxy, Mode.HTTP, Hop.HTTPS, Hop.H2),
            new Way(proxy, Mode.HTTP, Hop.H2, Hop.H2)));
  }

  static Stream<Way> plainWays() {
    return ways().filter(way -> !way.clients().tls());
  }

  static Stream<Way> httpWays() {
    return ways().filter(way -> way.mode() == Mode.HTTP);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void binary_messages_of_all_sizes_come_back(Way way) throws Exception {
    binary(way, false);
  }

  @ParameterizedTest
  @MethodSource("oldWays")
  void compressed_binary_messages_of_all_sizes_come_back(Way way) throws Exception {
    binary(way, true);
  }

  private static void binary(Way way, boolean compressed) throws Exception {
    try (Talk talk = way.open(compressed)) {
      for (int size : SIZES) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        Arrays.fill(data, size / 2, size, (byte) 'x'); // one half can be compressed
        talk.client().send(ByteBuffer.wrap(data));

        assertThat(talk.server().inbox().next()).isEqualTo(ByteBuffer.wrap(data));
        assertThat(talk.client().inbox().next()).isEqualTo(ByteBuffer.wrap(data));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void texts_of_all_sizes_come_back(Way way) throws Exception {
    texts(way, false);
  }

  @ParameterizedTest
  @MethodSource("oldWays")
  void compressed_texts_of_all_sizes_come_back(Way way) throws Exception {
    texts(way, true);
  }

  private static void texts(Way way, boolean compressed) throws Exception {
    try (Talk talk = way.open(compressed)) {
      for (int size : SIZES) {
        String text = "\u00e4b".repeat(size / 3) + "c".repeat(size % 3); // so many bytes
        talk.client().send(text);

        assertThat(text.equals(talk.server().inbox().next())).as("to, %d", size).isTrue();
        assertThat(text.equals(talk.client().inbox().next()))
            .as("fro, %d", size)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_message_in_fragments_is_one_message(Way way) throws Exception {
    try (Talk talk = way.open(false)) {
      talk.client().sendFragments(List.of("one, ", "", "two, ", "x".repeat(70_000)));

      assertThat(talk.server().inbox().next()).isEqualTo("one, two, " + "x".repeat(70_000));
      assertThat(talk.client().inbox().next()).isEqualTo("one, two, " + "x".repeat(70_000));
      talk.server().sendFragments(List.of("a", "b"));
      assertThat(talk.client().inbox().next()).isEqualTo("ab");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void pings_are_answered_by_the_other_end(Way way) throws Exception {
    try (Talk talk = way.open(false)) {
      talk.client().ping();
      talk.client().inbox().awaitPong();
      talk.server().ping();
      talk.server().inbox().awaitPong();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void the_server_may_speak_first(Way way) throws Exception {
    try (Talk talk = way.open(false)) {
      talk.server().send("welcome");

      assertThat(talk.client().inbox().next()).isEqualTo("welcome");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void the_code_of_a_client_that_closes_reaches_the_server(Way way) throws Exception {
    try (Talk talk = way.open(false)) {
      talk.client().close(4001, "enough");

      assertThat(talk.server().inbox().closing()).isEqualTo(new Closing(4001, "enough"));
      assertThat(talk.client().inbox().closing()).isEqualTo(new Closing(4001, "enough"));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void the_code_of_a_server_that_closes_reaches_the_client(Way way) throws Exception {
    try (Talk talk = way.open(false)) {
      talk.server().close(1001, "going");

      assertThat(talk.client().inbox().closing()).isEqualTo(new Closing(1001, "going"));
      Closing answer = talk.server().inbox().closing();
      if (way.clients().http2()) { // the library's client may close before it has answered
        assertThat(answer).isEqualTo(new Closing(1001, "going"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("plainWays")
  void a_client_that_vanishes_is_gone_for_the_server(Way way) throws Exception {
    try (Talk talk = way.open(false)) {
      talk.client().send("last words");
      assertThat(talk.server().inbox().next()).isEqualTo("last words");
      assertThat(talk.client().inbox().next()).isEqualTo("last words");
      talk.client().vanish();

      assertThat(talk.server().inbox().closing().code()).isEqualTo(1006);
      if (way.proxy() == Proxy.FAIRLEAD) { // HAProxy ends it in order where it speaks HTTP/2
        assertThat(talk.server().inbox().closing().reason()).isEqualTo("Connection reset");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("httpWays")
  void silence_is_borne_for_the_tunnel_time_out_and_no_longer(Way way) throws Exception {
    try (Talk talk = way.open(false, 2000)) {
      assertThat(talk.client().inbox().staysSilent(Duration.ofMillis(500))).isTrue();
      Duration open = Waits.took(() -> {
        talk.client().send("still here");
        assertThat(talk.client().inbox().next()).isEqualTo("still here");
        talk.client().inbox().closing();
      });

      assertThat(open).isBetween(Duration.ofMillis(1990), Duration.ofSeconds(12));
      assertThat(talk.client().inbox().closing().code()).isEqualTo(1006);
      if (!way.servers().tls()) { // over TLS, the library's server does not notice
        assertThat(talk.server().inbox().closing().code()).isEqualTo(1006);
      }
    }
  }
}
