package dev.fairlead.internal.net;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** The event loops that carry traffic, each with a number, so that what is kept per loop is an array. */
public final class Loops {
  private final List<EventLoop> loops;
  private final IdentityHashMap<EventLoop, Integer> indexes = new IdentityHashMap<>();
  private final RandomGenerator[] randoms;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * @param group the loops; their number must not change
   * @param seed of all that is left to chance
   */
  public Loops(EventLoopGroup group, long seed) {
    Map<EventLoop, Boolean> found = new LinkedHashMap<>();
    for (EventExecutor executor : group) {
      if (!(executor instanceof EventLoop loop)) {
        throw new IllegalArgumentException(
            "eventLoops: " + executor.getClass() + " (expected: event loops)");
      }
      found.put(loop, true);
    }
    loops = List.copyOf(found.keySet());
    if (loops.isEmpty()) {
      throw new IllegalArgumentException("eventLoops: none (expected: at least one)");
    }
    randoms = new RandomGenerator[loops.size()];
    SplittableRandom source = new SplittableRandom(seed);
    for (int i = 0; i < randoms.length; i++) {
      indexes.put(loops.get(i), i);
      randoms[i] = source.split();
    }
  }

  public List<EventLoop> all() {
    return loops;
  }

  public int count() {
    return loops.size();
  }

  /** The loop for the next connection, in turn. */
  public EventLoop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  /** The number of a loop, 0 to {@link #count()} - 1. */
  public int index(EventLoop loop) {
    Integer index = indexes.get(loop);
    if (index == null) {
      throw new IllegalArgumentException("loop: " + loop + " (expected: one that carries traffic)");
    }
    return index;
  }

  /** For the loop with that number only. */
  public RandomGenerator random(int index) {
    return randoms[index];
  }
}
