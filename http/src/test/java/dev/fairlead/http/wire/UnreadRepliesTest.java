package dev.fairlead.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.http.Http2;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that makes the proxy answer, and does not read the answers, does not fill its memory. */
@Timeout(120)
final class UnreadRepliesTest {
  private static final byte[] PINGS =
      H2Frames.times(1000, H2Frames.frame(H2Frames.PING, 0, 0, new byte[8]));
  private static final String LARGE_HEAD =
      "HTTP/1.1 304 Not Modified\r\nX-Large: " + "~".repeat(8000) + "\r\n\r\n";
  private static final byte[] SETTINGS = H2Frames.times(1000, H2Frames.settings());

  private static Proxy proxy() {
    Http2 patient = Http2.defaults().maxIdleFrames(Integer.MAX_VALUE);
    return Proxy.bare(
        b -> b.server(Server.of("s1", "127.0.0.1", 1)),
        f -> f.bind("127.0.0.1", 0).http2(patient));
  }

  /** Heads have no window: what a client does not read of them is all in our memory. */
  @Test
  void a_client_that_reads_no_heads_is_sent_away() throws Exception {
    int most = 8000;
    try (Loops loops = Loops.nio(1);
        ScriptedServer server = ScriptedServer.start(Scripts.answer(LARGE_HEAD));
        Proxy proxy = Proxy.to(server)) {
      H2Peer client = connect(loops, proxy);
      client.channel().config().setAutoRead(false);
      boolean served = true;
      int asked = 0;
      while (asked < most && proxy.goneCount() == 0) {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          requests.add(H2Peer.head(client.next(), true, "GET", "/"));
        }
        asked += requests.size();
        int all = asked;
        byte[] bytes = H2Frames.all(requests.toArray(byte[][]::new));
        client.channel().writeAndFlush(Unpooled.wrappedBuffer(bytes)).awaitUninterruptibly();
        // Later requests are refused, without a sign that this client could see.
        served = served && Await.held(Duration.ofSeconds(10), () -> proxy.endedCount() >= all);
      }
      assertThat(proxy.gone(1).get(0).termination()).hasToString("PR");
      assertThat(proxy.endedCount()).isBetween(100, most / 2);
      client.channel().close().syncUninterruptibly();
    }
  }

  @Test
  void a_client_that_has_read_no_heads_and_asks_no_more_has_its_time() throws Exception {
    try (Loops loops = Loops.nio(1);
        ScriptedServer server = ScriptedServer.start(Scripts.answer(LARGE_HEAD));
        Proxy proxy = Proxy.of(
            b -> b,
            f -> f.keepAliveTimeout(Duration.ofSeconds(3)).clientTimeout(Duration.ofSeconds(3)),
            server)) {
      H2Peer client = connect(loops, proxy);
      client.channel().config().setAutoRead(false);
      boolean blocked = false;
      for (int i = 0; i < 20 && !blocked; i++) {
        int all = 50 * i + 50;
        for (int n = 0; n < 50; n++) {
          client.send(H2Peer.head(client.next(), true, "GET", "/"));
        }
        blocked = !Await.held(Duration.ofSeconds(2), () -> proxy.endedCount() == all);
      }
      assertThat(blocked).as("it gets no more answers").isTrue();
      assertThat(proxy.gone(1).get(0).termination()).hasToString("--");
      // Its connection is no more: what it sends now is answered by a reset.
      Await.until(
          "a reset",
          Proxy.SOON,
          () -> !client
              .channel()
              .writeAndFlush(Unpooled.wrappedBuffer(PINGS))
              .awaitUninterruptibly()
              .isSuccess());
      client.channel().close().syncUninterruptibly();
    }
  }

  @Test
  void a_client_that_asks_ahead_and_reads_nothing_is_answered_no_further_and_has_its_time()
      throws Exception {
    int most = 8000;
    byte[] gets = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(most).getBytes(ISO_8859_1);
    try (Loops loops = Loops.nio(1);
        ScriptedServer server = ScriptedServer.start(Scripts.answer(LARGE_HEAD));
        Proxy proxy = Proxy.of(b -> b, f -> f.clientTimeout(Duration.ofSeconds(1)), server)) {
      ChannelHandler silent = new ChannelInboundHandlerAdapter();
      Channel client = connect(loops, proxy, silent);
      client.config().setAutoRead(false);
      client.writeAndFlush(Unpooled.wrappedBuffer(gets));
      assertThat(proxy.gone(1)).hasSize(1);
      assertThat(proxy.endedCount()).isBetween(1, most / 2);
      client.close().syncUninterruptibly();
    }
  }

  private static H2Peer connect(Loops loops, Proxy proxy) {
    H2Peer peer = H2Peer.client(() -> {});
    connect(loops, proxy, peer);
    return peer;
  }

  private static Channel connect(Loops loops, Proxy proxy, ChannelHandler client) {
    return new Bootstrap()
        .group(loops.group())
        .channel(NioSocketChannel.class)
        .option(ChannelOption.SO_RCVBUF, 4096)
        .handler(client)
        .connect(proxy.balancer().address("web"))
        .syncUninterruptibly()
        .channel();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_client_that_reads_no_answers_is_sent_away(boolean pings) {
    try (Loops loops = Loops.nio(1);
        Proxy proxy = proxy()) {
      H2Peer client = connect(loops, proxy);
      client.channel().config().setAutoRead(false);
      for (int i = 0; i < 2000 && proxy.goneCount() == 0; i++) {
        client
            .channel()
            .writeAndFlush(Unpooled.wrappedBuffer(pings ? PINGS : SETTINGS))
            .awaitUninterruptibly();
      }
      assertThat(proxy.gone(1).get(0).termination()).hasToString("PR");
      client.channel().close().syncUninterruptibly();
    }
  }

  @Test
  void a_client_that_reads_the_answers_may_ask_for_as_many() {
    try (Loops loops = Loops.nio(1);
        Proxy proxy = proxy()) {
      H2Peer client = connect(loops, proxy);
      for (int i = 0; i < 10; i++) {
        int so = i * 1000;
        client.send(PINGS);
        Await.until("pongs", Duration.ofSeconds(20), () -> client.frames().size() > so);
      }
      Await.until("all pongs", Duration.ofSeconds(20), () -> client.frames().size() > 10_000);
      assertThat(client.open()).isTrue();
      client.channel().close().syncUninterruptibly();
    }
  }
}
