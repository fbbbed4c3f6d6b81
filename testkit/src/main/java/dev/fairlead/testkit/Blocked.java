package dev.fairlead.testkit;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;

/** Counts how often the threads of event loops had to wait for a monitor. Immutable. */
public final class Blocked {
  private final long[] threads;

  private Blocked(long... threads) {
    this.threads = threads;
  }

  /**
   * Looks up the threads of some loops.
   *
   * @param loops running ones; not called from one of them
   * @return a counter for exactly these threads
   */
  public static Blocked of(EventLoopGroup loops) {
    List<Long> found = new ArrayList<>();
    for (EventExecutor loop : loops) {
      found.add(loop.submit(() -> Thread.currentThread().getId())
          .awaitUninterruptibly()
          .getNow());
    }
    return new Blocked(found.stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * Reads the counters of the JVM.
   *
   * @return how often these threads were blocked since they started
   */
  public long count() {
    long sum = 0;
    for (ThreadInfo info : ManagementFactory.getThreadMXBean().getThreadInfo(threads)) {
      if (info == null) {
        throw new AssertionError("a loop has ended");
      }
      sum += info.getBlockedCount();
    }
    return sum;
  }
}
