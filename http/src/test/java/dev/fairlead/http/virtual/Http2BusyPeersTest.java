package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.PING;
import static dev.fairlead.http.peer.H2Frames.all;
import static dev.fairlead.http.peer.H2Frames.data;
import static dev.fairlead.http.peer.H2Frames.frame;
import static dev.fairlead.http.peer.H2Frames.times;
import static dev.fairlead.http.peer.H2Frames.window;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Http2;
import dev.fairlead.http.peer.H2Peer;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that send many small frames because much goes on are no attackers: what goes on pays for them. */
@Timeout(60)
final class Http2BusyPeersTest {
  /** Of frames that move nothing on, in one period in which nothing else happens. */
  private static final int MOST_IDLE = 1000;

  private final VirtualProxy proxy =
      VirtualProxy.toHttp2(b -> b, f -> f.http2(Http2.defaults().maxIdleFrames(MOST_IDLE)));

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private static byte[] ping() {
    return frame(PING, 0, 0, new byte[8]);
  }

  // --- pings and windows beside data

  @Test
  void a_client_may_measure_its_distance_with_all_that_it_downloads() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(1, false, 200);
    for (int i = 0; i < 2 * MOST_IDLE; i++) { // as gRPC does, a ping for each round trip
      server().data(1, false, "some data");
      client.send(ping());
    }
    server().data(1, true, "");
    assertThat(client.goneAway()).isEqualTo("nothing");
    assertThat(client.body(id)).hasSize(9 * 2 * MOST_IDLE);
    assertThat(client.last(id)).isEqualTo("DATA 0 END");
  }

  @Test
  void a_server_may_measure_its_distance_with_all_that_is_uploaded() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    for (int i = 0; i < 2 * MOST_IDLE; i++) {
      client.data(id, false, "some data");
      server().send(ping());
    }
    client.data(id, true, "");
    server().answer(1, true, 200);
    assertThat(server().goneAway()).isEqualTo("nothing");
    assertThat(client.status(id)).isEqualTo(200);
  }

  @Test
  void a_client_may_give_back_the_window_of_each_small_event_at_once() {
    H2Peer client = proxy.connectHttp2(); // its every DATA is answered by two windows
    int id = client.get();
    server().answer(1, false, 200);
    for (int i = 0; i < MOST_IDLE; i++) {
      server().data(1, false, "some data");
    }
    assertThat(client.goneAway()).isEqualTo("nothing");
    assertThat(client.body(id)).hasSize(9 * MOST_IDLE);
  }

  @Test
  void many_requests_pay_for_a_priority_each() {
    H2Peer client = proxy.connectHttp2();
    for (int i = 0; i < 2 * MOST_IDLE; i++) {
      int id = client.get();
      client.send(frame(2, 0, id, new byte[5]));
      server().answer(id, true, 204);
    }
    assertThat(client.goneAway()).isEqualTo("nothing");
    assertThat(client.open()).isTrue();
  }

  @Test
  void a_little_progress_does_not_pay_for_a_flood() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] most = all(data(id, false, "x"), times(10, ping()));
    int sent = 0;
    while (client.open() && sent < 2 * MOST_IDLE) {
      client.send(most);
      sent += 10;
    }
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 ENHANCE_YOUR_CALM");
    assertThat(sent).isBetween(MOST_IDLE, 2 * MOST_IDLE - 10);
  }

  @Test
  void what_went_on_in_the_past_does_not_pay_for_a_flood() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    for (int i = 0; i < MOST_IDLE; i++) {
      client.data(id, false, "x");
    }
    proxy.advance(ofSeconds(30));
    client.send(times(MOST_IDLE + 10, ping()));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 ENHANCE_YOUR_CALM");
  }

  // --- what comes on streams that are over

  @Test
  void what_a_server_sends_before_it_knows_of_a_cancellation_does_not_count() {
    H2Peer client = proxy.connectHttp2();
    int keep = client.get();
    for (int i = 0; i < 5; i++) {
      int id = client.get();
      server().answer(id, false, 200);
      client.reset(id, Http2Error.CANCEL);
      server().send(times(650, data(id, false, 100)));
    }
    assertThat(server().goneAway()).isEqualTo("nothing");
    server().answer(1, true, 200);
    assertThat(client.status(keep)).isEqualTo(200);
  }

  @Test
  void what_a_client_sends_before_it_knows_of_an_answer_does_not_count() {
    H2Peer client = proxy.connectHttp2();
    for (int i = 0; i < 5; i++) {
      int id = client.ask(false, "POST", "/");
      server().answer(id, true, 413);
      assertThat(client.last(id)).isEqualTo("RST NO_ERROR");
      client.send(times(650, data(id, false, 100)));
    }
    assertThat(client.goneAway()).isEqualTo("nothing");
    int id = client.get();
    server().answer(id, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  @Test
  void what_a_server_sends_beyond_the_window_of_a_stream_that_is_over_counts() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(id, false, 200);
    client.reset(id, Http2Error.CANCEL);
    server().send(times(655, data(id, false, 100)));
    for (int i = 0; i < MOST_IDLE / 100; i++) {
      server().send(times(99, data(id, false, 1)));
    }
    assertThat(server().goneAway()).isEqualTo("nothing");
    server().send(times(MOST_IDLE / 10, data(id, false, 1)));
    assertThat(server().goneAway()).isEqualTo("GOAWAY 0 ENHANCE_YOUR_CALM");
    assertThat(server().open()).isFalse();
  }

  @Test
  void windows_of_streams_that_are_over_say_nothing() {
    H2Peer client = proxy.connectHttp2();
    int id = client.get();
    server().answer(id, true, 200);
    client.send(times(MOST_IDLE / 2, window(id, 1000)));
    assertThat(client.goneAway()).isEqualTo("nothing");
    client.send(times(MOST_IDLE, window(id, 1000)));
    assertThat(client.goneAway()).isEqualTo("GOAWAY 1 ENHANCE_YOUR_CALM");
  }
}
