package dev.fairlead.tcp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Stands in a server's pipeline: the relay, which joins it at once, is all that a stream needs. */
final class ServerEnd extends ChannelInboundHandlerAdapter {
  @Override
  public boolean isSharable() {
    return true;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.pipeline().remove(this);
    ctx.fireChannelActive();
  }
}
