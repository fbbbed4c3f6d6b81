package dev.fairlead.acceptance;

import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that opens a WebSocket by extended CONNECT (RFC 8441), by Netty, with its own loop. */
final class Http2WebSocketClient implements WebSocketEnd {
  private final Loops loops = Loops.nio(1);
  private final CompletableFuture<Boolean> allowed = new CompletableFuture<>();
  private final Http2WebSocket end;

  private Http2WebSocketClient(Hop hop, int port) throws Exception {
    SslContext tls = hop.tls() ? Site.nettyClient(hop.alpn()) : null;
    Channel connection = new Bootstrap()
        .group(loops.group())
        .channel(NioSocketChannel.class)
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            init(channel, tls, port);
          }
        })
        .connect(InetAddress.getLoopbackAddress(), port)
        .sync()
        .channel();
    if (!allowed.get(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the server does not allow extended CONNECT");
    }
    CompletableFuture<Http2WebSocket> opened = new CompletableFuture<>();
    Channel stream = new Http2StreamChannelBootstrap(connection)
        .handler(new Opening(opened))
        .open()
        .sync()
        .getNow();
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(request(hop, port), false));
    end = opened.get(10, TimeUnit.SECONDS);
  }

  /** Opens a WebSocket on a connection of its own. */
  static WebSocketEnd open(Hop hop, int port) throws Exception {
    return new Http2WebSocketClient(hop, port);
  }

  private void init(Channel channel, @Nullable SslContext tls, int port) {
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc(), "127.0.0.1", port));
    }
    channel
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forClient().build(),
            new SimpleChannelInboundHandler<Http2SettingsFrame>() {
              @Override
              protected void channelRead0(
                  ChannelHandlerContext context, Http2SettingsFrame settings) {
                allowed.complete(Boolean.TRUE.equals(settings.settings().connectProtocolEnabled()));
              }
            },
            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
  }

  private static Http2Headers request(Hop hop, int port) {
    Http2Headers request = new DefaultHttp2Headers()
        .method("CONNECT")
        .scheme(hop.scheme())
        .authority("127.0.0.1:" + port)
        .path("/chat?room=1")
        .set("sec-websocket-version", "13");
    return request.set(":protocol", "websocket");
  }

  /** Waits for the answer. */
  private static final class Opening extends SimpleChannelInboundHandler<Http2HeadersFrame> {
    private final CompletableFuture<Http2WebSocket> opened;

    Opening(CompletableFuture<Http2WebSocket> opened) {
      this.opened = opened;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2HeadersFrame answer) {
      if ("200".contentEquals(answer.headers().status()) && !answer.isEndStream()) {
        opened.complete(Http2WebSocket.open(context.channel(), false));
        context.pipeline().remove(this);
      } else {
        opened.completeExceptionally(new AssertionError("refused: " + answer.headers()));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      opened.completeExceptionally(new AssertionError("the stream was reset"));
    }
  }

  @Override
  public Inbox inbox() {
    return end.inbox();
  }

  @Override
  public void send(String text) {
    end.send(text);
  }

  @Override
  public void send(ByteBuffer binary) {
    end.send(binary);
  }

  @Override
  public void sendFragments(List<String> parts) {
    end.sendFragments(parts);
  }

  @Override
  public void ping() {
    end.ping();
  }

  @Override
  public void close(int code, String reason) {
    end.close(code, reason);
  }

  @Override
  public void vanish() {
    end.vanish();
  }

  @Override
  public void close() {
    end.close();
    loops.close();
  }
}
