package dev.fairlead.acceptance;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.TestCertificates;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;

/**
 * TLS connections that are kept, each with one request every 20 ms. A request that cannot go out in time,
 * because the one before is not answered yet, is late from the moment that it was due: what a stall
 * delays, counts.
 */
final class SteadySessions implements AutoCloseable {
  static final int COUNT = 16;
  private static final long EVERY = Duration.ofMillis(20).toNanos();
  private static final String HOST = "site.example";

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final SslContext tls;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger established = new AtomicInteger();
  private long[] latencies = new long[1 << 12]; // of the event loop until it has ended
  private int count;
  private volatile boolean over;

  private SteadySessions(TestCertificates authority) throws SSLException {
    this.tls =
        SslContextBuilder.forClient().trustManager(authority.certificate()).build();
  }

  /** Connects them; when this returns, all are established. */
  static SteadySessions start(int port, TestCertificates authority) throws SSLException {
    SteadySessions sessions = new SteadySessions(authority);
    for (int i = 0; i < COUNT; i++) {
      long offset = EVERY * i / COUNT;
      new Bootstrap()
          .group(sessions.group)
          .channel(NioSocketChannel.class)
          .handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
              channel
                  .pipeline()
                  .addLast(
                      sessions.tls.newHandler(channel.alloc(), HOST, port),
                      new HttpClientCodec(),
                      new HttpObjectAggregator(1 << 16),
                      sessions.new Session(offset));
            }
          })
          .connect("127.0.0.1", port);
    }
    Await.until(
        "established sessions",
        Waits.PATIENCE,
        () -> sessions.established.get() == COUNT || !sessions.failures.isEmpty());
    return sessions;
  }

  /** What became of the requests. Sorted times from due to answered, in nanoseconds. */
  record Outcome(List<Long> latencies, List<String> failures) {
    double millis(double percentile) {
      int index = (int) (latencies.size() * percentile / 100);
      return latencies.get(Math.min(index, latencies.size() - 1)) / 1e6;
    }
  }

  /** Ends all of them. */
  Outcome end() {
    over = true;
    close();
    return new Outcome(
        Arrays.stream(latencies, 0, count).sorted().boxed().toList(), List.copyOf(failures));
  }

  @Override
  public void close() {
    over = true;
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    if (ReferenceCountUtil.refCnt(tls) > 0) {
      ReferenceCountUtil.release(tls);
    }
  }

  /** One connection. */
  private final class Session extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final long offset;
    private long due;

    Session(long offset) {
      this.offset = offset;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done) {
        if (done.isSuccess()) {
          established.incrementAndGet();
          due = System.nanoTime() + offset;
          ask(ctx);
        } else {
          failures.add("handshake: " + done.cause());
        }
      }
    }

    private void ask(ChannelHandlerContext ctx) {
      long wait = due - System.nanoTime();
      if (wait > 0) {
        ctx.executor().schedule(() -> send(ctx), wait, TimeUnit.NANOSECONDS);
      } else {
        send(ctx);
      }
    }

    private void send(ChannelHandlerContext ctx) {
      DefaultFullHttpRequest request =
          new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
      request.headers().set(HttpHeaderNames.HOST, HOST);
      ctx.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
      if (!response.status().equals(HttpResponseStatus.OK)) {
        failures.add("response: " + response.status());
      }
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * count);
      }
      latencies[count++] = System.nanoTime() - due;
      due += EVERY;
      ask(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      fail(new IOException("closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(cause);
    }

    private void fail(Throwable cause) {
      if (!over) {
        failures.add(cause.toString());
      }
    }
  }
}
