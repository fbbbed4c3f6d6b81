package dev.fairlead.internal.admission;

import dev.fairlead.internal.admission.Routing.Slots;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait: one queue for each server, for requests that insist on it, and one for the backend.
 * The only place with a lock; it is taken to queue, to leave, to serve and to publish, never while
 * nobody waits. Answers are given after it was released.
 *
 * <p>A waiter may be in three places, as in HAProxy: in a server's queue, in the backend's, or in none.
 * When a slot of a server is free, the first of its own queue and the first of the backend's compete by
 * the same order.
 */
final class Queues {
  private static final int ROUNDS = 4;

  private final Admission admission;
  private final int maxQueue;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeSet<Waiter> any = new TreeSet<>();
  private int all;
  private long sequence;

  /** The size of {@link #any}, to be seen without the lock. */
  private volatile int waitingForAny;

  Queues(Admission admission, int maxQueue) {
    this.admission = admission;
    this.maxQueue = maxQueue;
  }

  boolean anyWaitingForAny() {
    return waitingForAny != 0;
  }

  int waitingForAny() {
    return waitingForAny;
  }

  /**
   * What is to be told when the lock is free again: by way of the waiters' loops, even on the same one,
   * or a long queue would be served on one stack. Only who is just asking is answered at once.
   */
  private static final class Answers {
    private final List<Runnable> answers = new ArrayList<>(1);
    private @Nullable Waiter asking;

    void grant(Waiter waiter, Slots slots) {
      answers.add(
          waiter.equals(asking) ? () -> waiter.granted(slots) : () -> waiter.deliver(slots));
    }

    void refuse(Waiter waiter, Refusal why) {
      answers.add(waiter.equals(asking) ? () -> waiter.refused(why) : () -> waiter.deliver(why));
    }

    void give() {
      answers.forEach(Runnable::run);
    }
  }

  /** Queues a request that found no slot, or gives it one that has become free meanwhile. */
  @Nullable
  Waiter enqueue(Acquire request, long queueNanos) {
    Answers answers = new Answers();
    Waiter waiter;
    lock.lock();
    try {
      waiter = new Waiter(admission, request, sequence++);
      answers.asking = waiter;
      place(waiter, answers);
    } finally {
      lock.unlock();
    }
    waiter.startTimer(queueNanos);
    answers.give();
    return waiter.answered() ? null : waiter;
  }

  /**
   * Gives a waiter a slot or finds it a queue, by the snapshot in force. Those who waited before come
   * first, so a server that looked free is asked about again after it was offered to them: a strategy
   * that insists on it names it once more, any other names another or none. Under the lock.
   */
  private void place(Waiter waiter, Answers answers) {
    Routing now = admission.routing();
    Slots slots = null;
    for (int round = 0; round < ROUNDS; round++) {
      Admission.Choice choice = admission.choose(now, waiter.request);
      Refusal refusal = admission.closed() ? Refusal.SHUTTING_DOWN : choice.refusal();
      if (refusal != null) {
        refuse(waiter, refusal, answers);
        return;
      }
      slots = choice.slots();
      if (slots == null || slots.candidate().full()) {
        break;
      }
      serve(slots, answers);
      if (slots.takeForWaiter()) {
        grant(waiter, slots, answers);
        return;
      }
    }
    if (maxQueue > 0 && all >= maxQueue) {
      refuse(waiter, Refusal.QUEUE_FULL, answers);
    } else {
      queue(waiter, slots, now, answers);
    }
  }

  private void queue(Waiter waiter, @Nullable Slots slots, Routing now, Answers answers) {
    waiter.backendQueue = any.size();
    if (slots != null && hasRoom(slots.live())) {
      waiter.serverQueue = slots.live().queue.size();
      add(waiter, slots.live());
      serve(slots, answers);
    } else {
      add(waiter, null);
      if (any.size() == 1) { // otherwise nobody is free, or whoever releases will see us
        serveAll(now, answers);
      }
    }
  }

  private static boolean hasRoom(LiveServer live) {
    return live.maxQueue() == 0 || live.queue.size() < live.maxQueue();
  }

  private void grant(Waiter waiter, Slots slots, Answers answers) {
    if (waiter.claim()) {
      answers.grant(waiter, slots);
    } else { // it gave up a moment ago
      slots.live().release();
    }
  }

  /** A slot of a server was given back. */
  void serve(LiveServer live) {
    Answers answers = new Answers();
    lock.lock();
    try {
      Slots slots = admission.routing().find(live);
      if (slots != null) {
        serve(slots, answers);
      }
    } finally {
      lock.unlock();
    }
    answers.give();
  }

  /** Gives away the free slots of one server. Under the lock. */
  private void serve(Slots slots, Answers answers) {
    TreeSet<Waiter> own = slots.live().queue;
    while (true) {
      Waiter bound = own.isEmpty() || !slots.sticky() ? null : own.first();
      Waiter free = any.isEmpty() || !slots.eligible() ? null : any.first();
      Waiter next = bound == null ? free : free == null || bound.compareTo(free) < 0 ? bound : free;
      if (next == null || !slots.takeForWaiter()) {
        return;
      }
      take(next);
      grant(next, slots, answers);
    }
  }

  private void serveAll(Routing now, Answers answers) {
    for (Slots slots : now.byIndex()) {
      if (slots != null && (!slots.live().queue.isEmpty() || !any.isEmpty())) {
        serve(slots, answers);
      }
    }
  }

  /** Puts a snapshot in force. Who waits for a server that takes nothing any more is placed anew. */
  void publish(Runnable inForce) {
    Answers answers = new Answers();
    lock.lock();
    try {
      Routing before = admission.routing();
      inForce.run();
      if (all > 0) {
        replace(before, admission.routing(), answers);
      }
    } finally {
      lock.unlock();
    }
    answers.give();
  }

  private void replace(Routing before, Routing now, Answers answers) {
    List<Waiter> displaced = new ArrayList<>();
    for (Slots old : before.byIndex()) {
      if (old != null) {
        Slots slots = now.find(old.live());
        for (Waiter waiter : old.live().queue) {
          if (slots == null || !(slots.eligible() || mayStick(slots, waiter))) {
            displaced.add(waiter);
          }
        }
      }
    }
    if (now.picker() == null) {
      displaced.addAll(any);
    }
    // All leave before the first is placed: placing one serves others, by the new snapshot.
    displaced.forEach(this::take);
    displaced.sort(null);
    displaced.forEach(waiter -> place(waiter, answers));
    serveAll(now, answers);
  }

  private static boolean mayStick(Slots slots, Waiter waiter) {
    return slots.sticky()
        && waiter.request.affinity() == Acquire.Affinity.STICKY
        && slots.candidate().name().equals(waiter.request.preferred());
  }

  void refuseAll(Refusal why) {
    Answers answers = new Answers();
    lock.lock();
    try {
      for (Waiter waiter : List.copyOf(any)) {
        take(waiter);
        refuse(waiter, why, answers);
      }
      for (Slots slots : admission.routing().byIndex()) {
        if (slots != null) {
          for (Waiter waiter : List.copyOf(slots.live().queue)) {
            take(waiter);
            refuse(waiter, why, answers);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    answers.give();
  }

  /** A waiter gave up. */
  void remove(Waiter waiter) {
    lock.lock();
    try {
      take(waiter);
    } finally {
      lock.unlock();
    }
  }

  private static void refuse(Waiter waiter, Refusal why, Answers answers) {
    if (waiter.claim()) {
      answers.refuse(waiter, why);
    }
  }

  private void add(Waiter waiter, @Nullable LiveServer live) {
    waiter.server = live;
    waiter.queued = true;
    all++;
    if (live == null) {
      any.add(waiter);
      waitingForAny = any.size();
    } else {
      live.queue.add(waiter);
      live.waiterAdded();
    }
  }

  private void take(Waiter waiter) {
    if (!waiter.queued) {
      return;
    }
    waiter.queued = false;
    all--;
    LiveServer live = waiter.server;
    if (live == null) {
      any.remove(waiter);
      waitingForAny = any.size();
    } else {
      live.queue.remove(waiter);
      live.waiterRemoved();
    }
  }
}
