package dev.fairlead.internal.edge;

import io.netty.channel.EventLoop;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How many TLS handshakes of one binding go on at once; the others wait in the order of their coming,
 * each at most its handshake time-out. Thread-safe, without a lock: connections of all event loops come
 * here.
 */
final class Handshakes {
  private enum State {
    WAITING,
    HELD,
    CLOSED
  }

  private final int limit;
  private final AtomicInteger active = new AtomicInteger();
  private final ConcurrentLinkedQueue<Place> waiting = new ConcurrentLinkedQueue<>();

  /** @param limit 1 or more */
  Handshakes(int limit) {
    this.limit = limit;
  }

  /** How many places are held. */
  int active() {
    return active.get();
  }

  /**
   * Asks for a place.
   *
   * @param granted called on the loop, later; the place may have been closed meanwhile
   */
  Place enter(EventLoop loop, Runnable granted) {
    Place place = new Place(loop, granted);
    waiting.add(place);
    admit();
    return place;
  }

  /** A free place and a waiter never stay side by side: whoever adds either comes here afterwards. */
  private void admit() {
    while (!waiting.isEmpty() && take()) {
      Place next = waiting.poll();
      if (next == null || !next.state.compareAndSet(State.WAITING, State.HELD)) {
        active.decrementAndGet();
      } else {
        next.loop.execute(Objects.requireNonNull(next.granted));
      }
    }
  }

  private boolean take() {
    int now;
    do {
      now = active.get();
      if (now >= limit) {
        return false;
      }
    } while (!active.compareAndSet(now, now + 1));
    return true;
  }

  /** A place, held or waited for. */
  final class Place {
    private final EventLoop loop;
    private @Nullable Runnable granted;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    private Place(EventLoop loop, Runnable granted) {
      this.loop = loop;
      this.granted = granted;
    }

    /** Gives it back, or waits for it no longer; further calls do nothing. */
    void close() {
      State before = state.getAndSet(State.CLOSED);
      if (before == State.HELD) {
        active.decrementAndGet();
        admit();
      } else if (before == State.WAITING) {
        granted = null; // it stands in the queue until its turn, its connection must not
      }
    }
  }
}
