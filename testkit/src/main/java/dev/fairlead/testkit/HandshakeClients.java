package dev.fairlead.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Clients that do one full TLS 1.3 handshake with X25519 after the other, on one thread: connect, shake
 * hands, say close_notify, wait for the server to close. Nothing is ever resumed, since a client that does
 * not know the server's name keeps no session. Tickets that the server sends are read, as by any client.
 * With BoringSSL where it is on the class path.
 */
public final class HandshakeClients implements AutoCloseable {
  private final int connections;
  private final EventLoopGroup group;
  private final SslContext context;

  /**
   * Clients that rest.
   *
   * @param connections how many handshakes are under way at once
   */
  public HandshakeClients(int connections) {
    this.connections = connections;
    this.group = new MultiThreadIoEventLoopGroup(
        1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.context = context();
  }

  private static SslContext context() {
    boolean fast = OpenSsl.isAvailable();
    SslContextBuilder builder = SslContextBuilder.forClient()
        .sslProvider(fast ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .protocols("TLSv1.3");
    if (fast) {
      builder.option(OpenSslContextOption.GROUPS, new String[] {"x25519"});
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * What came of it.
   *
   * @param count finished handshakes
   * @param failed handshakes and connections that were not
   * @param failure why the first of those was not; null when there is none
   * @param cipherSuites which ones were used
   * @param seconds how long it took
   */
  public record Done(
      long count,
      long failed,
      @Nullable Throwable failure,
      Set<String> cipherSuites,
      double seconds) {

    /**
     * Copies the set.
     *
     * @param count finished handshakes
     * @param failed handshakes and connections that were not
     * @param failure why the first of those was not
     * @param cipherSuites which ones were used
     * @param seconds how long it took
     */
    public Done {
      cipherSuites = Set.copyOf(cipherSuites);
    }
  }

  /**
   * Comes to a server on loopback, and waits until the last handshake has ended.
   *
   * @param port the server's
   * @param time no handshake begins after that
   * @return what came of it
   * @throws InterruptedException when the caller is interrupted
   */
  public Done run(int port, Duration time) throws InterruptedException {
    long start = System.nanoTime();
    Run run = new Run(port, start + time.toNanos());
    group.next().execute(run::begin);
    run.over.await();
    return new Done(
        run.count, run.failed, run.failure, run.suites, (System.nanoTime() - start) / 1e9);
  }

  /** Its fields belong to the event loop until the latch is open. */
  private final class Run extends ChannelInitializer<Channel> {
    private final long end;
    private final Bootstrap bootstrap;
    private final Set<String> suites = new HashSet<>();
    private final CountDownLatch over = new CountDownLatch(connections);
    private long count;
    private long failed;
    private @Nullable Throwable failure;

    Run(int port, long end) {
      this.end = end;
      this.bootstrap = new Bootstrap()
          .group(group)
          .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
          .handler(this)
          .remoteAddress(Ports.loopback(port));
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    void begin() {
      for (int i = 0; i < connections; i++) {
        next();
      }
    }

    void next() {
      if (System.nanoTime() - end > 0) {
        over.countDown();
        return;
      }
      bootstrap.connect().addListener((ChannelFuture done) -> {
        if (!done.isSuccess()) {
          fail(done.cause());
          next();
        }
      });
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.pipeline().addLast(context.newHandler(channel.alloc()), new Handshake(this));
    }

    void succeed(String suite) {
      count++;
      suites.add(suite);
    }

    void fail(@Nullable Throwable cause) {
      failed++;
      if (failure == null) {
        failure = cause;
      }
    }
  }

  /** One connection. */
  private static final class Handshake extends ChannelInboundHandlerAdapter {
    private final Run run;
    private boolean connected;
    private boolean told;

    Handshake(Run run) {
      this.run = run;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      connected = true;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && !told) {
        told = true;
        if (done.isSuccess()) {
          SslHandler tls = ctx.pipeline().get(SslHandler.class);
          run.succeed(tls.engine().getSession().getCipherSuite());
          tls.closeOutbound();
        } else {
          run.fail(done.cause());
          ctx.close();
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!told) {
        told = true;
        run.fail(new SSLException("closed in its handshake"));
      }
      if (connected) {
        run.next();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!told) {
        told = true;
        run.fail(cause);
      }
      ctx.close();
    }
  }

  /** Ends its thread. No run may be under way. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    ReferenceCountUtil.release(context);
  }
}
