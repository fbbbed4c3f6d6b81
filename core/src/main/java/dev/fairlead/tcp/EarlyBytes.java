package dev.fairlead.tcp;

import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps what a client sends before there is a server to relay it to, and sees a client that leaves. A
 * client that has sent something and closed its half may still want the answer; one that closes without
 * a byte does not.
 */
final class EarlyBytes extends ChannelInboundHandlerAdapter {
  /** HAProxy's buffer size: beyond it the client is not read. */
  private static final int MAX = 16 * 1024;

  private final Runnable left;
  private final Deque<ByteBuf> bytes = new ArrayDeque<>(0);
  private int size;
  private boolean inputEnded;
  private boolean handingOver;
  private boolean discarded;

  EarlyBytes(Runnable left) {
    this.left = left;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf part = (ByteBuf) message;
    if (discarded) {
      part.release();
      return;
    }
    bytes.add(part);
    size += part.readableBytes();
    if (size >= MAX && !handingOver) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {}

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (size == 0) {
        left.run();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    left.run();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof EdgeException edge && edge.reason() == Reason.TLS_TRUNCATED)) {
      left.run(); // else an end follows
    }
  }

  /** From now on there is somebody who takes what is read: reading is no longer stopped here. */
  void beforeHandOver() {
    handingOver = true;
  }

  /** Gives all that was kept to the handlers behind, and leaves. */
  void handOver(Channel client) {
    ChannelHandlerContext own = client.pipeline().context(this);
    if (size > 0) {
      ByteBuf part;
      while ((part = bytes.poll()) != null) {
        own.fireChannelRead(part);
      }
      own.fireChannelReadComplete();
    }
    if (inputEnded) {
      own.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    client.pipeline().remove(this);
  }

  void discard() {
    discarded = true;
    ByteBuf part;
    while ((part = bytes.poll()) != null) {
      part.release();
    }
  }
}
