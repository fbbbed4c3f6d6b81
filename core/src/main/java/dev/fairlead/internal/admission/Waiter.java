package dev.fairlead.internal.admission;

import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Refusal;
import dev.fairlead.spi.Upstream;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A request in a queue. It ends exactly once: granted, refused, or given up, whoever is first. The
 * queue's order is class, then arrival plus offset, then who came first.
 */
final class Waiter implements Upstream.Waiting, Comparable<Waiter>, Runnable {
  private static final System.Logger LOG = System.getLogger("dev.fairlead");

  private enum End {
    WAITING,
    ANSWERED,
    GIVEN_UP
  }

  final Acquire request;
  final long enqueuedNanos;

  /** The server it waits for; null for any. Guarded by the lock of {@link Admission}. */
  @Nullable
  LiveServer server;

  /** Whether it is in a queue. Guarded by the same lock. */
  boolean queued;

  /** How many were in the server's queue and in the backend's when it came. */
  int serverQueue;

  int backendQueue;

  private final Admission admission;
  private final int queueClass;
  private final long due;
  private final long sequence;
  private final AtomicReference<End> end = new AtomicReference<>(End.WAITING);

  // On the request's loop only.
  private @Nullable Future<?> timer;
  private boolean delivered;
  private boolean abandoned;

  Waiter(Admission admission, Acquire request, long sequence) {
    this.admission = admission;
    this.request = request;
    this.sequence = sequence;
    this.queueClass = request.queueClass();
    this.due = request.arrivedNanos() + TimeUnit.MILLISECONDS.toNanos(request.queueOffsetMillis());
    this.enqueuedNanos = request.loop().ticker().nanoTime();
  }

  /** On the request's loop, after it was queued. */
  void startTimer(long nanos) {
    if (!delivered && end.get() == End.WAITING) {
      timer = request.loop().schedule(this, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Takes the right to answer. */
  boolean claim() {
    return end.compareAndSet(End.WAITING, End.ANSWERED);
  }

  /** Whether the request has got its answer. On its loop. */
  boolean answered() {
    return delivered;
  }

  /** Brings a slot that was taken in its name to the request's loop. Not under the lock. */
  void deliver(Routing.Slots slots) {
    try {
      request.loop().execute(() -> granted(slots));
    } catch (
        RejectedExecutionException e) { // that loop has been shut down, and the request with it
      admission.released(slots.live());
    }
  }

  /** Answers with a slot that was taken in its name. On the request's loop. */
  void granted(Routing.Slots slots) {
    delivered = true;
    stopTimer();
    if (abandoned) {
      admission.released(slots.live());
    } else {
      long waited = request.loop().ticker().nanoTime() - enqueuedNanos;
      admission.grant(request, slots, waited, serverQueue, backendQueue);
    }
  }

  /** Brings a refusal to the request's loop. Not under the lock. */
  void deliver(Refusal why) {
    try {
      request.loop().execute(() -> refused(why));
    } catch (
        RejectedExecutionException e) { // that loop has been shut down, and the request with it
      LOG.log(System.Logger.Level.DEBUG, "a refusal found no loop", e);
    }
  }

  /** Answers. On the request's loop. */
  void refused(Refusal why) {
    delivered = true;
    stopTimer();
    if (!abandoned) {
      admission.refuse(request, why);
    }
  }

  @Override
  public boolean cancel() {
    stopTimer();
    if (end.compareAndSet(End.WAITING, End.GIVEN_UP)) {
      admission.left(this);
      return true;
    }
    if (!delivered && !abandoned) { // an answer is under way: it will find nobody
      abandoned = true;
      return true;
    }
    return false;
  }

  /** The queue time-out. */
  @Override
  public void run() {
    timer = null;
    if (claim()) {
      admission.left(this);
      refused(Refusal.QUEUE_TIMEOUT);
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  @Override
  public int compareTo(Waiter other) {
    if (queueClass != other.queueClass) {
      return Integer.compare(queueClass, other.queueClass);
    }
    long earlier = due - other.due; // a ticker may wrap
    return earlier != 0 ? Long.signum(earlier) : Long.compare(sequence, other.sequence);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence);
  }
}
