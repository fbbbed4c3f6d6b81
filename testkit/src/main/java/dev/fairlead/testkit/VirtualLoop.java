package dev.fairlead.testkit;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One loop of a {@link VirtualNetwork}, owned by the thread that made it. */
final class VirtualLoop extends ManualIoEventLoop {
  private final KeptHandler kept;

  VirtualLoop(IoEventLoopGroup parent, Ticker ticker) {
    this(parent, ticker, new KeptHandler());
  }

  private VirtualLoop(IoEventLoopGroup parent, Ticker ticker, KeptHandler kept) {
    super(parent, Thread.currentThread(), kept, ticker);
    this.kept = kept;
  }

  /** When the next scheduled task is due, or {@code Long.MAX_VALUE}. */
  long nextDeadline() {
    long deadline = nextScheduledTaskDeadlineNanos();
    return deadline < 0 ? Long.MAX_VALUE : deadline;
  }

  /** Closes all channels of this loop; their ends are heard in the next run. */
  void closeChannels() {
    if (kept.handler != null) {
      kept.handler.prepareToDestroy();
    }
  }

  void end() {
    Future<?> ended = shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
    while (!ended.isDone()) {
      runNow();
    }
  }

  /** Makes one handler and remembers it: the loop itself would close channels only when it ends. */
  private static final class KeptHandler implements IoHandlerFactory {
    private @Nullable IoHandler handler;

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
      IoHandler made = LocalIoHandler.newFactory().newHandler(executor);
      handler = made;
      return made;
    }
  }
}
