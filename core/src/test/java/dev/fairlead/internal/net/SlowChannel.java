package dev.fairlead.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Ticker;

/** A connection whose peer takes as many bytes as the test says, and which knows half-close. */
final class SlowChannel extends EmbeddedChannel implements DuplexChannel {
  private long room = Long.MAX_VALUE;
  private long taken;
  private boolean inputShutdown;
  private boolean outputShutdown;

  SlowChannel(Ticker ticker) {
    super(EmbeddedChannel.builder().ticker(ticker));
  }

  /** The peer takes that many bytes more. */
  void take(long bytes) {
    room += bytes;
    unsafe().flush();
    runPendingTasks();
  }

  /** The peer takes nothing for now. */
  void stall() {
    room = 0;
  }

  /** How many bytes the peer has got. */
  long taken() {
    return taken;
  }

  /** The peer says something. */
  void say(int bytes) {
    writeInbound(alloc().buffer(bytes).writeZero(bytes));
  }

  /** The peer has said all. */
  void end() {
    inputShutdown = true;
    pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    runPendingTasks();
  }

  /** The connection breaks. */
  void breakOff() {
    pipeline().fireExceptionCaught(new java.net.SocketException("Connection reset"));
    unsafe().close(voidPromise());
    runPendingTasks();
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    while (in.current() instanceof ByteBuf bytes) {
      int size = bytes.readableBytes();
      int now = (int) Math.min(size, room);
      if (now == 0 && size > 0) {
        return;
      }
      bytes.skipBytes(now);
      room -= now;
      taken += now;
      in.progress(now);
      if (now < size) {
        return;
      }
      in.remove();
    }
  }

  @Override
  public boolean isInputShutdown() {
    return inputShutdown;
  }

  @Override
  public ChannelFuture shutdownInput() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShutdown;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    outputShutdown = true;
    return promise.setSuccess();
  }

  @Override
  public boolean isShutdown() {
    return inputShutdown && outputShutdown;
  }

  @Override
  public ChannelFuture shutdown() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    throw new UnsupportedOperationException();
  }
}
