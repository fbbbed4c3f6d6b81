package dev.fairlead.internal.admission;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The leases of one server on one event loop, linked through themselves. For that loop only. */
public final class LeaseList {
  private static final VarHandle STARTED;

  static {
    try {
      STARTED = MethodHandles.lookup().findVarHandle(LeaseList.class, "started", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private @Nullable SlotLease first;
  private long started;

  void add(SlotLease lease) {
    SlotLease next = first;
    lease.next = next;
    if (next != null) {
      next.previous = lease;
    }
    first = lease;
    STARTED.setOpaque(this, started + lease.startedNanos());
  }

  void remove(SlotLease lease) {
    SlotLease previous = lease.previous;
    SlotLease next = lease.next;
    if (previous == null) {
      first = next;
    } else {
      previous.next = next;
    }
    if (next != null) {
      next.previous = previous;
    }
    lease.previous = null;
    lease.next = null;
    STARTED.setOpaque(this, started - lease.startedNanos());
  }

  /** Asks for every lease back. */
  public void revokeAll() {
    SlotLease lease = first;
    while (lease != null) {
      SlotLease next = lease.next;
      lease.revoke();
      lease = next;
    }
  }

  /** From any thread. */
  long startedNanosSum() {
    return (long) STARTED.getOpaque(this);
  }
}
