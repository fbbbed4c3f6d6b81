package dev.fairlead.internal.control;

import io.netty.channel.EventLoop;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** The event loop on which all state is written, one task at a time, in the order of their coming. */
public final class ControlLoop {
  private static final System.Logger LOG = System.getLogger("dev.fairlead");

  private final EventLoop loop;

  public ControlLoop(EventLoop loop) {
    this.loop = loop;
  }

  public EventLoop eventLoop() {
    return loop;
  }

  /** Runs a task on the loop, at once when called there. */
  <T> CompletableFuture<T> call(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable run = () -> {
      try {
        result.complete(task.call());
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    };
    if (loop.inEventLoop()) {
      run.run();
    } else {
      try {
        loop.execute(run);
      } catch (RejectedExecutionException e) {
        result.completeExceptionally(new IllegalStateException("load balancer: closed", e));
      }
    }
    return result;
  }

  /** The same result, but heard of on the loop. */
  <T> CompletableFuture<T> here(CompletableFuture<T> elsewhere) {
    CompletableFuture<T> here = new CompletableFuture<>();
    elsewhere.whenComplete((result, failure) -> call(() -> failure == null
            ? here.complete(result)
            : here.completeExceptionally(Failures.root(failure)))
        .exceptionally(here::completeExceptionally));
    return here;
  }

  /** Runs a task on the loop, never at once: for callers that hold a lock or are deep in a call. */
  void later(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "the control loop has been shut down", e);
    }
  }
}
