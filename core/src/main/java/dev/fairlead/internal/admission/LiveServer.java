package dev.fairlead.internal.admission;

import dev.fairlead.balance.Candidate;
import dev.fairlead.internal.count.Tallies;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.spi.Watched.CheckListener;
import dev.fairlead.spi.Watched.OutcomeListener;
import dev.fairlead.status.ServerHistory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What lives and changes of one server, as long as it is in its backend; every snapshot refers to the
 * same object. Slots taken and waiters counted share one atomic word, so that a slot can be taken only
 * while nobody waits for this server.
 */
public final class LiveServer implements Candidate.Load {
  private static final VarHandle WORD;
  private static final long WAITER = 1L << 32;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(LiveServer.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String name;
  private final int id;
  private final int index;
  private final int maxQueue;
  private final Destination destination;
  private final Tallies tallies;
  private final LeaseList[] leases;
  private final CopyOnWriteArrayList<OutcomeListener> outcomeListeners =
      new CopyOnWriteArrayList<>();

  private final CopyOnWriteArrayList<CheckSubscription> checkListeners =
      new CopyOnWriteArrayList<>();

  /**
   * Who wants to hear of checks.
   *
   * @param source whose it is: it does not hear its own
   */
  public record CheckSubscription(String source, CheckListener listener) {}

  /** Where its limit is one of connections; set before it is used. */
  private volatile @Nullable Room room;

  /** Those who wait for this very server. Guarded by the lock of {@link Admission}. */
  final TreeSet<Waiter> queue = new TreeSet<>();

  /** Waiters in the high half, slots taken in the low half. */
  @SuppressWarnings("unused") // through WORD
  private volatile long word;

  /** Written by the control loop only. */
  private volatile ServerHistory history;

  /** Run when the last slot is given back; set by the control loop while somebody wants to know. */
  private volatile @Nullable Runnable onIdle;

  public LiveServer(
      String name,
      int id,
      int index,
      int maxQueue,
      Destination destination,
      int loops,
      Instant joined) {
    this.history = new ServerHistory(joined, "", List.of(), 0, Map.of());
    this.name = name;
    this.id = id;
    this.index = index;
    this.maxQueue = maxQueue;
    this.destination = destination;
    this.tallies = new Tallies(loops);
    this.leases = new LeaseList[loops];
    for (int i = 0; i < loops; i++) {
      leases[i] = new LeaseList();
    }
  }

  public String name() {
    return name;
  }

  public int id() {
    return id;
  }

  public int index() {
    return index;
  }

  public int maxQueue() {
    return maxQueue;
  }

  public Destination destination() {
    return destination;
  }

  /** Its limit is one of connections, too. Before it is used. */
  public void limitConnections() {
    room = new Room();
  }

  /** {@return who has a connection; null where nobody counts them} */
  public @Nullable Room room() {
    return room;
  }

  public Tallies tallies() {
    return tallies;
  }

  /** The leases held on one loop; for that loop only. */
  public LeaseList leases(int loop) {
    return leases[loop];
  }

  public CopyOnWriteArrayList<OutcomeListener> outcomeListeners() {
    return outcomeListeners;
  }

  public CopyOnWriteArrayList<CheckSubscription> checkListeners() {
    return checkListeners;
  }

  /** How the server came to be what it is. */
  public ServerHistory history() {
    return history;
  }

  /** On the control loop only. */
  public void history(ServerHistory next) {
    history = next;
  }

  public void onIdle(@Nullable Runnable listener) {
    onIdle = listener;
  }

  @Override
  public int inFlight() {
    return (int) word;
  }

  @Override
  public int queued() {
    return (int) (word >>> 32);
  }

  @Override
  public long startedNanosSum() {
    long sum = 0;
    for (LeaseList list : leases) {
      sum += list.startedNanosSum();
    }
    return sum;
  }

  /** Takes a slot, unless the limit is reached or somebody waits for one. */
  boolean tryAcquire(int limit) {
    while (true) {
      long now = word;
      if (now >= WAITER || (limit > 0 && (int) now >= limit)) {
        return false;
      }
      if (WORD.compareAndSet(this, now, now + 1)) {
        return true;
      }
    }
  }

  /** Takes a slot for a waiter; under the lock only. */
  boolean tryAcquireForWaiter(int limit) {
    while (true) {
      long now = word;
      if (limit > 0 && (int) now >= limit) {
        return false;
      }
      if (WORD.compareAndSet(this, now, now + 1)) {
        return true;
      }
    }
  }

  /** Gives a slot back; says whether somebody waits for this server. */
  boolean release() {
    long after = (long) WORD.getAndAdd(this, -1L) - 1;
    if ((int) after == 0) {
      Runnable listener = onIdle;
      if (listener != null) {
        listener.run();
      }
    }
    return after >= WAITER;
  }

  void waiterAdded() {
    WORD.getAndAdd(this, WAITER);
  }

  void waiterRemoved() {
    WORD.getAndAdd(this, -WAITER);
  }
}
