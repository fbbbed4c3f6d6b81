package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.INITIAL_WINDOW_SIZE;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import io.netty.handler.codec.http2.Http2Error;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Windows of HTTP/2 (RFC 9113 §5.2) from one end of the proxy to the other. */
@Timeout(60)
final class FlowControlTest {
  private static final int WINDOW = 65_535;
  private static final int KIB = 1024;
  /** What a stream may hold of a body besides its window: what waits to be sent, and the replay buffer. */
  private static final int CONSTANT = 128 * KIB;

  private static final int WINDOW_OF_OURS = 64 * KIB;

  private VirtualProxy proxy = open(H2Peer::server);

  private static VirtualProxy open(Function<Runnable, H2Peer> server) {
    return VirtualProxy.toHttp2(
        b -> b.serverTimeout(ofSeconds(20)), f -> f.clientTimeout(ofSeconds(30)), server);
  }

  /** With a server that gives no window back, and has certain settings. */
  private void withServer(int... settings) {
    proxy.close();
    proxy = open(run -> H2Peer.server(run, settings).withoutGrants());
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private static H2Peer greedy(H2Peer peer) {
    // Its connection has room for all, so that only streams stand still.
    peer.window(0, 100 * 1024 * KIB);
    return peer.withoutGrants();
  }

  /** Sends as much of a response as the windows allow, and no more than so much. */
  private static int fill(H2Peer from, int id, int most) {
    int sent = 0;
    while (sent < most && sent + 16 * KIB <= WINDOW_OF_OURS + from.granted(id)) {
      from.data(id, false, 16 * KIB);
      sent += 16 * KIB;
    }
    return sent;
  }

  @Test
  void a_client_that_takes_nothing_on_one_stream_gets_another_one_whole() {
    H2Peer client = greedy(proxy.connectHttp2());
    int slow = client.get();
    int fast = client.get();
    server().answer(slow, false, 200);
    server().answer(fast, false, 200);
    fill(server(), slow, 1024 * KIB);
    assertThat(client.body(slow)).hasSize(WINDOW);
    for (int i = 0; i < 64; i++) {
      server().data(fast, i == 63, 16 * KIB);
      client.window(fast, 16 * KIB);
    }
    assertThat(client.body(fast)).hasSize(1024 * KIB);
    assertThat(client.last(fast)).endsWith(" END");
  }

  @Test
  void pings_are_answered_while_streams_stand_still() {
    withServer();
    H2Peer client = proxy.connectHttp2().withoutGrants();
    int down = client.get();
    server().answer(down, false, 200);
    fill(server(), down, 1024 * KIB);
    assertThat(client.body(down)).hasSize(WINDOW); // neither the stream nor the connection goes on
    client.send(H2Frames.frame(H2Frames.PING, 0, 0, H2Frames.ints(0, 7)));
    assertThat(client.last(0)).isEqualTo("PONG 7");
    int up = client.ask(false, "POST", "/");
    fill(client, up, 1024 * KIB);
    assertThat(server().body(up)).hasSize(WINDOW);
    server().send(H2Frames.frame(H2Frames.PING, 0, 0, H2Frames.ints(0, 8)));
    assertThat(server().last(0)).isEqualTo("PONG 8");
    assertThat(client.open()).isTrue();
    assertThat(server().open()).isTrue();
  }

  @Test
  void what_a_server_may_send_ahead_of_a_client_is_bounded() {
    H2Peer client = greedy(proxy.connectHttp2());
    int id = client.get();
    server().answer(id, false, 200);
    int sent = fill(server(), id, 1024 * KIB);
    assertThat(sent - client.body(id).length()).isLessThanOrEqualTo(WINDOW_OF_OURS + CONSTANT);
    client.window(id, 1024 * KIB);
    int more = fill(server(), id, 128 * KIB);
    assertThat(more).isGreaterThan(64 * KIB);
    server().data(id, true, "");
    assertThat(client.last(id)).endsWith(" END");
  }

  @Test
  void a_server_that_takes_nothing_on_one_stream_gets_another_one_whole() {
    withServer();
    H2Peer client = proxy.connectHttp2();
    int slow = client.ask(false, "POST", "/slow");
    int fast = client.ask(false, "POST", "/fast");
    server().window(0, 1024 * KIB);
    int sent = fill(client, slow, 1024 * KIB);
    assertThat(server().body(slow)).hasSize(WINDOW);
    assertThat(sent - WINDOW).isLessThanOrEqualTo(WINDOW_OF_OURS + CONSTANT);
    for (int i = 0; i < 16; i++) {
      client.data(fast, i == 15, 16 * KIB);
      server().window(fast, 16 * KIB);
    }
    assertThat(server().body(fast)).hasSize(256 * KIB);
    assertThat(server().last(fast)).endsWith(" END");
    server().answer(fast, true, 200);
    assertThat(client.status(fast)).isEqualTo(200);
    server().answer(slow, true, 200);
    assertThat(client.status(slow)).isEqualTo(200);
    assertThat(client.last(slow)).isEqualTo("RST NO_ERROR");
    assertThat(server().last(slow)).isEqualTo("RST CANCEL");
  }

  @Test
  void an_upload_honours_the_window_of_the_server() {
    withServer(INITIAL_WINDOW_SIZE, 10);
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    client.data(id, true, 25);
    assertThat(server().body(id)).hasSize(10);
    server().window(id, 14);
    assertThat(server().body(id)).hasSize(24);
    assertThat(server().last(id)).isEqualTo("DATA 14");
    server().window(id, 1);
    assertThat(server().last(id)).isEqualTo("DATA 1 END");
    server().answer(id, true, 200);
  }

  @Test
  void a_server_may_take_back_windows_by_its_settings() {
    withServer(INITIAL_WINDOW_SIZE, 100);
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    client.data(id, false, 80);
    server().settings(INITIAL_WINDOW_SIZE, 30); // 50 less than nothing
    client.data(id, true, 80);
    assertThat(server().body(id)).hasSize(80);
    server().window(id, 50);
    assertThat(server().body(id)).hasSize(80);
    server().window(id, 1);
    assertThat(server().body(id)).hasSize(81);
    server().settings(INITIAL_WINDOW_SIZE, 1000);
    assertThat(server().body(id)).hasSize(160);
    assertThat(server().last(id)).endsWith(" END");
    server().answer(id, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  @Test
  void a_client_may_take_back_windows_by_its_settings() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 100).withoutGrants();
    int id = client.get();
    server().answer(id, false, 200);
    server().data(id, false, 80);
    client.settings(INITIAL_WINDOW_SIZE, 0); // 80 less than nothing
    server().data(id, true, 80);
    assertThat(client.body(id)).hasSize(80);
    client.window(id, 80);
    assertThat(client.body(id)).hasSize(80);
    client.settings(INITIAL_WINDOW_SIZE, 80);
    assertThat(client.body(id)).hasSize(160);
    assertThat(client.last(id)).endsWith(" END");
    int next = client.get();
    server().answer(next, false, 200);
    server().data(next, true, 90);
    assertThat(client.body(next)).hasSize(80);
    client.window(next, 10);
    assertThat(client.last(next)).isEqualTo("DATA 10 END");
  }

  @Test
  void an_exhausted_window_of_the_connection_holds_all_streams_until_it_is_granted() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 1024 * KIB).withoutGrants();
    int a = client.get();
    int b = client.get();
    server().answer(a, false, 200);
    server().answer(b, false, 200);
    fill(server(), a, 64 * KIB);
    server().data(b, true, 1000);
    assertThat(client.body(a).length() + client.body(b).length()).isEqualTo(WINDOW);
    client.window(0, 1);
    client.window(0, 2000);
    assertThat(client.body(a)).hasSize(64 * KIB);
    assertThat(client.body(b)).hasSize(1000);
    assertThat(client.last(b)).endsWith(" END");
    server().data(a, true, "");
    assertThat(client.last(a)).isEqualTo("DATA 0 END");
  }

  @Test
  void an_exhausted_window_of_the_connection_does_not_hold_heads_and_trailers() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 1024 * KIB).withoutGrants();
    int a = client.get();
    int b = client.get();
    server().answer(a, false, 200);
    fill(server(), a, 128 * KIB);
    assertThat(client.body(a)).hasSize(WINDOW);
    server().answer(b, false, 200);
    server().trailers(b, "x", "y");
    assertThat(client.last(b)).isEqualTo("HEADERS x=y END");
    client.reset(a, Http2Error.CANCEL);
  }

  @Test
  void trailers_that_wait_behind_windows_stay_with_their_streams() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 0).withoutGrants();
    int[] ids = {client.get(), client.get(), client.get()};
    for (int id : ids) {
      server().answer(id, false, 200);
      server().data(id, false, id == ids[1] ? 0 : 10);
      server().trailers(id, "of", "stream-" + id);
    }
    assertThat(client.last(ids[1])).isEqualTo("HEADERS of=stream-" + ids[1] + " END");
    client.window(ids[2], 10);
    assertThat(client.last(ids[2])).isEqualTo("HEADERS of=stream-" + ids[2] + " END");
    client.window(ids[0], 10);
    assertThat(client.last(ids[0])).isEqualTo("HEADERS of=stream-" + ids[0] + " END");
  }

  @Test
  void trailers_of_requests_that_wait_behind_windows_stay_with_their_streams() {
    withServer(INITIAL_WINDOW_SIZE, 0);
    H2Peer client = proxy.connectHttp2();
    int[] ids = new int[3];
    for (int i = 0; i < 3; i++) {
      ids[i] = client.ask(false, "POST", "/" + i);
      client.data(ids[i], false, 10);
      client.trailers(ids[i], "of", "stream-" + ids[i]);
    }
    for (int i = 2; i >= 0; i--) {
      server().window(ids[i], 10);
      assertThat(server().last(ids[i])).isEqualTo("HEADERS of=stream-" + ids[i] + " END");
      server().answer(ids[i], true, 200);
    }
  }

  @Test
  void a_client_that_takes_nothing_has_its_time() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 10).withoutGrants();
    int id = client.get();
    server().answer(id, false, 200);
    fill(server(), id, 1024 * KIB);
    proxy.advance(ofSeconds(29));
    assertThat(client.last(id)).isEqualTo("DATA 10");
    proxy.advance(ofSeconds(1));
    assertThat(client.last(id)).isEqualTo("RST CANCEL");
    assertThat(server().last(id)).isEqualTo("RST CANCEL");
    assertThat(proxy.end()).isEqualTo("200 cD");
    assertThat(client.open()).isTrue();
  }

  @Test
  void a_client_that_takes_nothing_of_the_rest_has_its_time() {
    H2Peer client = proxy.connectHttp2(INITIAL_WINDOW_SIZE, 10).withoutGrants();
    int id = client.get();
    server().answer(id, false, 200);
    server().data(id, true, 20);
    assertThat(proxy.end()).isEqualTo("200 --");
    proxy.advance(ofSeconds(29));
    client.window(id, 5);
    proxy.advance(ofSeconds(29));
    assertThat(client.last(id)).isEqualTo("DATA 5");
    proxy.advance(ofSeconds(1));
    assertThat(client.last(id)).isEqualTo("RST CANCEL");
    assertThat(client.open()).isTrue();
  }

  @Test
  void a_server_that_takes_nothing_has_its_time() {
    withServer(INITIAL_WINDOW_SIZE, 10);
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    fill(client, id, 1024 * KIB);
    proxy.advance(ofSeconds(20));
    assertThat(client.status(id)).isEqualTo(504);
    assertThat(server().last(id)).isEqualTo("RST CANCEL");
  }

  @Test
  void a_stream_that_is_sent_more_than_its_window_is_reset() {
    withServer(INITIAL_WINDOW_SIZE, 0);
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    fill(client, id, 1024 * KIB);
    assertThat(client.last(id)).isEqualTo("nothing");
    client.data(id, false, 16 * KIB);
    assertThat(client.last(id)).isEqualTo("RST FLOW_CONTROL_ERROR");
    assertThat(server().last(id)).isEqualTo("RST CANCEL");
    assertThat(client.open()).isTrue();
  }

  @Test
  void padding_counts_for_windows_and_is_given_back() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] padded = new byte[256];
    padded[0] = (byte) 250; // five bytes of data, 250 of padding
    for (int i = 0; i < 1024; i++) {
      client.send(H2Frames.frame(H2Frames.DATA, H2Frames.PADDED, id, padded));
    }
    assertThat(server().body(id)).hasSize(5 * 1024);
    assertThat(client.granted(id)).isGreaterThan(256L * 1024 - 64 * KIB);
    client.data(id, true, "");
    assertThat(server().last(id)).isEqualTo("DATA 0 END");
    server().answer(id, true, 200);
  }

  @Test
  void a_large_download_and_a_large_upload_pass() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    server().answer(id, false, 200);
    for (int i = 0; i < 512; i++) {
      client.data(id, i == 511, 16 * KIB);
      server().data(id, i == 511, 16 * KIB);
    }
    assertThat(server().body(id)).hasSize(8 * 1024 * KIB);
    assertThat(client.body(id)).hasSize(8 * 1024 * KIB);
    assertThat(proxy.end()).isEqualTo("200 --");
  }
}
