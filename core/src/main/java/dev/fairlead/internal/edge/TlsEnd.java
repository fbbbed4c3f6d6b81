package dev.fairlead.internal.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind TLS, on either side: tells how the handshake ended, and says the peer's close_notify in
 * the words of a plain connection, so that nobody behind needs to know of TLS.
 */
public final class TlsEnd extends ChannelInboundHandlerAdapter {
  private @Nullable Consumer<@Nullable Throwable> handshake;
  private boolean inputEnded;

  /** @param handshake gets the failure, or null for success; once */
  public TlsEnd(Consumer<@Nullable Throwable> handshake) {
    this.handshake = handshake;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done) {
      tell(done.cause());
    } else if (event instanceof SslCloseCompletionEvent || isEnd(event)) {
      if (!inputEnded && handshake == null) {
        inputEnded = true;
        ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private static boolean isEnd(Object event) {
    return event instanceof ChannelInputShutdownEvent;
  }

  private void tell(@Nullable Throwable failure) {
    Consumer<@Nullable Throwable> waiting = handshake;
    if (waiting != null) {
      handshake = null;
      waiting.accept(failure);
    }
  }
}
