package dev.fairlead.internal.tls;

import dev.fairlead.edge.ServerTls;
import dev.fairlead.spi.TlsInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ImmediateExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client and a server that shake hands in memory, in the thread of the test. */
final class TlsPair implements AutoCloseable {
  static final int PORT = 443;

  final End client;
  final End server;

  /** One of the two. */
  static final class End extends ChannelInboundHandlerAdapter {
    final EmbeddedChannel channel;
    private final SslHandler handler;
    private @Nullable TlsInfo info;
    private @Nullable Throwable failure;

    End(SslHandler handler) {
      this.handler = handler;
      this.channel = new EmbeddedChannel(handler, this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent end) {
        if (end.isSuccess()) {
          info = FinishedHandshake.of(handler, null);
        } else {
          failure = end.cause();
        }
      }
    }

    /** What fails a handshake is told by its event, too. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (failure == null) {
        failure = cause;
      }
      ctx.close();
    }

    TlsInfo info() {
      if (failure != null) {
        throw new AssertionError("the handshake failed", failure);
      }
      return Objects.requireNonNull(info, "the handshake has not ended");
    }

    Throwable failure() {
      return Objects.requireNonNull(failure, "the handshake has not failed");
    }

    boolean failed() {
      return failure != null;
    }
  }

  private TlsPair(SslHandler client, SslHandler server) {
    this.server = new End(server);
    this.client = new End(client);
  }

  /** Shakes hands until neither side has more to say. */
  static TlsPair of(SslHandler client, SslHandler server) {
    TlsPair pair = new TlsPair(client, server);
    pair.carry();
    return pair;
  }

  /** A client of ours towards a certificate of ours. */
  static TlsPair of(ClientTlsContext client, String host, @Nullable ServerTlsContext server) {
    return of(client(client, host), server(Objects.requireNonNull(server)));
  }

  static TlsPair of(ClientTlsContext client, String host, ServerTlsContexts server) {
    return of(client, host, server.pick(host, true));
  }

  static SslHandler client(ClientTlsContext context, String host) {
    return context.newHandler(
        ByteBufAllocator.DEFAULT, ImmediateExecutor.INSTANCE, host, PORT, null, null);
  }

  static SslHandler server(ServerTlsContext context) {
    return Objects.requireNonNull(
        context.newHandler(ByteBufAllocator.DEFAULT, ImmediateExecutor.INSTANCE));
  }

  static ClientTlsContext client(ServerTls config) {
    return ClientTlsContext.of(config, Instant.now());
  }

  /** Carries bytes over until there are none. */
  void carry() {
    boolean moved = true;
    while (moved) {
      moved = carry(client, server);
      moved |= carry(server, client);
    }
  }

  private static boolean carry(End from, End to) {
    boolean moved = false;
    for (ByteBuf bytes = from.channel.readOutbound();
        bytes != null;
        bytes = from.channel.readOutbound()) {
      if (to.channel.isActive()) {
        to.channel.writeInbound(bytes);
        moved = true;
      } else {
        bytes.release();
      }
    }
    if (!from.channel.isActive() && to.channel.isActive()) {
      to.channel.close();
      moved = true;
    }
    return moved;
  }

  /** Sends a text to the server and back, and returns what arrives. BoringSSL sends its tickets then. */
  String echo(String text) {
    send(client, text);
    send(server, received(server));
    return received(client);
  }

  private void send(End from, String text) {
    from.channel.writeOutbound(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)));
    carry();
  }

  private static String received(End end) {
    StringBuilder text = new StringBuilder();
    for (ByteBuf part = end.channel.readInbound(); part != null; part = end.channel.readInbound()) {
      text.append(part.toString(StandardCharsets.US_ASCII));
      part.release();
    }
    return text.toString();
  }

  @Override
  public void close() {
    client.channel.finishAndReleaseAll();
    server.channel.finishAndReleaseAll();
  }
}
