package dev.fairlead.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Clients that do one full TLS 1.3 handshake after the other, with BoringSSL, on one thread: connect, shake
 * hands, say close_notify, wait for the server to close. Nothing is ever resumed, since a client without the
 * server's name keeps no session. Tickets that the server sends are read, as by any client.
 */
final class HandshakeLoad implements AutoCloseable {
  private static final int CONNECTIONS = 64;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final String cipherSuite;
  private final SslContext context;

  HandshakeLoad(String cipherSuite) throws Exception {
    this.cipherSuite = cipherSuite;
    this.context = SslContextBuilder.forClient()
        .sslProvider(SslProvider.OPENSSL)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .protocols("TLSv1.3")
        .option(OpenSslContextOption.GROUPS, new String[] {"x25519"})
        .build();
  }

  /**
   * What came of it.
   *
   * @param count finished handshakes
   * @param seconds how long that took
   */
  record Done(long count, double seconds) {}

  Done run(int port, int seconds) throws InterruptedException {
    Turn turn = new Turn(port, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    long start = System.nanoTime();
    group.next().execute(() -> {
      for (int i = 0; i < CONNECTIONS; i++) {
        turn.next();
      }
    });
    turn.over.await();
    Throwable failure = turn.failure.get();
    if (failure != null) {
      throw new IllegalStateException("port " + port, failure);
    }
    return new Done(turn.count, (System.nanoTime() - start) / 1e9);
  }

  /** One run; all but its latch on the event loop. */
  private final class Turn extends ChannelInitializer<Channel> {
    private final long end;
    private final Bootstrap bootstrap;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch over = new CountDownLatch(CONNECTIONS);
    private volatile long count;

    Turn(int port, long end) {
      this.end = end;
      this.bootstrap = new Bootstrap()
          .group(group)
          .channel(EpollSocketChannel.class)
          .handler(this)
          .remoteAddress("127.0.0.1", port);
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    private void next() {
      if (failure.get() != null || System.nanoTime() - end > 0) {
        over.countDown();
        return;
      }
      bootstrap.connect().addListener((ChannelFuture done) -> {
        if (!done.isSuccess()) {
          fail(done.cause());
          over.countDown();
        }
      });
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.pipeline().addLast(context.newHandler(channel.alloc()), new Shaking(this));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written on the event loop only
    private void shaken() {
      count++;
    }

    private void fail(Throwable cause) {
      failure.compareAndSet(null, cause);
    }
  }

  /** One connection. */
  private final class Shaking extends ChannelInboundHandlerAdapter {
    private final Turn turn;
    private boolean shaken;

    Shaking(Turn turn) {
      this.turn = turn;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        String suite = tls.engine().getSession().getCipherSuite();
        if (!done.isSuccess()) {
          turn.fail(done.cause());
          ctx.close();
        } else if (!suite.equals(cipherSuite)) {
          turn.fail(new IllegalStateException(suite));
          ctx.close();
        } else {
          shaken = true;
          turn.shaken();
          tls.closeOutbound();
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!shaken) {
        turn.fail(new IllegalStateException("ended in its handshake"));
      }
      turn.next();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      turn.fail(cause);
      ctx.close();
    }
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
