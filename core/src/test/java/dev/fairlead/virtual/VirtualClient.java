package dev.fairlead.virtual;

import dev.fairlead.testkit.VirtualNetwork;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import java.nio.charset.StandardCharsets;

/** Somebody who connects, writes and remembers what came back. */
final class VirtualClient extends SimpleChannelInboundHandler<ByteBuf> {
  private final VirtualNetwork net;
  private final StringBuilder received = new StringBuilder();
  private final Channel channel;

  VirtualClient(VirtualNetwork net, LocalAddress to) {
    this.net = net;
    ChannelFuture connecting = new Bootstrap()
        .group(net.traffic())
        .channel(LocalChannel.class)
        .handler(this)
        .connect(to);
    this.channel = connecting.channel();
  }

  void write(String text) {
    channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    net.run();
  }

  /** All that has come so far. */
  String received() {
    net.run();
    return received.toString();
  }

  /** Whether its connection is there still. */
  boolean isOpen() {
    net.run();
    return channel.isActive();
  }

  void close() {
    channel.close();
    net.run();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
    received.append(message.toString(StandardCharsets.US_ASCII));
  }
}
