package dev.fairlead.internal.admission;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Outcome;
import dev.fairlead.balance.Picker;
import dev.fairlead.internal.count.Tallies;
import dev.fairlead.internal.net.Loops;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Refusal;
import dev.fairlead.spi.Upstream;
import dev.fairlead.spi.Watched.OutcomeListener;
import dev.fairlead.status.Counter;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives a slot now, or a place in the queue. Its one invariant: <em>a free slot and a waiter who could
 * use it never exist at the same time</em>, but for the moment in which one thread brings them together.
 *
 * <p>The fast path takes no lock: one read of {@link Routing}, a pick, a compare-and-set on the server's
 * word. It is open only while nobody waits: a server's own waiters are counted in its word, the backend's
 * in {@link Queues}. Whoever queues is counted first and looks for a free slot afterwards; whoever
 * releases gives the slot back first and looks for waiters afterwards; so one of the two sees the other.
 */
public final class Admission implements Upstream {
  private final String name;
  private final Loops loops;
  private final long queueNanos;
  private final Failures failures;
  private final Consumer<Runnable> afterTurn;
  private final Tallies tallies;
  private final Queues queues;
  private final CopyOnWriteArrayList<IntConsumer> leftListeners = new CopyOnWriteArrayList<>();
  private final Spares spares = new Spares(this);
  private volatile Routing routing;
  private volatile boolean closed;

  /** Is told when a strategy or an outcome listener throws. */
  @FunctionalInterface
  public interface Failures {
    void failed(String role, Object component, String where, Throwable failure);
  }

  /**
   * @param maxQueue how many may wait in all, 0 for any number
   * @param queueNanos how long each may wait
   * @param afterTurn runs a task, from any thread, once what monitors report on the control loop's next turn
   *     is in force
   */
  public Admission(
      String name,
      Loops loops,
      int maxQueue,
      long queueNanos,
      Routing first,
      Failures failures,
      Consumer<Runnable> afterTurn) {
    this.name = name;
    this.loops = loops;
    this.queueNanos = queueNanos;
    this.routing = first;
    this.failures = failures;
    this.afterTurn = afterTurn;
    this.tallies = new Tallies(loops.count());
    this.queues = new Queues(this, maxQueue);
  }

  @Override
  public String name() {
    return name;
  }

  public Routing routing() {
    return routing;
  }

  /** Counts what no server is to be blamed for, above all refusals. */
  public Tallies tallies() {
    return tallies;
  }

  /** How many wait for any server. */
  public int waiting() {
    return queues.waitingForAny();
  }

  @Override
  public boolean anotherUsable(Acquire request) {
    for (Candidate candidate : routing.eligible()) {
      if (request.usable(candidate)) {
        return true;
      }
    }
    return false;
  }

  /** Tells of servers that have left for good; until {@link #forget}. */
  public void onServerLeft(IntConsumer listener) {
    leftListeners.add(listener);
  }

  public void forget(IntConsumer listener) {
    leftListeners.remove(listener);
  }

  /** Says who can close an idle connection to a server; until {@link #forgetCrowded}. */
  public void onCrowded(EventLoop loop, IntPredicate closesIdle) {
    spares.add(loop, closesIdle);
  }

  public void forgetCrowded(IntPredicate closesIdle) {
    spares.remove(closesIdle);
  }

  /** Has an idle connection to a server closed where somebody waits for room for another one. From any loop. */
  public void makeRoom(LiveServer live) {
    Room room = live.room();
    if (room != null && room.crowded()) {
      spares.ask(live);
    }
  }

  /** A server has left for good; on the control loop. */
  public void serverLeft(int id) {
    for (IntConsumer listener : leftListeners) {
      try {
        listener.accept(id);
      } catch (Throwable e) {
        failed("protocol", listener, e);
      }
    }
  }

  @Override
  public @Nullable Waiting acquire(Acquire request) {
    if (closed) {
      refuse(request, Refusal.SHUTTING_DOWN);
      return null;
    }
    while (true) {
      Routing now = routing;
      Choice choice = choose(now, request);
      if (choice.refusal() != null) {
        refuse(request, choice.refusal());
        return null;
      }
      Routing.Slots slots = choice.slots();
      if (slots == null || queues.anyWaitingForAny() || !slots.tryAcquire()) {
        return queues.enqueue(request, queueNanos);
      }
      if (inForce(now)) {
        grant(request, slots, 0, 0, 0);
        return null;
      }
      // Published meanwhile. Had the server been found idle after that, it must stay so: pick
      // again.
      released(slots.live());
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very snapshot, not one that says the same
  private boolean inForce(Routing seen) {
    return seen == routing;
  }

  /** What a strategy chose: a server, anyone (both null), or a reason why there is none. */
  record Choice(Routing.@Nullable Slots slots, @Nullable Refusal refusal) {
    static final Choice ANYONE = new Choice(null, null);
    static final Choice NO_SERVER = new Choice(null, Refusal.NO_SERVER);
    static final Choice FAILED = new Choice(null, Refusal.INTERNAL_ERROR);
  }

  /** The server to which a request is bound, or the strategy's choice, or anyone that is free. */
  Choice choose(Routing now, Acquire request) {
    Object asked = request;
    try {
      Routing.Slots bound = bound(now, request);
      if (bound != null) {
        return bound.choice();
      }
      Picker picker = now.picker();
      if (picker == null) {
        return Choice.NO_SERVER;
      }
      asked = picker;
      Candidate picked = picker.pick(request);
      if (picked == null) {
        picked = anyFree(now, request);
      }
      if (picked == null) {
        return Choice.ANYONE;
      }
      Routing.Slots slots = now.find(picked);
      if (slots == null || !slots.eligible()) {
        throw new IllegalStateException("picked " + picked.name() + ", which is not eligible");
      }
      return slots.choice();
    } catch (Throwable e) {
      failed(asked.equals(request) ? "protocol" : "balancer", asked, e);
      return Choice.FAILED;
    }
  }

  private static Routing.@Nullable Slots bound(Routing now, Acquire request) {
    if (request.affinity() != Acquire.Affinity.STICKY || request.preferred() == null) {
      return null;
    }
    Candidate bound = now.sticky().get(request.preferred());
    return bound == null || request.tried(bound) ? null : now.find(bound);
  }

  /**
   * A pick never hangs a request: where the strategy has no preference but some server is free, that one
   * is taken, one that has not failed for this request first.
   */
  private @Nullable Candidate anyFree(Routing now, Acquire request) {
    if (queues.anyWaitingForAny()) {
      return null; // then none is free
    }
    List<Candidate> eligible = now.eligible();
    int size = eligible.size();
    int start = request.random().nextInt(size);
    Candidate tried = null;
    for (int i = 0; i < size; i++) {
      Candidate candidate = eligible.get((start + i) % size);
      if (!candidate.full()) {
        if (!request.tried(candidate)) {
          return candidate;
        }
        tried = candidate;
      }
    }
    return tried;
  }

  /** A slot has been taken: makes the lease and answers. On the request's loop. */
  void grant(Acquire request, Routing.Slots slots, long queued, int serverQueue, int backendQueue) {
    int loop = loops.index(request.loop());
    SlotLease lease = new SlotLease(this, request, slots, loop, queued, serverQueue, backendQueue);
    slots.live().leases(loop).add(lease);
    lease.tally().add(Counter.SESSIONS, 1);
    tallies.at(loop).going(1);
    try {
      request.granted(lease);
    } catch (Throwable e) {
      failed("protocol", request, e);
      lease.takeBack();
    }
  }

  /** Answers. On the request's loop. */
  void refuse(Acquire request, Refusal why) {
    Counter counter = switch (why) {
      case NO_SERVER -> Counter.NO_SERVER;
      case QUEUE_FULL -> Counter.QUEUE_FULL;
      case QUEUE_TIMEOUT -> Counter.QUEUE_TIMEOUTS;
      case SHUTTING_DOWN -> Counter.REQUESTS_DENIED;
      case INTERNAL_ERROR -> Counter.INTERNAL_ERRORS;
    };
    tallies.at(loops.index(request.loop())).add(counter, 1);
    try {
      request.refused(why);
    } catch (Throwable e) {
      failed("protocol", request, e);
    }
  }

  /** A session has its connection. On its loop. */
  void established(LiveServer live) {
    for (OutcomeListener listener : live.outcomeListeners()) {
      try {
        listener.established();
      } catch (Throwable e) {
        failures.failed("outcome listener", listener, name + "/" + live.name(), e);
      }
    }
  }

  /** A lease was released. On its loop. */
  void ended(SlotLease lease, Outcome outcome) {
    LiveServer live = lease.live();
    live.leases(lease.loopIndex()).remove(lease);
    makeRoom(live); // its connection may be idle when this turn has been seen to
    tallies.at(lease.loopIndex()).going(-1);
    lease
        .tally()
        .record(
            lease.queuedNanos(),
            outcome.connectNanos(),
            outcome.responseNanos(),
            outcome.totalNanos());
    Picker picker = routing.picker();
    if (picker != null) {
      try {
        picker.completed(lease.server(), outcome);
      } catch (Throwable e) {
        failed("balancer", picker, e);
      }
    }
    boolean onTrial = false;
    for (OutcomeListener listener : live.outcomeListeners()) {
      try {
        listener.outcome(outcome);
        onTrial |= listener.onTrial();
      } catch (Throwable e) {
        failures.failed("outcome listener", listener, name + "/" + live.name(), e);
      }
    }
    if (onTrial) {
      afterTurn.accept(() -> released(live)); // the verdict on the server comes first
    } else {
      released(live);
    }
  }

  /** A slot was given back. From any loop. */
  void released(LiveServer live) {
    if (live.release() || queues.anyWaitingForAny()) {
      queues.serve(live);
    }
  }

  void failed(String role, Object component, Throwable failure) {
    failures.failed(role, component, name, failure);
  }

  void left(Waiter waiter) {
    queues.remove(waiter);
  }

  /** Whether all who come are refused. */
  public boolean closed() {
    return closed;
  }

  /** Puts a new snapshot in force and serves those whom it changes something for. */
  public void publish(Routing next) {
    queues.publish(() -> routing = next);
  }

  /** Refuses all who wait and all who come. */
  public void close() {
    closed = true;
    queues.refuseAll(Refusal.SHUTTING_DOWN);
  }
}
