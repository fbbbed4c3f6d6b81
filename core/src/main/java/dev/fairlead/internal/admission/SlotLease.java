package dev.fairlead.internal.admission;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Outcome;
import dev.fairlead.internal.count.Tally;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Counting;
import dev.fairlead.spi.Lease;
import dev.fairlead.status.Termination;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** One slot, from its grant to its release; on its request's loop only. */
public final class SlotLease implements Lease {
  private final Admission admission;
  private final Acquire request;
  private final Routing.Slots slots;
  private final int loop;
  private final long startedNanos;
  private final long queuedNanos;
  private final int serverQueue;
  private final int backendQueue;
  private boolean released;
  private boolean forfeited;

  // The list of this server's leases on this loop.
  @Nullable
  SlotLease previous;

  @Nullable
  SlotLease next;

  SlotLease(
      Admission admission,
      Acquire request,
      Routing.Slots slots,
      int loop,
      long queuedNanos,
      int serverQueue,
      int backendQueue) {
    this.admission = admission;
    this.request = request;
    this.slots = slots;
    this.loop = loop;
    this.startedNanos = request.loop().ticker().nanoTime();
    this.queuedNanos = queuedNanos;
    this.serverQueue = serverQueue;
    this.backendQueue = backendQueue;
  }

  @Override
  public Candidate server() {
    return slots.candidate();
  }

  @Override
  public String backend() {
    return admission.name();
  }

  @Override
  public long queuedNanos() {
    return queuedNanos;
  }

  @Override
  public Counting counting() {
    return tally();
  }

  Tally tally() {
    return live().tallies().at(loop);
  }

  public LiveServer live() {
    return slots.live();
  }

  public Admission admission() {
    return admission;
  }

  /** How many were in the server's queue when it came to wait. */
  public int serverQueue() {
    return serverQueue;
  }

  /** How many were in the backend's queue when it came to wait. */
  public int backendQueue() {
    return backendQueue;
  }

  public EventLoop loop() {
    return request.loop();
  }

  int loopIndex() {
    return loop;
  }

  long startedNanos() {
    return startedNanos;
  }

  boolean released() {
    return released;
  }

  /** Asks for it back. */
  void revoke(Termination.Cause why) {
    try {
      request.revoked(this, why);
    } catch (Throwable e) {
      admission.failed("protocol", request, e);
    }
  }

  /** Asks a protocol for it that has failed when it got it, and does not depend on the answer. */
  void takeBack() {
    if (!released) {
      revoke(Termination.Cause.KILLED);
    }
    if (!released) {
      forfeited = true;
      released = true;
      admission.ended(this, new Forfeited(request.loop().ticker().nanoTime()));
    }
  }

  @Override
  public void established() {
    admission.established(live());
  }

  @Override
  public void release(Outcome outcome) {
    if (forfeited) {
      return;
    }
    if (released) {
      throw new IllegalStateException("lease of " + slots.candidate().name() + ": released twice");
    }
    released = true;
    admission.ended(this, outcome);
  }

  /** The end of a lease whose protocol failed. */
  private record Forfeited(long nanoTime) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.CANCELLED;
    }

    @Override
    public int status() {
      return -1;
    }

    @Override
    public long connectNanos() {
      return -1;
    }

    @Override
    public long responseNanos() {
      return -1;
    }

    @Override
    public long totalNanos() {
      return 0;
    }
  }
}
