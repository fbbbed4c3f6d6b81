package dev.fairlead.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what a thread allocates. Here, because the modules under test do not read the JDK's management. */
public final class Allocations {
  private static final int TRIES = 5;

  private Allocations() {}

  /**
   * The fewest bytes that a task allocates on the calling thread when it runs several times: the first
   * runs warm it up.
   *
   * @param task the same work each time
   * @return the bytes of its best run
   */
  public static long leastBytes(Runnable task) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && least > 0; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      task.run();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
