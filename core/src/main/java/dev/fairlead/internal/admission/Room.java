package dev.fairlead.internal.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many connections to one server are open or on their way, where idle ones count against its limit, too.
 * Who finds no room waits; who leaves lets the first of them in. Thread-safe.
 */
public final class Room {
  private record Waiting(int limit, Runnable entered) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int taken;

  /** The size of {@link #waiting}, to be seen without the lock. */
  private volatile int waits;

  /** {@return whether somebody waits} */
  public boolean crowded() {
    return waits > 0;
  }

  /** Takes a place, unless the limit is reached or somebody waits for one. */
  public boolean tryEnter(int limit) {
    lock.lock();
    try {
      if (!waiting.isEmpty() || taken >= limit) {
        return false;
      }
      taken++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a place, or waits for one.
   *
   * @param entered told, by whatever thread, when a place was taken for it later
   * @return whether it was taken at once
   */
  public boolean enter(int limit, Runnable entered) {
    lock.lock();
    try {
      if (tryEnter(limit)) {
        return true;
      }
      waiting.addLast(new Waiting(limit, entered));
      waits = waiting.size();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits no more; what was told to it, or is about to be, stays true. */
  public void giveUp(Runnable entered) {
    lock.lock();
    try {
      waiting.removeIf(one -> one.entered().equals(entered));
      waits = waiting.size();
    } finally {
      lock.unlock();
    }
    letIn(0); // those behind it may have a higher limit
  }

  /** Gives a place back. */
  public void leave() {
    letIn(1);
  }

  private void letIn(int left) {
    List<Runnable> in = new ArrayList<>(1);
    lock.lock();
    try {
      taken -= left;
      while (!waiting.isEmpty() && taken < waiting.getFirst().limit()) {
        taken++;
        in.add(waiting.removeFirst().entered());
      }
      waits = waiting.size();
    } finally {
      lock.unlock();
    }
    in.forEach(Runnable::run);
  }
}
