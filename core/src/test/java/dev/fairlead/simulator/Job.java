package dev.fairlead.simulator;

import dev.fairlead.balance.Outcome;
import org.jspecify.annotations.Nullable;

/** A request. */
final class Job implements Outcome {
  final long arrived;
  final int key;

  /** What it costs, as a multiple of the mean. */
  final double size;

  /** Whether it counts: not while the servers are still filling up. */
  final boolean counts;

  @Nullable
  Machine machine;

  long granted;
  boolean ended;
  private Kind kind = Kind.COMPLETED;
  private long now;

  Job(long arrived, int key, double size, boolean counts) {
    this.arrived = arrived;
    this.key = key;
    this.size = size;
    this.counts = counts;
  }

  void end(Kind how, long at) {
    ended = true;
    kind = how;
    now = at;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public int status() {
    return kind == Kind.COMPLETED ? 200 : -1;
  }

  @Override
  public long connectNanos() {
    return 0;
  }

  @Override
  public long responseNanos() {
    return kind == Kind.COMPLETED ? totalNanos() : -1;
  }

  @Override
  public long totalNanos() {
    return now - granted;
  }

  @Override
  public long nanoTime() {
    return now;
  }
}
