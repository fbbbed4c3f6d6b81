package dev.fairlead.internal.edge;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does what is slow in the handshake of one connection on other threads, and knows whether some of it is
 * still to be done: until then bytes that have come may not have been looked at. Thread-safe.
 */
final class HandshakeTasks implements Executor {
  private final Executor threads;
  private final AtomicInteger open = new AtomicInteger();

  HandshakeTasks(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    open.incrementAndGet();
    try {
      threads.execute(() -> {
        try {
          task.run(); // ends with a task for the event loop, to go on there
        } finally {
          open.decrementAndGet();
        }
      });
    } catch (RejectedExecutionException e) {
      open.decrementAndGet();
      throw e;
    }
  }

  /** Nothing is to be done; what was done has told the event loop so. */
  boolean areDone() {
    return open.get() == 0;
  }
}
