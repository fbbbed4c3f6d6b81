package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Output;
import dev.fairlead.spi.ChannelEnd;
import dev.fairlead.spi.LoopTimer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Ends a client's connection behind its last response. Where the client may still be sending, only our
 * direction is ended, and what comes is thrown away for a while: to close at once would make its system
 * drop the response unread (RFC 9112 §9.6). On its event loop only.
 */
final class Farewell extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
  /** How long, and how much, is thrown away. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long MOST_BYTES = 1024 * 1024;

  private final Channel channel;
  private final long clientNanos;
  private final LoopTimer timer;
  private boolean clientMaySend;
  private boolean said;
  private long thrownAway;
  private long unsent;

  Farewell(HttpLoop home, Channel channel, boolean clientMaySend) {
    this.channel = channel;
    this.clientMaySend = clientMaySend && channel instanceof DuplexChannel;
    this.clientNanos = home.settings().clientTimeout().toNanos();
    this.timer = new LoopTimer(home.loop(), this::timedOut);
  }

  /** It moves within its pipeline, which Netty takes for a second place. */
  @Override
  public boolean isSharable() {
    return true;
  }

  void say(Output out) {
    channel.pipeline().addLast(this);
    channel.config().setAutoRead(true);
    timer.set(clientNanos);
    out.finish(this);
    unsent = ChannelEnd.unsent(channel);
  }

  /** All is written. */
  @Override
  public void operationComplete(ChannelFuture written) {
    said = true;
    if (clientMaySend && written.isSuccess()) {
      timer.set(LINGER_NANOS);
      ChannelEnd.shutdownOutput(channel);
      ChannelEnd.moveBeforeTls(channel, this);
    } else {
      channel.close();
    }
  }

  /** The client has not taken all of it, or has not left: it may stay as long as it takes something. */
  private void timedOut() {
    long now = ChannelEnd.unsent(channel);
    if (now > 0 && now < unsent) {
      unsent = now;
      timer.set(clientNanos);
    } else {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      thrownAway += bytes.readableBytes();
    }
    ReferenceCountUtil.release(message);
    if (thrownAway > MOST_BYTES) {
      channel.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      clientMaySend = false;
      if (said) {
        channel.close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    timer.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    channel.close();
  }
}
