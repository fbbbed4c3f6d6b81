package dev.fairlead.testkit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.Ticker;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Some loops of a {@link VirtualNetwork}, taken in turn. */
final class VirtualLoopGroup extends AbstractEventExecutorGroup implements IoEventLoopGroup {
  private final List<VirtualLoop> loops;
  private final AtomicInteger turn = new AtomicInteger();
  private final Promise<@Nullable Void> termination =
      new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);

  VirtualLoopGroup(int size, Ticker ticker) {
    loops = Stream.generate(() -> new VirtualLoop(this, ticker)).limit(size).toList();
    AtomicInteger alive = new AtomicInteger(size);
    for (VirtualLoop loop : loops) {
      loop.terminationFuture().addListener(ended -> {
        if (alive.decrementAndGet() == 0) {
          termination.setSuccess(null);
        }
      });
    }
  }

  List<VirtualLoop> loops() {
    return loops;
  }

  @Override
  public IoEventLoop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    return next().register(channel, promise);
  }

  @Override
  public Iterator<EventExecutor> iterator() {
    return List.<EventExecutor>copyOf(loops).iterator();
  }

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    for (VirtualLoop loop : loops) {
      Future<?> unused = loop.shutdownGracefully(quietPeriod, timeout, unit);
    }
    return termination;
  }

  @Override
  public Future<?> terminationFuture() {
    return termination;
  }

  @Override
  @Deprecated
  public void shutdown() {
    loops.forEach(VirtualLoop::shutdown);
  }

  @Override
  public boolean isShuttingDown() {
    return loops.stream().allMatch(VirtualLoop::isShuttingDown);
  }

  @Override
  public boolean isShutdown() {
    return loops.stream().allMatch(VirtualLoop::isShutdown);
  }

  @Override
  public boolean isTerminated() {
    return loops.stream().allMatch(VirtualLoop::isTerminated);
  }

  /** Does not wait: the only thread that could bring the end is the caller's. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }
}
