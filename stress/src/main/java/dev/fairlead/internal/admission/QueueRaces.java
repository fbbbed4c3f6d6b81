package dev.fairlead.internal.admission;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Races for the queues of a whole {@link Admission}. The results are the slots taken and the waiters
 * left when both are done.
 */
public final class QueueRaces {
  private QueueRaces() {}

  /** A slot is given back while somebody comes who takes any server. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the newcomer has it")
  @Outcome(expect = FORBIDDEN, desc = "a lost wake-up, or one slot twice")
  @State
  public static class ReleaseOrAny {
    private final Stage stage = new Stage(1);
    private final Request holder = new Request(false).from(stage.admission);

    /** Gives back. */
    @Actor
    public void release() {
      holder.release();
    }

    /** Comes. */
    @Actor
    public void come() {
      new Request(false).from(stage.admission);
    }

    /** At last. */
    @Arbiter
    public void after(II_Result r) {
      r.r1 = stage.live.inFlight();
      r.r2 = stage.waiting();
    }
  }

  /** A slot is given back while somebody comes who insists on this server. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the newcomer has it")
  @Outcome(expect = FORBIDDEN, desc = "a lost wake-up, or one slot twice")
  @State
  public static class ReleaseOrBound {
    private final Stage stage = new Stage(1);
    private final Request holder = new Request(true).from(stage.admission);

    /** Gives back. */
    @Actor
    public void release() {
      holder.release();
    }

    /** Comes. */
    @Actor
    public void come() {
      new Request(true).from(stage.admission);
    }

    /** At last. */
    @Arbiter
    public void after(II_Result r) {
      r.r1 = stage.live.inFlight();
      r.r2 = stage.waiting();
    }
  }

  /** A slot is given back while the only waiter gives up. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "given up in time")
  @Outcome(
      id = "1, 0",
      expect = ACCEPTABLE,
      desc = "its slot was under way, to be given back there")
  @Outcome(expect = FORBIDDEN, desc = "somebody waits who has left")
  @State
  public static class ReleaseOrCancel {
    private final Stage stage = new Stage(1);
    private final Request holder = new Request(false).from(stage.admission);
    private final Request waiter = new Request(false).from(stage.admission);

    /** Gives back. */
    @Actor
    public void release() {
      holder.release();
    }

    /** Gives up. */
    @Actor
    public void cancel() {
      waiter.cancel();
    }

    /** At last. */
    @Arbiter
    public void after(II_Result r) {
      r.r1 = stage.live.inFlight();
      r.r2 = stage.waiting();
    }
  }

  /** The first of two waiters gives up while a slot is given back. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the second has it")
  @Outcome(
      id = "1, 1",
      expect = ACCEPTABLE,
      desc = "the first's slot was under way, to be passed on")
  @Outcome(expect = FORBIDDEN, desc = "a free slot and a waiter")
  @State
  public static class CancelOfTwo {
    private final Stage stage = new Stage(1);
    private final Request holder = new Request(false).from(stage.admission);
    private final Request first = new Request(true).from(stage.admission);

    /** With two in the queue. */
    public CancelOfTwo() {
      new Request(false).from(stage.admission);
    }

    /** Gives back. */
    @Actor
    public void release() {
      holder.release();
    }

    /** Gives up. */
    @Actor
    public void cancel() {
      first.cancel();
    }

    /** At last. */
    @Arbiter
    public void after(II_Result r) {
      r.r1 = stage.live.inFlight();
      r.r2 = stage.waiting();
    }
  }

  /** The limit rises while somebody comes. */
  @JCStressTest
  @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "the newcomer has the new slot")
  @Outcome(expect = FORBIDDEN, desc = "a free slot and a waiter")
  @State
  public static class RaiseOrCome {
    private final Stage stage = new Stage(1);
    private final Routing more = stage.routing(2);

    /** With the only slot taken. */
    public RaiseOrCome() {
      new Request(false).from(stage.admission);
    }

    /** Raises the limit. */
    @Actor
    public void raise() {
      stage.admission.publish(more);
    }

    /** Comes. */
    @Actor
    public void come() {
      new Request(false).from(stage.admission);
    }

    /** At last. */
    @Arbiter
    public void after(II_Result r) {
      r.r1 = stage.live.inFlight();
      r.r2 = stage.waiting();
    }
  }

  /** The end comes while somebody queues. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the newcomer is refused")
  @Outcome(expect = FORBIDDEN, desc = "somebody waits for ever")
  @State
  public static class CloseOrCome {
    private final Stage stage = new Stage(1);

    /** With the only slot taken. */
    public CloseOrCome() {
      new Request(false).from(stage.admission);
    }

    /** Ends. */
    @Actor
    public void close() {
      stage.admission.close();
    }

    /** Comes. */
    @Actor
    public void come() {
      new Request(false).from(stage.admission);
    }

    /** At last. */
    @Arbiter
    public void after(II_Result r) {
      r.r1 = stage.live.inFlight();
      r.r2 = stage.waiting();
    }
  }
}
