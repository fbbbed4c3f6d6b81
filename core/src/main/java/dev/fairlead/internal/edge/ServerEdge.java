package dev.fairlead.internal.edge;

import dev.fairlead.edge.SendProxy;
import dev.fairlead.internal.tls.ClientTlsContext;
import dev.fairlead.spi.Acquire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection to a server begins with before anybody may use it: PROXY header, then TLS. Immutable,
 * shared by all loops.
 */
public final class ServerEdge {
  /** A server that wants neither. */
  public static final ServerEdge NONE = new ServerEdge(null, null, "", Runnable::run);

  private static final long A_MOMENT = TimeUnit.MILLISECONDS.toNanos(1);

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

  /** What TLS offers to speak; empty where there is no choice. */
  public List<String> protocols() {
    return tls == null ? List.of() : tls.config().alpn();
  }

  /** Whether there is nothing to do. */
  public boolean isNone() {
    return proxy == null && tls == null;
  }

  /**
   * What a connection is begun for.
   *
   * @param request which request's; null for a health check
   * @param host the name that TLS asks for; null for the server's own
   * @param protocol the only one that TLS offers; null for all
   */
  public record Wanted(
      @Nullable Acquire request,
      @Nullable String host,
      @Nullable String protocol) {}

  /**
   * {@return what a connection is begun for} To be made when it is begun: several requests may wait for it, and
   * this one may be over when it is there.
   */
  public Wanted wanted(@Nullable Acquire request, @Nullable String protocol) {
    return new Wanted(request, request == null ? null : asked(request), protocol);
  }

  /**
   * Begins a connection that is active. On its loop.
   *
   * @param wanted for what
   * @param nanos how long TLS may take, if its own time-out is not shorter
   * @param ready told once, when the connection can be used or with the failure
   */
  public void begin(
      Channel channel, Wanted wanted, long nanos, Consumer<@Nullable Throwable> ready) {
    SendProxy header = proxy;
    if (header != null) {
      channel.writeAndFlush(preamble(channel, header, wanted.request()), channel.voidPromise());
    }
    ClientTlsContext contexts = tls;
    if (contexts == null) {
      ready.accept(null);
      return;
    }
    HandshakeTasks own = new HandshakeTasks(tasks);
    TlsEnd end = new TlsEnd(
        own, failure -> ready.accept(failure == null ? null : TlsEnd.diagnosed(failure)));
    // Before a check's own time is over, so that it can tell what it was that took so long.
    long most = Math.min(nanos - A_MOMENT, contexts.config().handshakeTimeout().toNanos());
    end.within(channel.eventLoop(), Math.max(1, most));
    SslHandler handler = contexts.newHandler(
        channel.alloc(),
        own,
        host,
        port(channel.remoteAddress()),
        wanted.host(),
        wanted.protocol());
    handler.setHandshakeTimeoutMillis(0); // see above
    channel.pipeline().addLast(handler, end);
  }

  private @Nullable String asked(Acquire request) {
    return tls == null || !tls.config().sniFromHost() ? null : request.host();
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

  /** Whether any request may be sent on a connection, whatever it was made for. */
  public boolean servesAny() {
    return proxy == null && (tls == null || !tls.config().sniFromHost());
  }

  /**
   * {@return what a further request must have in common with the one a connection was made for, to be
   * sent on it too; null: nothing}
   */
  public @Nullable Object reuseKey(Acquire request) {
    String asked = asked(request);
    String name = asked == null ? "" : asked; // no name is not any name
    boolean byName = tls != null && tls.config().sniFromHost();
    if (proxy == null) {
      return byName ? name : null;
    }
    // The header names this client.
    return byName ? List.of(request.connection(), name) : request.connection();
  }
}
