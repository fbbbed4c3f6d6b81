package dev.fairlead.acceptance;

import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on Netty that speaks one version of HTTP and does what the path says, see {@link
 * WebExchange}; below {@code /held/}, what the test says; {@code /chat} is a WebSocket that sends back every
 * message, by HTTP/2 too (RFC 8441). Thread-safe.
 */
final class WebOrigin implements AutoCloseable {
  private final Loops loops = Loops.nio(1);
  private final AtomicInteger connections = new AtomicInteger();
  private final Map<String, String> pages;
  private final BlockingQueue<HeldAnswer> held = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
  private final Channel listening;

  private WebOrigin(Hop hop, Map<String, String> pages) {
    this.pages = pages;
    SslContext tls = hop.tls() ? Site.nettyServer(hop.alpn()) : null;
    this.listening = new ServerBootstrap()
        .group(loops.group())
        .channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel client) {
            connections.incrementAndGet();
            init(client, hop, tls);
          }
        })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .syncUninterruptibly()
        .channel();
  }

  static WebOrigin start(Hop hop) {
    return start(hop, Map.of());
  }

  /** With HTML and JavaScript by their paths, which end accordingly. */
  static WebOrigin start(Hop hop, Map<String, String> pages) {
    return new WebOrigin(hop, pages);
  }

  private void init(Channel client, Hop hop, @Nullable SslContext tls) {
    if (tls != null) {
      client.pipeline().addLast(tls.newHandler(client.alloc()));
    }
    if (hop.http2()) {
      client
          .pipeline()
          .addLast(
              Http2FrameCodecBuilder.forServer()
                  .initialSettings(Http2Settings.defaultSettings().connectProtocolEnabled(true))
                  .build(),
              new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel stream) {
                  stream.pipeline().addLast(new ChatOrNot());
                }
              }));
    } else {
      client
          .pipeline()
          .addLast(
              new HttpServerCodec(),
              new WebSocketServerProtocolHandler("/chat"),
              new SimpleChannelInboundHandler<WebSocketFrame>() {
                @Override
                protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
                  context.writeAndFlush(frame.retain());
                }
              },
              exchange());
    }
  }

  /** Looks at the head of a stream: what asks for no WebSocket is a request like any other. */
  private final class ChatOrNot extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      Channel stream = context.channel();
      if (message instanceof Http2HeadersFrame head
          && "/chat".contentEquals(head.headers().path())
          && head.headers().contains(":protocol", "websocket")) {
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
        Http2WebSocket.open(stream, true);
      } else {
        stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true), exchange());
        context.fireChannelRead(message);
      }
      stream.pipeline().remove(this);
    }
  }

  private WebExchange exchange() {
    return new WebExchange(pages, held, reports);
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** How many were accepted so far. */
  int connections() {
    return connections.get();
  }

  /** The next request below {@code /held/}, which waits for its answer. */
  HeldAnswer held() throws InterruptedException {
    return next(held);
  }

  /** The next body that was sent to {@code /report}. */
  String report() throws InterruptedException {
    return next(reports);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no such request came");
    }
    return next;
  }

  @Override
  public void close() {
    loops.close();
  }
}
