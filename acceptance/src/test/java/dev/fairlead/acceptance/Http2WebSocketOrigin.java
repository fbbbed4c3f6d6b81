package dev.fairlead.acceptance;

import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that takes WebSockets by extended CONNECT (RFC 8441), by Netty; anything else is 400. */
final class Http2WebSocketOrigin implements WebSocketOrigin {
  private final Loops loops = Loops.nio(1);
  private final BlockingQueue<Http2WebSocket> opened = new LinkedBlockingQueue<>();
  private final boolean keys;
  private final Channel listening;

  private Http2WebSocketOrigin(Hop hop, boolean keys) {
    this.keys = keys;
    SslContext tls = hop.tls() ? Site.nettyServer(hop.alpn()) : null;
    listening = new ServerBootstrap()
        .group(loops.group())
        .channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel client) {
            if (tls != null) {
              client.pipeline().addLast(tls.newHandler(client.alloc()));
            }
            client
                .pipeline()
                .addLast(
                    Http2FrameCodecBuilder.forServer()
                        .initialSettings(
                            Http2Settings.defaultSettings().connectProtocolEnabled(true))
                        .build(),
                    new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new Accepting());
                      }
                    }));
          }
        })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .syncUninterruptibly()
        .channel();
  }

  /**
   * Starts.
   *
   * @param hop what it speaks
   * @param keys whether a request may have the key that only HTTP/1.1 needs
   */
  static WebSocketOrigin start(Hop hop, boolean keys) {
    return new Http2WebSocketOrigin(hop, keys);
  }

  @Override
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  @Override
  public WebSocketEnd end() throws InterruptedException {
    WebSocketEnd end = opened.poll(10, TimeUnit.SECONDS);
    if (end == null) {
      throw new AssertionError("no WebSocket was opened");
    }
    return end;
  }

  @Override
  public void close() {
    loops.close();
  }

  /** Answers the request. */
  private final class Accepting extends SimpleChannelInboundHandler<Http2HeadersFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2HeadersFrame request) {
      Http2Headers fields = request.headers();
      boolean good = "CONNECT".contentEquals(fields.method())
          && fields.contains(":protocol", "websocket")
          && "/chat?room=1".contentEquals(fields.path())
          && (keys || !fields.contains("sec-websocket-key"))
          && !request.isEndStream();
      context.writeAndFlush(new DefaultHttp2HeadersFrame(
          new DefaultHttp2Headers().status(good ? "200" : "400"), !good));
      if (good) {
        opened.add(Http2WebSocket.open(context.channel(), true));
        context.pipeline().remove(this);
      }
    }
  }
}
