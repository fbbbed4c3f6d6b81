package dev.fairlead.internal.admission;

import io.netty.channel.EventLoop;
import java.util.Iterator;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;

/** Who can close an idle connection to a server of one backend, so that another one can be made. Thread-safe. */
final class Spares {
  private record Spare(EventLoop loop, IntPredicate closesIdle) {}

  private final Admission admission;
  private final CopyOnWriteArrayList<Spare> all = new CopyOnWriteArrayList<>();

  Spares(Admission admission) {
    this.admission = admission;
  }

  void add(EventLoop loop, IntPredicate closesIdle) {
    all.add(new Spare(loop, closesIdle));
  }

  void remove(IntPredicate closesIdle) {
    all.removeIf(spare -> spare.closesIdle().equals(closesIdle));
  }

  /** Asks one after the other, each on its loop, until one has closed a connection or nobody waits. */
  void ask(LiveServer live) {
    ask(live, all.iterator());
  }

  private void ask(LiveServer live, Iterator<Spare> left) {
    if (left.hasNext()) {
      Spare spare = left.next();
      spare.loop().execute(() -> {
        Room room = live.room();
        if (room != null && room.crowded() && !closes(spare, live)) {
          ask(live, left);
        }
      });
    }
  }

  private boolean closes(Spare spare, LiveServer live) {
    try {
      return spare.closesIdle().test(live.id());
    } catch (Throwable e) {
      admission.failed("protocol", spare.closesIdle(), e);
      return false;
    }
  }
}
