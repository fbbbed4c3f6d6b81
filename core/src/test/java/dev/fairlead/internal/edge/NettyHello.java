package dev.fairlead.internal.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** How Netty reads the server name of a ClientHello. */
final class NettyHello extends AbstractSniHandler<Void> {
  private boolean told;
  private @Nullable String sni;

  private NettyHello() {
    super(0);
  }

  /** Gives it all of a buffer, which stays as it is. */
  static NettyHello read(ByteBuf in) {
    NettyHello hello = new NettyHello();
    EmbeddedChannel channel = new EmbeddedChannel(hello);
    try {
      channel.writeInbound(in.copy());
    } catch (DecoderException e) {
      // Not a TLS record, or too long: then it has told nothing.
    }
    try {
      channel.finishAndReleaseAll();
    } catch (DecoderException e) {
      // The same again, of what was left.
    }
    return hello;
  }

  /** Whether it came to an end. */
  boolean told() {
    return told;
  }

  @Nullable
  String sni() {
    return sni;
  }

  @Override
  protected Future<Void> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
    told = true;
    sni = hostname;
    return ctx.executor().newSucceededFuture(null);
  }

  @Override
  protected void onLookupComplete(
      ChannelHandlerContext ctx, @Nullable String hostname, Future<Void> future) {
    ctx.pipeline().remove(this);
  }
}
