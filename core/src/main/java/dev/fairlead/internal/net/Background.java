package dev.fairlead.internal.net;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that may block, for what event loops must not do: look up names, read certificates. They end
 * when there is nothing to do. Thread-safe.
 */
public final class Background implements Executor, AutoCloseable {
  private final ThreadPoolExecutor threads;

  /**
   * @param name of its threads
   * @param count how many there may be
   */
  public Background(String name, int count) {
    threads = new ThreadPoolExecutor(
        count,
        count,
        1,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        new DefaultThreadFactory(name, true));
    threads.allowCoreThreadTimeOut(true);
  }

  /** Runs a task that may block; what it throws fails the stage. */
  public <T> CompletionStage<T> call(Callable<T> task) {
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return task.call();
            } catch (Exception e) {
              throw new CompletionException(e);
            }
          },
          threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(task);
  }

  /** Takes no more tasks; those that wait are still done, so that nobody waits in vain. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
