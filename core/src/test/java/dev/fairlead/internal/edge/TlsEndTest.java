package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What those behind TLS hear of its end. */
class TlsEndTest {
  private static final String END = "end";

  private final List<Object> heard = new ArrayList<>();
  private final List<Runnable> slow = new ArrayList<>();
  private final HandshakeTasks tasks = new HandshakeTasks(slow::add);
  private @Nullable Throwable handshake;

  private EmbeddedChannel secured() {
    EmbeddedChannel channel =
        new EmbeddedChannel(new TlsEnd(tasks, failure -> handshake = failure), new Listener());
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
        new EmbeddedChannel(new TlsEnd(tasks, failure -> handshake = failure), new Listener());
    SSLException failure = new SSLException("no");
    channel.pipeline().fireUserEventTriggered(new SslHandshakeCompletionEvent(failure));
    channel.pipeline().fireExceptionCaught(new DecoderException(failure));
    channel.pipeline().fireUserEventTriggered(new SslCloseCompletionEvent(failure));
    assertThat(handshake).isSameAs(failure);
    assertThat(heard).isEmpty();
  }

  private EmbeddedChannel shakingHands() {
    EmbeddedChannel channel =
        new EmbeddedChannel(new TlsEnd(tasks, failure -> handshake = failure), new Listener());
    channel.freezeTime();
    return channel;
  }

  private static void later(EmbeddedChannel channel) {
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runPendingTasks();
    channel.runPendingTasks(); // what those of the first time have left
  }

  @Test
  void an_end_amid_the_handshake_fails_it() {
    EmbeddedChannel channel = shakingHands();
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    channel.runPendingTasks();
    assertThat(handshake).isInstanceOf(ClosedChannelException.class);
    assertThat(heard).isEmpty();
  }

  @Test
  void an_end_amid_the_handshake_waits_for_what_is_being_done() {
    EmbeddedChannel channel = shakingHands();
    tasks.execute(() -> {});
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    later(channel);
    assertThat(handshake).isNull();

    slow.get(0).run();
    later(channel);
    assertThat(handshake).isInstanceOf(ClosedChannelException.class);
  }

  /** All of a short client: the end of the handshake, what it has to say, and its end. */
  @Test
  void an_end_that_came_with_the_end_of_the_handshake_is_told_behind_what_came_before() {
    EmbeddedChannel channel = shakingHands();
    tasks.execute(() -> channel.eventLoop().execute(() -> {
      channel.pipeline().fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
      heard.add("its words");
    }));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    channel.runPendingTasks();
    slow.get(0).run();
    later(channel);
    assertThat(handshake).isNull();
    assertThat(heard).containsExactly("its words", Reason.TLS_TRUNCATED, END);
  }

  @Test
  void tasks_that_nobody_takes_are_none() {
    HandshakeTasks closed = new HandshakeTasks(task -> {
      throw new RejectedExecutionException();
    });
    assertThatThrownBy(() -> closed.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(closed.areDone()).isTrue();
  }
}
