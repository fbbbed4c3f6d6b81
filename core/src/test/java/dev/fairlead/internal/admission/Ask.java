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
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A request that remembers its answers. On its own loop only. */
class Ask implements Acquire {
  private static final SocketAddress CLIENT = new LocalAddress("client");

  final EventLoop loop;
  final RandomGenerator random = new Random(1);
  long arrived;
  int queueClass;
  int offsetMillis;

  /** The server that the rig's strategy shall insist on. */
  @Nullable
  String wish;

  @Nullable
  String bound;

  @Nullable
  Candidate failed;

  @Nullable
  Lease lease;

  @Nullable
  Refusal refusal;

  Upstream.@Nullable Waiting waiting;
  int answers;
  int revocations;

  Ask(EventLoop loop) {
    this.loop = loop;
    this.arrived = loop.ticker().nanoTime();
  }

  Ask insistsOn(String server) {
    wish = server;
    return this;
  }

  Ask boundTo(String server) {
    bound = server;
    return this;
  }

  Ask inClass(int other) {
    queueClass = other;
    return this;
  }

  Ask offset(int millis) {
    offsetMillis = millis;
    return this;
  }

  Ask from(Admission admission) {
    waiting = admission.acquire(this);
    return this;
  }

  boolean cancel() {
    return waiting != null && waiting.cancel();
  }

  Lease held() {
    Lease held = lease;
    if (held == null) {
      throw new AssertionError("holds nothing");
    }
    return held;
  }

  void release() {
    release(Outcome.Kind.COMPLETED);
  }

  void release(Outcome.Kind kind) {
    Lease held = held();
    lease = null;
    held.release(new Ended(kind));
  }

  /** The name of the server whose slot it holds, the reason why it has none, or "waits". */
  String answer() {
    return lease != null
        ? lease.server().name()
        : refusal != null ? refusal.name() : answers == 0 ? "waits" : "released";
  }

  @Override
  public void granted(Lease granted) {
    answers++;
    lease = granted;
  }

  @Override
  public void refused(Refusal why) {
    answers++;
    refusal = why;
  }

  @Override
  public void revoked(Lease wanted, Termination.Cause why) {
    revocations++;
    release(Outcome.Kind.CANCELLED);
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public Connection connection() {
    throw new UnsupportedOperationException("no connection is behind this");
  }

  @Override
  public long arrivedNanos() {
    return arrived;
  }

  @Override
  public @Nullable String preferred() {
    return bound;
  }

  @Override
  public Affinity affinity() {
    return bound == null ? Affinity.NONE : Affinity.STICKY;
  }

  @Override
  public int queueClass() {
    return queueClass;
  }

  @Override
  public int queueOffsetMillis() {
    return offsetMillis;
  }

  @Override
  public SocketAddress client() {
    return CLIENT;
  }

  @Override
  public boolean tried(Candidate candidate) {
    return failed != null && failed.id() == candidate.id();
  }

  @Override
  public long nanoTime() {
    return loop.ticker().nanoTime();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public <T> @Nullable T request(Class<T> type) {
    return type.isInstance(wish) ? type.cast(wish) : null;
  }

  /** How its lease ended. */
  record Ended(Kind kind) implements Outcome {
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
      return 1;
    }

    @Override
    public long nanoTime() {
      return 1;
    }
  }
}
