package dev.fairlead.internal.net;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Resolves host names by the system's resolver, which blocks, on threads of its own that end when there
 * is nothing to do.
 */
public final class Names implements AutoCloseable {
  private static final int THREADS = 4;

  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
      THREADS,
      THREADS,
      1,
      TimeUnit.SECONDS,
      new LinkedBlockingQueue<>(),
      new DefaultThreadFactory("fairlead-names", true));

  public Names() {
    threads.allowCoreThreadTimeOut(true);
  }

  /** All addresses of a name, in the resolver's order; fails with {@link UnknownHostException}. */
  public CompletionStage<List<InetAddress>> resolve(String host) {
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return List.of(InetAddress.getAllByName(host));
            } catch (UnknownHostException e) {
              throw new CompletionException(e);
            }
          },
          threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Takes no more names; those that were asked for are still looked up, so that nobody waits in vain. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
