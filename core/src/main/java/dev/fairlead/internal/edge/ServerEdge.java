package dev.fairlead.internal.edge;

import dev.fairlead.edge.SendProxy;
import dev.fairlead.internal.tls.ClientTlsContext;
import dev.fairlead.spi.Acquire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection to a server begins with before anybody may use it: PROXY header, then TLS. Immutable,
 * shared by all loops.
 */
public final class ServerEdge {
  /** A server that wants neither. */
  public static final ServerEdge NONE = new ServerEdge(null, null, "", Runnable::run);

  private final @Nullable SendProxy proxy;
  private final @Nullable ClientTlsContext tls;
  private final String host;
  private final Executor tasks;

  /**
   * @param host the configured host: asked for and verified where TLS names no other
   * @param tasks does what is slow in a handshake
   */
  public ServerEdge(
      @Nullable SendProxy proxy, @Nullable ClientTlsContext tls, String host, Executor tasks) {
    this.proxy = proxy;
    this.tls = tls;
    this.host = host;
    this.tasks = tasks;
  }

  /** TLS of its connections, to be given back when nobody connects any more. */
  public @Nullable ClientTlsContext tls() {
    return tls;
  }

  /** Whether there is nothing to do. */
  public boolean isNone() {
    return proxy == null && tls == null;
  }

  /**
   * Begins a connection that is active. On its loop.
   *
   * @param request for what; null for a health check
   * @param nanos how long TLS may take
   * @param ready told once, when the connection can be used or with the failure
   */
  public void begin(
      Channel channel, @Nullable Acquire request, long nanos, Consumer<@Nullable Throwable> ready) {
    SendProxy header = proxy;
    if (header != null) {
      channel.writeAndFlush(preamble(channel, header, request), channel.voidPromise());
    }
    ClientTlsContext contexts = tls;
    if (contexts == null) {
      ready.accept(null);
      return;
    }
    String asked = request == null || !contexts.config().sniFromHost() ? null : request.host();
    HandshakeTasks own = new HandshakeTasks(tasks);
    SslHandler handler =
        contexts.newHandler(channel.alloc(), own, host, port(channel.remoteAddress()), asked);
    handler.setHandshakeTimeoutMillis(Math.max(1, nanos / 1_000_000));
    channel
        .pipeline()
        .addLast(
            handler,
            new TlsEnd(
                own, failure -> ready.accept(failure == null ? null : TlsEnd.diagnosed(failure))));
  }

  private static ByteBuf preamble(Channel channel, SendProxy header, @Nullable Acquire request) {
    ByteBuf bytes = channel.alloc().buffer();
    try {
      if (request == null) {
        ProxyPreamble.own(bytes, header, channel.localAddress(), channel.remoteAddress());
      } else {
        ProxyPreamble.relayed(bytes, header, request.connection());
      }
      return bytes;
    } catch (RuntimeException e) { // a function of the user's
      bytes.release();
      throw e;
    }
  }

  private static int port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
  }

  /**
   * {@return what a further request must have in common with the one a connection was made for, to be
   * sent on it too; null: nothing}
   */
  public @Nullable Object reuseKey(Acquire request) {
    if (proxy != null) {
      return request.connection(); // the header names this client
    }
    if (tls == null || !tls.config().sniFromHost()) {
      return null;
    }
    String asked = request.host();
    return asked == null ? "" : asked; // no name is not any name
  }
}
