package dev.fairlead.internal.net;

import dev.fairlead.internal.edge.ServerEdge;
import dev.fairlead.spi.Acquire;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a {@link Destination} on a given event loop: its addresses in turn, all within one
 * time-out. Every channel is in the group until it closes.
 */
public final class Connector {
  private final ChannelGroup channels;

  public Connector(ChannelGroup channels) {
    this.channels = channels;
  }

  /**
   * For what a connection is made.
   *
   * @param request which request's; null for a health check
   * @param protocol the only one that TLS offers; null for all
   * @param autoRead whether the connection is read at once
   * @param datagrams whether it is a UDP socket, which only hears from there and begins with nothing
   * @param handler joins the pipeline when the connection can be used, before it hears so
   */
  public record Purpose(
      @Nullable Acquire request,
      @Nullable String protocol,
      boolean autoRead,
      boolean datagrams,
      ChannelHandler handler) {
    /** Without a request. */
    public Purpose(boolean autoRead, ChannelHandler handler) {
      this(null, null, autoRead, false, handler);
    }

    /** For a request, which lets it be read. */
    public Purpose(Acquire request, @Nullable String protocol, ChannelHandler handler) {
      this(request, protocol, false, false, handler);
    }

    /** For a health check by UDP. */
    public static Purpose datagrams(ChannelHandler handler) {
      return new Purpose(null, null, true, true, handler);
    }
  }

  /** Connects, and begins the connection as its server wants it. On that loop only. */
  public Future<Channel> connect(
      EventLoop loop, Destination to, long timeoutNanos, Purpose purpose) {
    Attempt attempt = new Attempt(loop, to, timeoutNanos, purpose);
    attempt.next();
    return attempt.promise;
  }

  private final class Attempt implements ChannelFutureListener {
    private final EventLoop loop;
    private final Destination to;
    private final List<SocketAddress> addresses;
    private final Purpose purpose;
    private final long deadline;
    private final Promise<Channel> promise;
    private final ServerEdge.Wanted wanted;
    private int tried;
    private @Nullable Channel current;

    Attempt(EventLoop loop, Destination to, long timeout, Purpose purpose) {
      this.loop = loop;
      this.to = to;
      this.addresses = to.addresses(loop);
      this.purpose = purpose;
      this.wanted = to.edge().wanted(purpose.request(), purpose.protocol());
      this.deadline = loop.ticker().nanoTime() + timeout;
      this.promise = loop.newPromise();
      promise.addListener(this::ended);
    }

    void next() {
      if (addresses.isEmpty()) {
        to.failed(loop);
        promise.tryFailure(new UnknownHostException(String.valueOf(to.configured())));
        return;
      }
      SocketAddress address = addresses.get(tried++);
      long left = deadline - loop.ticker().nanoTime();
      try {
        Channel channel = purpose.datagrams()
            ? Channels.datagramChannel(loop, address)
            : Channels.channel(loop, address);
        current = channel;
        configure(channel, address, left / (addresses.size() - tried + 1));
        channel.pipeline().addLast(new Arrival(this));
        loop.register(channel).addListener((ChannelFuture registered) -> {
          if (registered.isSuccess()) {
            channel.connect(address).addListener(this);
          } else {
            operationComplete(registered);
          }
        });
      } catch (RuntimeException e) { // no file descriptor left, or no such kind of address
        Channel begun = current;
        if (begun != null && !begun.isRegistered()) {
          begun.unsafe().closeForcibly();
        }
        promise.tryFailure(e);
      }
    }

    private void configure(Channel channel, SocketAddress address, long left) {
      channel.config().setAutoRead(purpose.autoRead());
      int millis = (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(left) + 1);
      channel.config().setConnectTimeoutMillis(millis);
      if (!purpose.datagrams() && !(address instanceof LocalAddress)) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
      }
    }

    private void ended(Future<? super Channel> done) {
      Channel channel = current;
      if (done.isCancelled() && channel != null) {
        channel.close();
      }
    }

    /** Registering or connecting has ended. Success shows as activity, see {@link Arrival}. */
    @Override
    public void operationComplete(ChannelFuture done) {
      if (done.isSuccess() || promise.isDone()) {
        return;
      }
      done.channel().close();
      to.failed(loop);
      if (tried < addresses.size() && deadline - loop.ticker().nanoTime() > 0) {
        next();
      } else {
        Throwable cause = done.cause();
        promise.tryFailure(cause == null ? new ConnectException("cancelled") : cause);
      }
    }

    void arrived(ChannelHandlerContext ctx) {
      Channel channel = ctx.channel();
      channels.add(channel);
      ServerEdge edge = to.edge();
      if (promise.isDone()) {
        channel.close();
      } else if (edge.isNone() || purpose.datagrams()) {
        usable(ctx);
      } else {
        channel.config().setAutoRead(true);
        long left = Math.max(1, deadline - loop.ticker().nanoTime());
        try {
          edge.begin(channel, wanted, left, failure -> {
            if (failure == null) {
              channel.config().setAutoRead(purpose.autoRead());
              usable(ctx);
            } else {
              fail(channel, failure);
            }
          });
        } catch (RuntimeException e) { // the server has left meanwhile
          fail(channel, e);
        }
      }
    }

    private void fail(Channel channel, Throwable failure) {
      channel.close();
      promise.tryFailure(failure);
    }

    private void usable(ChannelHandlerContext ctx) {
      Channel channel = ctx.channel();
      if (promise.isDone() || !channel.isActive()) {
        channel.close();
        promise.tryFailure(new ClosedChannelException());
        return;
      }
      ctx.pipeline().addLast(purpose.handler());
      ctx.fireChannelActive();
      ctx.pipeline().remove(ctx.handler());
      if (!promise.trySuccess(channel)) {
        channel.close();
      }
    }
  }

  /** Stands in the pipeline until the connection is there. */
  private static final class Arrival extends ChannelInboundHandlerAdapter {
    private final Attempt attempt;

    Arrival(Attempt attempt) {
      this.attempt = attempt;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      attempt.arrived(ctx);
    }
  }
}
