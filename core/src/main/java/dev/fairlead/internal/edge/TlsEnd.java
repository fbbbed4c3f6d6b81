package dev.fairlead.internal.edge;

import dev.fairlead.internal.tls.TlsFailures;
import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.Reason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind TLS, on either side: tells how the handshake ended, and says afterwards what TLS has to
 * say in the words of a plain connection, so that nobody behind needs to know of it. The peer's
 * close_notify is the end of its direction. An end without one is a broken connection, never a regular
 * end: anybody on the way can close a TCP connection (RFC 8446 §6.1), and what has come so far must not
 * pass for the whole. Amid a handshake it ends that, unless what has come already completes it.
 */
final class TlsEnd extends ChannelDuplexHandler {
  private static final long LOOK_AGAIN_MILLIS = 10;

  private final HandshakeTasks tasks;
  private @Nullable Consumer<@Nullable Throwable> handshake;
  private @Nullable Future<?> timer;
  private boolean endsEarly;
  private boolean secured;
  private boolean inputEnded;

  /**
   * @param tasks what is slow in the handshake
   * @param handshake gets the failure, or null for success; once
   */
  TlsEnd(HandshakeTasks tasks, Consumer<@Nullable Throwable> handshake) {
    this.tasks = tasks;
    this.handshake = handshake;
  }

  /** Fails the handshake when it takes longer. On that loop. */
  void within(EventLoop loop, long nanos) {
    timer = loop.schedule(
        () -> tell(new SslHandshakeTimeoutException(Reason.TLS_TIMEOUT.text())),
        nanos,
        TimeUnit.NANOSECONDS);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done) {
      tell(done.cause());
      if (secured && endsEarly) { // the rest that has come is passed on first
        ctx.executor().execute(() -> end(ctx, false));
      }
    } else if (event instanceof SslCloseCompletionEvent said) {
      end(ctx, said.isSuccess());
    } else if (event instanceof ChannelInputShutdownEvent) {
      if (handshake == null) {
        end(ctx, false);
      } else if (!endsEarly) {
        endsEarly = true;
        ctx.executor().execute(() -> giveUp(ctx, false));
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  /**
   * No more will come, so the handshake has failed if nothing of what has come is still to be looked at.
   *
   * @param restIsDone whether no task was left a turn of the loop ago: what they left there is done, too
   */
  private void giveUp(ChannelHandlerContext ctx, boolean restIsDone) {
    if (handshake == null) {
      return;
    }
    if (!tasks.areDone()) {
      ctx.executor().schedule(() -> giveUp(ctx, false), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } else if (restIsDone) {
      tell(new ClosedChannelException());
    } else {
      ctx.executor().execute(() -> giveUp(ctx, true));
    }
  }

  private void end(ChannelHandlerContext ctx, boolean regular) {
    if (!secured || inputEnded) {
      return;
    }
    inputEnded = true;
    boolean heard = ctx.pipeline().last() != this; // not by a protocol, where a rule has refused it
    if (!regular && heard) {
      Reason reason = Reason.TLS_TRUNCATED;
      ctx.fireExceptionCaught(new EdgeException(reason, reason.text(), null));
    }
    ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
  }

  /** We close: how the peer ends does not matter any more. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    inputEnded = true;
    ctx.close(promise);
  }

  /** An alert, or a record that cannot be decrypted. That of a failed handshake was told already. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!secured) {
      return;
    }
    boolean ofTls = cause instanceof SSLException
        || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
    if (ofTls) {
      inputEnded = true;
    }
    ctx.fireExceptionCaught(ofTls ? diagnosed(cause) : cause);
  }

  /** What a failure of TLS means. */
  static EdgeException diagnosed(Throwable failure) {
    TlsFailures.Diagnosis found = TlsFailures.of(failure);
    return new EdgeException(found.failure(), found.text(), failure);
  }

  private void tell(@Nullable Throwable failure) {
    Consumer<@Nullable Throwable> waiting = handshake;
    if (waiting != null) {
      handshake = null;
      if (timer != null) {
        timer.cancel(false);
      }
      secured = failure == null;
      waiting.accept(failure);
    }
  }
}
