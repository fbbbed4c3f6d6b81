package dev.fairlead.internal.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a client sends first while the edge looks at it, and then gives it to those behind. Holds at
 * most {@link #MAX} bytes and one read: then it stops reading.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  /** HAProxy's buffer size. */
  static final int MAX = 16 * 1024;

  private final Entrance entrance;
  private @Nullable ChannelHandlerContext context;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private boolean ended;
  private boolean gone;

  FirstBytes(Entrance entrance) {
    this.entrance = entrance;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** What came and was not skipped; not to be released. */
  ByteBuf held() {
    return held;
  }

  /** The client will send no more. */
  boolean ended() {
    return ended;
  }

  boolean full() {
    return held.readableBytes() >= MAX;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf part = (ByteBuf) message;
    if (gone) {
      part.release();
      return;
    }
    hold(ctx, part);
    if (full()) {
      ctx.channel().config().setAutoRead(false);
    }
    entrance.look();
  }

  private void hold(ChannelHandlerContext ctx, ByteBuf part) {
    if (!held.isReadable()) {
      held.release();
      held = part;
      return;
    }
    ByteBuf whole = ctx.alloc().buffer(held.readableBytes() + part.readableBytes());
    whole.writeBytes(held).writeBytes(part);
    held.release();
    part.release();
    held = whole;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {}

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended = true;
      entrance.look();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended = true;
    entrance.left();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    entrance.left(); // a reset
  }

  /** Gives all that is held to the handlers behind, and leaves. */
  void handOver() {
    ChannelHandlerContext ctx = Objects.requireNonNull(context);
    ByteBuf all = held;
    held = Unpooled.EMPTY_BUFFER;
    gone = true;
    if (all.isReadable()) {
      ctx.fireChannelRead(all);
      ctx.fireChannelReadComplete();
    } else {
      all.release();
    }
    if (ended) {
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    ctx.pipeline().remove(this);
  }

  /** Nobody wants it. */
  void discard() {
    gone = true;
    held.release();
    held = Unpooled.EMPTY_BUFFER;
  }
}
