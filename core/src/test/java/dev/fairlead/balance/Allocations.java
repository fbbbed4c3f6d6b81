package dev.fairlead.balance;

import java.lang.reflect.Method;

/** Reads what this thread has allocated. By reflection: core does not read the management modules. */
final class Allocations {
  private Allocations() {}

  /** The bytes that a task allocates once it has run for a while: the least of ten measurements. */
  static long of(Runnable task) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long before = soFar();
      task.run();
      least = Math.min(least, soFar() - before);
    }
    return least;
  }

  private static long soFar() {
    try {
      Object threads = Class.forName("java.lang.management.ManagementFactory")
          .getMethod("getThreadMXBean")
          .invoke(null);
      Method read = Class.forName("com.sun.management.ThreadMXBean")
          .getMethod("getCurrentThreadAllocatedBytes");
      return (long) read.invoke(threads);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("management", e);
    }
  }
}
