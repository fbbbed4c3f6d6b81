package dev.fairlead.internal.admission;

import dev.fairlead.status.Termination;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
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

  /** Asks for every lease back. One that is given back may take others of this list with it. */
  public void revokeAll(Termination.Cause why) {
    List<SlotLease> all = new ArrayList<>();
    for (SlotLease lease = first; lease != null; lease = lease.next) {
      all.add(lease);
    }
    for (SlotLease lease : all) {
      if (!lease.released()) {
        lease.revoke(why);
      }
    }
  }

  /** From any thread. */
  long startedNanosSum() {
    return (long) STARTED.getOpaque(this);
  }
}
