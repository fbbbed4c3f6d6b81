package dev.fairlead.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that counts its open connections, and reads nothing of any of them while there are more than it bears:
 * the end of an earlier one may arrive behind a later one's beginning, but must be on its way already. It answers
 * each request with "ok" at once. Thread-safe.
 */
final class LimitedOrigin implements AutoCloseable {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final Loops loops = Loops.nio(1);
  private final int most;
  private final Channel listening;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  /** What waits until there are fewer connections. On the loop only. */
  private final Queue<Runnable> unread = new ArrayDeque<>();

  /**
   * Starts.
   *
   * @param http2 which version of HTTP it speaks
   * @param most how many connections it bears
   */
  LimitedOrigin(boolean http2, int most) {
    this.most = most;
    this.listening = new ServerBootstrap()
        .group(loops.group())
        .channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new Counting());
            if (http2) {
              channel
                  .pipeline()
                  .addLast(Http2FrameCodecBuilder.forServer().build(), new ByStream());
            } else {
              channel.pipeline().addLast(new ByText());
            }
          }
        })
        .bind("127.0.0.1", 0)
        .syncUninterruptibly()
        .channel();
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** How many connections there are now. */
  int open() {
    return open.get();
  }

  /** How many connections there were so far. */
  int accepted() {
    return accepted.get();
  }

  @Override
  public void close() {
    loops.close();
  }

  private final class Counting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      open.incrementAndGet();
      accepted.incrementAndGet();
      context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      context.fireChannelInactive();
      open.decrementAndGet();
      while (open.get() <= most && !unread.isEmpty()) {
        unread.remove().run();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (open.get() <= most && unread.isEmpty()) {
        context.fireChannelRead(message);
      } else {
        unread.add(() -> {
          if (context.channel().isActive()) {
            context.fireChannelRead(message);
            context.fireChannelReadComplete();
          } else {
            ReferenceCountUtil.release(message);
          }
        });
      }
    }
  }

  /** HTTP/1.1, of requests without bodies. */
  private static final class ByText extends ChannelInboundHandlerAdapter {
    private final StringBuilder received = new StringBuilder();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      received.append(bytes.toString(ISO_8859_1));
      bytes.release();
      for (int end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
        received.delete(0, end + 4);
        context.writeAndFlush(Unpooled.copiedBuffer(OK, ISO_8859_1));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private static final class ByStream extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Http2HeadersFrame head && head.isEndStream()) {
        answer(context, head.stream());
      } else if (message instanceof Http2DataFrame data && data.isEndStream()) {
        answer(context, data.stream());
      }
      ReferenceCountUtil.release(message);
    }

    private static void answer(ChannelHandlerContext context, Http2FrameStream stream) {
      context.write(
          new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")).stream(stream));
      ByteBuf body = Unpooled.copiedBuffer("ok", ISO_8859_1);
      context.writeAndFlush(new DefaultHttp2DataFrame(body, true).stream(stream));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
