package dev.fairlead.http.virtual;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Http2;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How servers of HTTP/2 that have vanished without a word are found: after 10 s of silence, in 4 s. */
@Timeout(60)
final class Http2PingsTest {
  private static final ServerConnections PINGED = ServerConnections.defaults()
      .idleTimeout(ofHours(1))
      .pingInterval(ofSeconds(10))
      .pingTimeout(ofSeconds(4));

  private VirtualProxy proxy = open(c -> c, H2Peer::server);

  private static VirtualProxy open(
      UnaryOperator<ServerConnections> how, Function<Runnable, H2Peer> server) {
    return VirtualProxy.toHttp2(
        b -> b.serverTimeout(ofHours(2)).connectTimeout(ofSeconds(30)),
        f -> f.clientTimeout(ofHours(3))
            .keepAliveTimeout(ofHours(3))
            .serverConnections(how.apply(PINGED))
            .http2(Http2.defaults().maxIdleFrames(20)),
        server);
  }

  private H2Peer client = proxy.connectHttp2();

  private void with(UnaryOperator<ServerConnections> how, Function<Runnable, H2Peer> server) {
    proxy.close();
    proxy = open(how, server);
    client = proxy.connectHttp2();
  }

  @BeforeEach
  void oneRequestWasAnswered() {
    asksAndIsAnswered();
  }

  @AfterEach
  void close() {
    assertThat(proxy.failures()).isEmpty();
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(proxy.http2Servers().size() - 1);
  }

  private int connections() {
    return proxy.http2Servers().size();
  }

  private static long pings(H2Peer server) {
    return server.on(0).stream().filter(text -> text.startsWith("PING ")).count();
  }

  private void asksAndIsAnswered() {
    int id = client.get();
    H2Peer on = server();
    on.answer(on.streams().get(on.streams().size() - 1), true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  /** From now on, the server says nothing to pings. */
  private H2Peer vanishing() {
    return server().withoutPongs();
  }

  // --- when one is sent

  @Test
  void none_is_sent_unless_it_is_wanted() {
    with(c -> ServerConnections.defaults().idleTimeout(ofHours(1)), H2Peer::server);
    asksAndIsAnswered();
    proxy.advance(ofMinutes(59));
    assertThat(pings(server())).isZero();
    assertThat(server().open()).isTrue();
  }

  @Test
  void one_is_sent_after_each_interval_of_silence_and_its_answer_keeps_the_connection() {
    proxy.advance(ofMillis(9_999));
    assertThat(pings(server())).isZero();
    proxy.advance(ofMillis(1));
    assertThat(pings(server())).isEqualTo(1);
    proxy.advance(ofMillis(9_999));
    assertThat(pings(server())).isEqualTo(1);
    proxy.advance(ofMillis(1));
    assertThat(pings(server())).isEqualTo(2);
    asksAndIsAnswered();
    assertThat(connections()).isEqualTo(1);
  }

  @Test
  void what_comes_puts_the_next_one_off() {
    client.get();
    int on = server().streams().get(1);
    server().answer(on, false, 200);
    for (int i = 0; i < 10; i++) {
      proxy.advance(ofSeconds(9));
      server().data(on, false, "still here");
    }
    assertThat(pings(server())).isZero();
    proxy.advance(ofSeconds(10));
    assertThat(pings(server())).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 60})
  void they_are_never_more_frequent_whatever_the_time_for_an_answer(int seconds) {
    with(c -> c.pingTimeout(ofSeconds(seconds)), H2Peer::server);
    asksAndIsAnswered();
    proxy.advance(ofMinutes(10));
    assertThat(pings(server())).isEqualTo(60);
    assertThat(server().open()).isTrue();
  }

  @Test
  void a_server_that_has_not_told_its_settings_is_not_pinged() {
    with(c -> c, run -> H2Peer.server(run).silent());
    client.get();
    proxy.advance(ofSeconds(20));
    assertThat(pings(server())).isZero();
    server().settings();
    server().answer(1, true, 200);
    proxy.advance(ofSeconds(10));
    assertThat(pings(server())).isEqualTo(1);
  }

  @Test
  void they_do_not_keep_what_is_idle_for_too_long() {
    with(c -> c.idleTimeout(ofSeconds(35)), H2Peer::server);
    asksAndIsAnswered();
    proxy.advance(ofSeconds(35));
    assertThat(pings(server())).isEqualTo(3);
    assertThat(server().goneAway()).endsWith("NO_ERROR");
    assertThat(server().open()).isFalse();
  }

  // --- what is not answered

  @Test
  void an_idle_connection_to_a_server_that_has_vanished_takes_no_request() {
    H2Peer vanished = vanishing();
    proxy.advance(ofMillis(13_999));
    assertThat(vanished.open()).isTrue();
    proxy.advance(ofMillis(1));
    assertThat(vanished.open()).isFalse();
    asksAndIsAnswered();
    assertThat(connections()).isEqualTo(2);
  }

  @Test
  void one_that_was_made_early_is_replaced() {
    with(c -> c.connectEarly(1), H2Peer::server);
    proxy.advance(ofSeconds(1));
    H2Peer vanished = vanishing();
    proxy.advance(ofSeconds(15));
    assertThat(vanished.open()).isFalse();
    assertThat(connections()).isEqualTo(2);
    assertThat(server().open()).isTrue();
  }

  @Test
  void a_request_that_may_be_sent_again_is_sent_on_another_connection() {
    vanishing();
    int id = client.get();
    proxy.advance(ofSeconds(14));
    assertThat(connections()).isEqualTo(2);
    server().answer(1, true, 204);
    assertThat(client.status(id)).isEqualTo(204);
    assertThat(proxy.end()).isEqualTo("204 --");
  }

  @Test
  void one_that_may_not_fails_as_on_a_connection_that_is_reset() {
    vanishing();
    int id = client.ask(true, "POST", "/");
    proxy.advance(ofSeconds(14));
    assertThat(client.status(id)).isEqualTo(502);
    assertThat(proxy.end()).isEqualTo("502 SH");
    assertThat(connections()).isEqualTo(1);
  }

  @Test
  void a_response_that_has_begun_is_broken_off() {
    H2Peer vanished = vanishing();
    int id = client.get();
    vanished.answer(vanished.streams().get(1), false, 200);
    vanished.data(vanished.streams().get(1), false, "half");
    proxy.advance(ofSeconds(14));
    assertThat(client.body(id)).isEqualTo("half");
    assertThat(client.last(id)).isEqualTo("RST INTERNAL_ERROR");
    assertThat(proxy.end()).isEqualTo("200 SD");
  }

  @Test
  void every_stream_learns_of_it() {
    vanishing();
    int first = client.ask(true, "POST", "/");
    int second = client.ask(true, "POST", "/");
    proxy.advance(ofSeconds(14));
    assertThat(client.status(first)).isEqualTo(502);
    assertThat(client.status(second)).isEqualTo(502);
    assertThat(client.open()).isTrue();
  }

  @Test
  void anything_that_comes_is_as_good_as_an_answer() {
    H2Peer server = vanishing();
    client.get();
    int on = server.streams().get(1);
    server.answer(on, false, 200);
    proxy.advance(ofSeconds(13));
    assertThat(pings(server)).isEqualTo(1);
    server.data(on, false, "slow");
    proxy.advance(ofMillis(9_999));
    assertThat(pings(server)).isEqualTo(1);
    proxy.advance(ofSeconds(4));
    assertThat(pings(server)).isEqualTo(2);
    assertThat(server.open()).isTrue();
    proxy.advance(ofMillis(1));
    assertThat(server.open()).isFalse();
  }

  // --- what else pings and is pinged

  @Test
  void answers_do_not_count_among_frames_that_say_nothing() {
    with(c -> c.pingInterval(ofSeconds(1)), H2Peer::server);
    asksAndIsAnswered();
    proxy.advance(ofMinutes(1));
    assertThat(pings(server())).isEqualTo(60);
    assertThat(server().open()).isTrue();
  }

  @Test
  void answers_to_nothing_do() {
    H2Peer server = server();
    byte[] answer = H2Frames.frame(H2Frames.PING, H2Frames.ACK, 0, new byte[8]);
    server.send(H2Frames.times(40, answer));
    assertThat(server.goneAway()).endsWith("ENHANCE_YOUR_CALM");
  }

  @Test
  void an_answer_of_the_server_does_not_end_a_drain_of_the_client() {
    client.withoutPongs();
    client.get();
    proxy.advance(ofMillis(9_500));
    proxy.drain(ofMinutes(1));
    proxy.advance(ofMillis(500));
    assertThat(pings(server())).isEqualTo(1);
    assertThat(client.goneAway()).isEqualTo("GOAWAY 2147483647 NO_ERROR");
    proxy.advance(ofMillis(500));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 3 NO_ERROR");
  }
}
