package dev.fairlead.internal.admission;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Races for the one word of a server. */
public final class SlotRaces {
  private SlotRaces() {}

  /** Two want the last slot. */
  @JCStressTest
  @Outcome(
      id = {"true, false", "false, true"},
      expect = ACCEPTABLE,
      desc = "one gets it")
  @Outcome(expect = FORBIDDEN, desc = "nobody or both")
  @State
  public static class LastSlot {
    private final LiveServer server = Stage.server();

    /** One. */
    @Actor
    public void one(ZZ_Result r) {
      r.r1 = server.tryAcquire(1);
    }

    /** The other. */
    @Actor
    public void other(ZZ_Result r) {
      r.r2 = server.tryAcquire(1);
    }
  }

  /** A slot is given back while somebody queues for it. */
  @JCStressTest
  @Outcome(
      id = {"true, false", "false, true", "true, true"},
      expect = ACCEPTABLE,
      desc = "at least one of the two sees the other")
  @Outcome(id = "false, false", expect = FORBIDDEN, desc = "a lost wake-up")
  @State
  public static class ReleaseOrWait {
    private final LiveServer server = Stage.server();

    /** One slot, taken. */
    public ReleaseOrWait() {
      server.tryAcquire(1);
    }

    /** Gives back, then looks for waiters. */
    @Actor
    public void release(ZZ_Result r) {
      r.r1 = server.release();
    }

    /** Is counted, then looks for a slot. */
    @Actor
    public void queue(ZZ_Result r) {
      server.waiterAdded();
      r.r2 = server.tryAcquireForWaiter(1);
    }
  }

  /** A newcomer meets a waiter who has just been counted; a slot is free. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 1", "0, 1, 1"},
      expect = ACCEPTABLE,
      desc = "one slot, one lease")
  @Outcome(expect = FORBIDDEN, desc = "none, or beyond the limit")
  @State
  public static class NewcomerOrWaiter {
    private final LiveServer server = Stage.server();

    /** By the fast path. */
    @Actor
    public void newcomer(III_Result r) {
      r.r1 = server.tryAcquire(1) ? 1 : 0;
    }

    /** By the queue. */
    @Actor
    public void waiter(III_Result r) {
      server.waiterAdded();
      r.r2 = server.tryAcquireForWaiter(1) ? 1 : 0;
      server.waiterRemoved();
    }

    /** What is taken at last. */
    @Arbiter
    public void after(III_Result r) {
      r.r3 = server.inFlight();
    }
  }
}
