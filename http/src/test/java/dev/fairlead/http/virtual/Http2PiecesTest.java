package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.DATA;
import static dev.fairlead.http.peer.H2Frames.END_STREAM;
import static dev.fairlead.http.peer.H2Frames.PADDED;
import static dev.fairlead.http.peer.H2Frames.all;
import static dev.fairlead.http.peer.H2Frames.data;
import static dev.fairlead.http.peer.H2Frames.frame;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames come in pieces of any size, at any pace, and hold no more memory than they should. */
@Timeout(60)
final class Http2PiecesTest {
  private VirtualProxy proxy =
      VirtualProxy.toHttp2(b -> b.serverTimeout(ofSeconds(20)).retries(0), f -> f);

  @AfterEach
  void close() {
    proxy.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  /** Sends bytes a few a second, as long as they are taken; returns how many were. */
  private int slowly(H2Peer peer, byte[] bytes, int perSecond) {
    int at = 0;
    while (at < bytes.length && peer.open()) {
      int to = Math.min(bytes.length, at + perSecond);
      peer.send(Arrays.copyOfRange(bytes, at, to));
      at = to;
      proxy.advance(ofSeconds(1));
    }
    return at;
  }

  // --- slow links

  @Test
  void a_frame_of_data_may_take_as_long_as_its_link_needs() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] frame = data(id, true, 16_384);
    assertThat(slowly(client, frame, 300)).isEqualTo(frame.length);
    assertThat(client.goneAway()).isEqualTo("nothing");
    assertThat(server().body(1)).hasSize(16_384);
    assertThat(server().last(1)).endsWith(" END");
    server().answer(1, true, 200);
    assertThat(client.status(id)).isEqualTo(200);
  }

  @Test
  void what_has_come_of_a_frame_is_passed_on() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] frame = data(id, true, 16_384);
    client.send(Arrays.copyOf(frame, 2000));
    assertThat(server().body(1)).hasSize(2000 - 9);
    client.send(Arrays.copyOfRange(frame, 2000, frame.length - 1));
    assertThat(server().body(1)).hasSize(16_383);
    assertThat(server().last(1)).doesNotContain("END");
    client.send(new byte[1]);
    assertThat(server().body(1)).hasSize(16_384);
    assertThat(server().last(1)).endsWith(" END");
  }

  @Test
  void nothing_of_a_frame_is_passed_on_that_is_longer_than_its_request() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/", "content-length", "4");
    byte[] frame = data(id, true, 5);
    client.send(Arrays.copyOf(frame, frame.length - 1));
    assertThat(client.on(id)).containsExactly("RST PROTOCOL_ERROR");
    assertThat(server().body(1)).isEmpty();
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
    client.send(new byte[1]);
    assertThat(client.open()).isTrue();
  }

  @Test
  void padding_that_comes_byte_by_byte_counts_for_the_window_and_for_nothing_else() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] padded =
        frame(DATA, PADDED, id, all(new byte[] {(byte) 200}, new byte[800], new byte[200]));
    for (int i = 0; i < 100; i++) {
      for (byte b : padded) {
        client.channel().write(client.channel().alloc().buffer(1).writeByte(b));
      }
      client.send();
    }
    client.send(frame(DATA, PADDED | END_STREAM, id, (byte) 1, (byte) 0));
    assertThat(server().body(1)).hasSize(80_000);
    assertThat(server().last(1)).endsWith(" END");
    assertThat(client.granted(id)).isBetween(100_100L - 32_768, 100_100L);
    assertThat(client.open()).isTrue();
  }

  @Test
  void a_frame_of_data_that_stops_ends_the_connection() {
    H2Peer client = proxy.connect(H2Peer.client(() -> proxy.advance(ZERO)).withoutGrants());
    int id = client.ask(false, "POST", "/");
    client.send(Arrays.copyOf(data(id, true, 16_384), 2000));
    proxy.advance(ofSeconds(49));
    client.send(new byte[1]);
    proxy.advance(ofMillis(49_999));
    assertThat(client.status(id)).isEqualTo(408);
    assertThat(client.open()).isTrue();
    proxy.advance(ofMillis(1));
    assertThat(client.open()).isFalse();
  }

  @Test
  void a_frame_of_data_that_trickles_ends_its_request() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] frame = data(id, true, 16_384);
    slowly(client, Arrays.copyOf(frame, 1000), 10);
    assertThat(client.status(id)).isEqualTo(408);
    assertThat(server().last(1)).isEqualTo("RST CANCEL");
  }

  @Test
  void the_rest_of_a_frame_of_a_stream_that_is_over_is_read_over() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] frame = data(id, false, 16_384);
    client.send(Arrays.copyOf(frame, 1000));
    server().answer(1, true, 413);
    assertThat(client.last(id)).isEqualTo("RST NO_ERROR");
    client.send(Arrays.copyOfRange(frame, 1000, frame.length));
    int next = client.get();
    server().answer(3, true, 200);
    assertThat(client.status(next)).isEqualTo(200);
  }

  // --- memory

  @Test
  void a_waiting_piece_holds_no_buffer_that_is_much_larger() {
    proxy.close();
    proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1),
        b -> b.eachServer(s -> s.maxConnections(1)).queueTimeout(ofSeconds(30)),
        f -> f);
    proxy.connectHttp2().get();
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    byte[] others = all(unknown(16_384), unknown(16_384), unknown(16_384));
    List<ByteBuf> reads = new ArrayList<>();
    for (int i = 0; i < 63; i++) {
      byte[] read = all(data(id, false, 1024), others, unknown(15_000));
      ByteBuf buffer = client.channel().alloc().buffer(read.length).writeBytes(read);
      reads.add(buffer);
      client.channel().writeAndFlush(buffer);
      client.send();
    }
    assertThat(reads).noneMatch(read -> read.refCnt() > 0);
    client.close(); // with what waits
  }

  private static byte[] unknown(int length) {
    return frame(77, 0, 0, new byte[length]);
  }

  @Test
  void a_large_piece_is_not_copied() {
    H2Peer client = proxy.connectHttp2();
    int id = client.ask(false, "POST", "/");
    int read = 65_536;
    ByteBuf buffer = client.channel().alloc().buffer(read).writeBytes(data(id, false, read / 8));
    client.channel().writeAndFlush(buffer.retain());
    client.send();
    assertThat(server().body(1)).hasSize(read / 8);
    assertThat(buffer.refCnt()).as("kept for another attempt").isEqualTo(2);
    server().answer(1, true, 200);
    assertThat(buffer.release()).isTrue();
  }

  // --- servers

  @Test
  void a_server_that_trickles_one_frame_gets_no_more_requests() {
    H2Peer client = proxy.connectHttp2();
    int first = client.get();
    server().send(Arrays.copyOf(data(1, false, 16_384), 4));
    for (int i = 0; i < 5; i++) {
      proxy.advance(ofSeconds(4));
      server().send(new byte[1]);
    }
    assertThat(client.status(first)).isEqualTo(504);
    int second = client.get();
    assertThat(proxy.http2Servers()).hasSize(2);
    proxy.http2Servers().get(1).answer(1, true, 200);
    assertThat(client.status(second)).isEqualTo(200);
  }
}
