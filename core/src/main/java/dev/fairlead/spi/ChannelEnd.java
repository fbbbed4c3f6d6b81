package dev.fairlead.spi;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * The end of a byte stream, with TLS or without: what is still to be sent, the end of our direction, a
 * reset. To be called on the channel's event loop.
 */
public final class ChannelEnd {
  private static final System.Logger LOG = System.getLogger("dev.fairlead");

  private ChannelEnd() {}

  /**
   * Bytes that were written to a channel and that its peer has not taken yet.
   *
   * @param channel any
   * @return 0 or more; 0 when it is closed
   */
  public static long unsent(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }

  /**
   * The protocol that TLS has agreed on by ALPN (RFC 7301).
   *
   * @param channel any, whose handshake is over
   * @return its name; null without TLS, or where no protocol was agreed on
   */
  public static @Nullable String applicationProtocol(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return tls == null ? null : tls.applicationProtocol();
  }

  /**
   * Ends our direction behind all that was written; the other one goes on. TLS says so first
   * (close_notify). Does nothing to a channel that knows no half-close.
   *
   * @param channel any
   */
  public static void shutdownOutput(Channel channel) {
    if (!(channel instanceof DuplexChannel duplex)) {
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      duplex.shutdownOutput();
    } else {
      tls.closeOutbound().addListener((ChannelFutureListener) said -> duplex.shutdownOutput());
    }
  }

  /**
   * Moves a handler to where bytes come in as they were sent, before TLS, so that it can throw them away. For
   * what follows {@link #shutdownOutput}: not every TLS engine takes more data then.
   *
   * @param channel any
   * @param handler in its pipeline, behind TLS if there is any; that does not change where there is none.
   *     It must be sharable, or Netty refuses to add it again
   */
  public static void moveBeforeTls(Channel channel, ChannelHandler handler) {
    ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
    if (tls != null) {
      channel.pipeline().remove(handler);
      channel.pipeline().addBefore(tls.name(), null, handler);
    }
  }

  /**
   * Closes so that the peer sees a reset, never a regular end: what it has got is not whole. TLS does not
   * say goodbye.
   *
   * @param channel any
   */
  public static void reset(Channel channel) {
    if (!channel.isOpen()) {
      return;
    }
    if (!(channel instanceof LocalChannel)) {
      try {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (ChannelException e) { // it is closed already, if not by us
        LOG.log(System.Logger.Level.DEBUG, "no reset for " + channel, e);
      }
    }
    channel.unsafe().close(channel.voidPromise());
  }
}
