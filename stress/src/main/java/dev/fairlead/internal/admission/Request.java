package dev.fairlead.internal.admission;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Outcome;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Lease;
import dev.fairlead.spi.Refusal;
import dev.fairlead.spi.Upstream;
import dev.fairlead.status.Termination;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import java.net.SocketAddress;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A request for a {@link Stage}; bound to server "a", or to nobody. */
final class Request implements Acquire, Outcome {
  private static final SocketAddress CLIENT = new LocalAddress("client");

  private final boolean bound;
  private @Nullable Lease lease;
  private Upstream.@Nullable Waiting waiting;

  Request(boolean bound) {
    this.bound = bound;
  }

  Request from(Admission admission) {
    waiting = admission.acquire(this);
    return this;
  }

  /** Whether it gave up before it had its answer. */
  boolean cancel() {
    return waiting != null && waiting.cancel();
  }

  boolean granted() {
    return lease != null;
  }

  void release() {
    Lease held = lease;
    if (held != null) {
      lease = null;
      held.release(this);
    }
  }

  @Override
  public void granted(Lease granted) {
    lease = granted;
  }

  @Override
  public void refused(Refusal why) {}

  @Override
  public void revoked(Lease wanted, Termination.Cause why) {
    release();
  }

  @Override
  public EventLoop loop() {
    return Stage.LOOP;
  }

  @Override
  public Connection connection() {
    throw new UnsupportedOperationException("no connection is behind this");
  }

  @Override
  public long arrivedNanos() {
    return 0;
  }

  @Override
  public @Nullable String preferred() {
    return bound ? "a" : null;
  }

  @Override
  public Affinity affinity() {
    return bound ? Affinity.STICKY : Affinity.NONE;
  }

  @Override
  public SocketAddress client() {
    return CLIENT;
  }

  @Override
  public boolean tried(Candidate candidate) {
    return false;
  }

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public RandomGenerator random() {
    return new SplittableRandom(1);
  }

  @Override
  public <T> @Nullable T request(Class<T> type) {
    return null;
  }

  @Override
  public Kind kind() {
    return Kind.COMPLETED;
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
