package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.http.Http2;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that makes the proxy answer, and does not read the answers, does not fill its memory. */
@Timeout(120)
final class UnreadRepliesTest {
  private static final byte[] PINGS =
      H2Frames.times(1000, H2Frames.frame(H2Frames.PING, 0, 0, new byte[8]));
  private static final byte[] SETTINGS = H2Frames.times(1000, H2Frames.settings());

  private static Proxy proxy() {
    Http2 patient = Http2.defaults().maxIdleFrames(Integer.MAX_VALUE);
    return Proxy.bare(
        b -> b.server(Server.of("s1", "127.0.0.1", 1)),
        f -> f.bind("127.0.0.1", 0).http2(patient));
  }

  private static H2Peer connect(Loops loops, Proxy proxy) {
    H2Peer peer = H2Peer.client(() -> {});
    new Bootstrap()
        .group(loops.group())
        .channel(NioSocketChannel.class)
        .option(ChannelOption.SO_RCVBUF, 4096)
        .handler(peer)
        .connect(proxy.balancer().address("web"))
        .syncUninterruptibly();
    return peer;
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
