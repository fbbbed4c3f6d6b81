package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What those behind TLS hear of its end. */
class TlsEndTest {
  private static final String END = "end";

  private final List<Object> heard = new ArrayList<>();
  private @Nullable Throwable handshake;

  private EmbeddedChannel secured() {
    EmbeddedChannel channel =
        new EmbeddedChannel(new TlsEnd(failure -> handshake = failure), new Listener());
    channel.pipeline().fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
    assertThat(handshake).isNull();
    return channel;
  }

  private final class Listener extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      heard.add(event instanceof ChannelInputShutdownEvent ? END : event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      heard.add(cause instanceof EdgeException edge ? edge.reason() : cause);
    }
  }

  @Test
  void a_close_notify_is_the_end_once() {
    EmbeddedChannel channel = secured();
    channel.pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(heard).containsExactly(END);
  }

  @Test
  void an_end_without_close_notify_is_a_failure() {
    secured().pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(heard).containsExactly(Reason.TLS_TRUNCATED, END);
  }

  @Test
  void a_closed_connection_without_close_notify_is_a_failure() {
    secured()
        .pipeline()
        .fireUserEventTriggered(new SslCloseCompletionEvent(new ClosedChannelException()));
    assertThat(heard).containsExactly(Reason.TLS_TRUNCATED, END);
  }

  @Test
  void an_alert_behind_the_handshake_is_told_by_its_reason() {
    SSLException alert = new SSLException("Received fatal alert: certificate_required");
    secured().pipeline().fireExceptionCaught(new DecoderException(alert));
    assertThat(heard).containsExactly(Reason.TLS_PEER_REFUSED);
  }

  @Test
  void after_our_own_close_nothing_is_a_failure() {
    EmbeddedChannel channel = secured();
    channel.close();
    channel
        .pipeline()
        .fireUserEventTriggered(new SslCloseCompletionEvent(new ClosedChannelException()));
    assertThat(heard).isEmpty();
  }

  @Test
  void a_failed_handshake_is_told_once_and_to_nobody_behind() {
    EmbeddedChannel channel =
        new EmbeddedChannel(new TlsEnd(failure -> handshake = failure), new Listener());
    SSLException failure = new SSLException("no");
    channel.pipeline().fireUserEventTriggered(new SslHandshakeCompletionEvent(failure));
    channel.pipeline().fireExceptionCaught(new DecoderException(failure));
    channel.pipeline().fireUserEventTriggered(new SslCloseCompletionEvent(failure));
    assertThat(handshake).isSameAs(failure);
    assertThat(heard).isEmpty();
  }
}
