package dev.fairlead.spi;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A deadline that is moved often and met seldom. Moving it later costs a field write: the one task that
 * may be scheduled looks at the deadline when it runs, and sets out again when there is time left. On
 * its event loop only.
 */
public final class LoopTimer implements Runnable {
  private static final long NEVER = Long.MAX_VALUE;

  private final EventLoop loop;
  private final Runnable expired;
  private final long origin;
  private long deadline = NEVER;
  private long wakeUp = NEVER;
  private @Nullable Future<?> task;

  /**
   * A timer that is not set.
   *
   * @param loop the event loop whose ticker it follows
   * @param expired called on that loop when a deadline has passed; the timer is then not set
   */
  public LoopTimer(EventLoop loop, Runnable expired) {
    this.loop = loop;
    this.expired = expired;
    this.origin = loop.ticker().nanoTime();
  }

  /**
   * Sets or moves the deadline.
   *
   * @param nanos from now
   */
  public void set(long nanos) {
    long now = now();
    long at = now + nanos;
    deadline = at < 0 ? NEVER - 1 : Math.min(at, NEVER - 1);
    if (deadline < wakeUp) {
      stopTask();
      wake(now);
    }
  }

  /** The deadline no longer holds. The task, if any, is left to find out. */
  public void clear() {
    deadline = NEVER;
  }

  /** The deadline no longer holds and nothing stays scheduled. To be called at the end of its owner. */
  public void close() {
    deadline = NEVER;
    stopTask();
  }

  /** {@return whether a deadline is set} */
  public boolean isSet() {
    return deadline != NEVER;
  }

  /** Called by the event loop only. */
  @Override
  public void run() {
    task = null;
    wakeUp = NEVER;
    if (deadline == NEVER) {
      return;
    }
    long now = now();
    if (deadline > now) {
      wake(now);
    } else {
      deadline = NEVER;
      expired.run();
    }
  }

  private void wake(long now) {
    wakeUp = deadline;
    task = loop.schedule(this, deadline - now, TimeUnit.NANOSECONDS);
  }

  private void stopTask() {
    if (task != null) {
      task.cancel(false);
      task = null;
      wakeUp = NEVER;
    }
  }

  private long now() {
    return loop.ticker().nanoTime() - origin;
  }
}
