package dev.fairlead.http.internal;

import dev.fairlead.spi.ChannelEnd;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * What reads a new connection to a server: of the version that is configured, or that TLS has agreed on, as
 * soon as that is known. On its event loop only.
 */
final class Handlers extends ChannelInboundHandlerAdapter {
  private final HttpRoute route;
  private final int server;
  private final @Nullable Object key;
  private final boolean http2;
  private final boolean asks;
  private @Nullable ChannelHandler settled;

  /**
   * Handlers of one connection.
   *
   * @param http2 whether it is HTTP/2 without asking
   * @param asks whether TLS asks the server
   */
  Handlers(HttpRoute route, int server, @Nullable Object key, boolean http2, boolean asks) {
    this.route = route;
    this.server = server;
    this.key = key;
    this.http2 = http2;
    this.asks = asks;
  }

  /** {@return what goes into the pipeline first} */
  ChannelHandler first() {
    if (asks) {
      return this;
    }
    ChannelHandler only = of(http2);
    settled = only;
    return only;
  }

  private ChannelHandler of(boolean two) {
    return two ? new Http2Upstream(route, server, key) : new Http1Upstream(route, server, key);
  }

  /** {@return what reads the connection, now that its version is known} */
  ChannelHandler settle(Channel channel) {
    ChannelHandler known = settled;
    if (known == null) {
      known = of(Connecting.HTTP_2.equals(ChannelEnd.applicationProtocol(channel)));
      settled = known;
      channel.pipeline().replace(this, null, known);
    }
    return known;
  }

  /** A server may speak first, before the handshake was told. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    settle(context.channel());
    context.fireChannelRead(message); // to the one that has taken this one's place
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Whoever connects hears of it.
  }
}
