package dev.fairlead.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.Picker;
import dev.fairlead.internal.admission.AdmissionRig.Slot;
import dev.fairlead.spi.Lease;
import dev.fairlead.spi.Refusal;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Blocked;
import dev.fairlead.testkit.Loops;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One {@link Admission}, four threads. */
class AdmissionStressTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int THREADS = 4;

  /** One unit of work after the other, each answered once. On its loop only. */
  private static final class Worker implements Runnable {
    private final EventLoop loop;
    private final AdmissionRig rig;
    private final SplittableRandom chance;
    private final AtomicInteger running;
    private final AtomicBoolean enough;
    private final AtomicLong done;
    private final boolean givesUp;

    Worker(
        EventLoop loop,
        AdmissionRig rig,
        int seed,
        AtomicInteger running,
        AtomicBoolean enough,
        AtomicLong done,
        boolean givesUp) {
      this.loop = loop;
      this.rig = rig;
      this.chance = new SplittableRandom(seed);
      this.running = running;
      this.enough = enough;
      this.done = done;
      this.givesUp = givesUp;
    }

    @Override
    public void run() {
      if (enough.get()) {
        running.decrementAndGet();
        return;
      }
      Work work = new Work();
      if (givesUp && chance.nextInt(4) == 0) {
        work.insistsOn(chance.nextBoolean() ? "a" : "b");
      }
      work.inClass(chance.nextInt(2)).from(rig.admission);
      if (givesUp && work.answers == 0) {
        int kind = chance.nextInt(8);
        if (kind == 0) {
          work.giveUp();
        } else if (kind < 3) {
          loop.execute(work::giveUp);
        }
      }
    }

    private void next() {
      done.incrementAndGet();
      loop.execute(this);
    }

    private final class Work extends Ask {
      private boolean over;

      Work() {
        super(Worker.this.loop);
      }

      void giveUp() {
        if (!over && answers == 0) {
          assertThat(cancel()).isTrue();
          over();
        }
      }

      @Override
      public void granted(Lease granted) {
        super.granted(granted);
        over();
        if (chance.nextInt(3) == 0) {
          release();
        } else {
          loop.execute(this::release);
        }
      }

      @Override
      public void refused(Refusal why) {
        super.refused(why);
        over();
      }

      private void over() {
        if (over) {
          rig.failures.add("answered or given up more than once: " + answer());
        }
        over = true;
        next();
      }
    }
  }

  private record Hammer(
      Loops loops, AdmissionRig rig, AtomicInteger running, AtomicBoolean enough, AtomicLong done)
      implements AutoCloseable {
    static Hammer start(AdmissionRig rig, Loops loops, int workers, boolean givesUp) {
      Hammer hammer =
          new Hammer(loops, rig, new AtomicInteger(), new AtomicBoolean(), new AtomicLong());
      for (int i = 0; i < workers; i++) {
        EventLoop loop = rig.loops.all().get(i % THREADS);
        hammer.running.incrementAndGet();
        loop.execute(new Worker(loop, rig, i, hammer.running, hammer.enough, hammer.done, givesUp));
      }
      return hammer;
    }

    void stop() {
      enough.set(true);
      Await.until("every request is answered", PATIENCE, () -> running.get() == 0);
      for (EventLoop loop : rig.loops.all()) { // what was released by a task of its own
        loop.submit(() -> {}).awaitUninterruptibly();
      }
      assertThat(rig.failures).isEmpty();
      rig.assertAtRest();
    }

    @Override
    public void close() {
      loops.close();
    }
  }

  @Test
  void four_loops_lose_no_slot_and_no_request() {
    Loops loops = Loops.local(THREADS);
    Slot[] usual = {Slot.of("a", 2), Slot.of("b", 1)};
    AdmissionRig rig =
        new AdmissionRig(loops.group(), AdmissionRig.WISHES, 24, Duration.ofMillis(2), usual);
    LiveServer a = rig.live("a");
    LiveServer b = rig.live("b");
    try (Hammer hammer = Hammer.start(rig, loops, 40, true)) {
      SplittableRandom chance = new SplittableRandom(7);
      AtomicLong highest = new AtomicLong();
      Await.held(Duration.ofSeconds(2), () -> {
        for (int i = 0; i < 200; i++) {
          highest.accumulateAndGet(a.inFlight(), Math::max);
          highest.accumulateAndGet(b.inFlight(), Math::max);
        }
        switch (chance.nextInt(6)) {
          case 0 -> rig.publish(Slot.of("a", 2).draining(), Slot.of("b", 1));
          case 1 -> rig.publish(Slot.of("a", 2).down(), Slot.of("b", 1).down());
          case 2 -> rig.publish(Slot.of("a", 1), Slot.of("b", 3));
          case 3 -> rig.publish(Slot.of("a", 3), Slot.of("b", 1).down());
          default -> rig.publish(usual);
        }
        return false;
      });
      rig.publish(usual);
      hammer.stop();
      assertThat(highest).hasValueBetween(1, 3);
      assertThat(hammer.done.get()).isGreaterThan(1_000);
    }
  }

  @Test
  void a_limit_is_never_exceeded() {
    Loops loops = Loops.local(THREADS);
    AdmissionRig rig = new AdmissionRig(
        loops.group(), Balancers.roundRobin(), 0, Duration.ofSeconds(30), Slot.of("a", 2));
    LiveServer a = rig.live("a");
    try (Hammer hammer = Hammer.start(rig, loops, 12, false)) {
      AtomicInteger highest = new AtomicInteger();
      Await.until("enough was done", PATIENCE, () -> {
        for (int i = 0; i < 50_000; i++) {
          highest.accumulateAndGet(a.inFlight(), Math::max);
        }
        return hammer.done.get() > 200_000;
      });
      hammer.stop();
      assertThat(highest).hasValue(2);
    }
  }

  @Test
  void loops_do_not_block_each_other_below_the_limit() {
    Loops loops = Loops.local(THREADS);
    AdmissionRig rig = new AdmissionRig(
        loops.group(),
        Balancers.roundRobin(),
        0,
        Duration.ofSeconds(30),
        Slot.of("a", 100),
        Slot.of("b", 100));
    Blocked blocked = Blocked.of(loops.group());
    try (Hammer hammer = Hammer.start(rig, loops, 40, false)) {
      Await.until("the loops are warm", PATIENCE, () -> hammer.done.get() > 50_000);
      long before = blocked.count();
      long done = hammer.done.get();
      Await.until("enough was done", PATIENCE, () -> hammer.done.get() > done + 400_000);
      assertThat(blocked.count() - before).as("times a loop was blocked").isZero();
      hammer.stop();
    }
  }

  @Test
  void loops_go_on_below_the_limit_while_somebody_holds_the_queues_lock() {
    Loops loops = Loops.local(THREADS);
    CountDownLatch queueing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Balancer stopping = members -> {
      Picker picker = AdmissionRig.WISHES.prepare(members);
      return request -> {
        if (request instanceof Stopper stopper && ++stopper.picks == 2) { // with the lock
          queueing.countDown();
          awaitUninterruptibly(goOn);
        }
        return picker.pick(request);
      };
    };
    AdmissionRig rig =
        new AdmissionRig(loops.group(), stopping, 0, Slot.of("a", 100), Slot.of("full", 1));
    EventLoop aside = loops.group().next();
    Ask holder = new Ask(aside).insistsOn("full");
    Stopper stopper = new Stopper(aside);
    try (Loops other = Loops.local(1);
        Hammer hammer = Hammer.start(rig, loops, 40, false)) {
      aside.submit(() -> holder.from(rig.admission)).awaitUninterruptibly();
      Future<?> waits = other.group().submit(() -> {
        stopper.waiting = rig.admission.acquire(stopper);
      });
      awaitUninterruptibly(queueing);
      long done = hammer.done.get();
      Await.until("others go on", PATIENCE, () -> hammer.done.get() > done + 100_000);
      goOn.countDown();
      waits.awaitUninterruptibly();
      aside.submit(() -> holder.release()).awaitUninterruptibly();
      Await.until(
          PATIENCE,
          () -> aside.submit(() -> stopper.lease != null).awaitUninterruptibly().getNow());
      aside.submit(() -> stopper.release()).awaitUninterruptibly();
      hammer.stop();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    Await.until(PATIENCE, () -> latch.getCount() == 0);
  }

  private static final class Stopper extends Ask {
    private int picks;

    Stopper(EventLoop loop) {
      super(loop);
      insistsOn("full");
    }
  }
}
