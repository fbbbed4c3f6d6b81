package dev.fairlead.health;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A way from a traffic loop to the control loop: what traffic found out is acted upon there, once for each
 * call, without an object for each. Called by any thread, closed on the control loop; after that nothing
 * happens any more.
 */
final class ControlCall implements Runnable, AutoCloseable {
  private final EventLoop control;
  private final Runnable action;
  private final AtomicInteger calls = new AtomicInteger();
  private boolean closed;

  ControlCall(EventLoop control, Runnable action) {
    this.control = control;
    this.action = action;
  }

  void call() {
    if (calls.getAndIncrement() == 0) {
      try {
        control.execute(this);
      } catch (RejectedExecutionException e) {
        // the loop has ended, and all watches with it
      }
    }
  }

  /** Called by the event loop only. */
  @Override
  public void run() {
    for (int left = calls.getAndSet(0); left > 0 && !closed; left--) {
      action.run();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
