package dev.fairlead.testkit;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Event loops that share one clock, both driven by the test's thread: nothing moves but in {@link
 * #run}, {@link #advance}, {@link #runUntil} and {@code get}. One control loop and some traffic
 * loops; the channels are {@code LocalChannel} and {@code LocalServerChannel}.
 *
 * <p>Time stands still while tasks run. {@link #advance} stops at every deadline on its way, to the
 * nanosecond, and lets the loops come to rest there. In each round the loops take turns in an order
 * drawn from the seed: another seed is another interleaving, the same seed the same one.
 *
 * <p>To be used by the thread that created it only; to Netty this thread is <em>in</em> each of the
 * loops. Hence a task that touches a channel of another loop without {@code execute} is not caught
 * here, and {@code sync()} throws: use {@code get}. Other threads may {@code execute} on the loops,
 * but their tasks wait for the next run.
 */
public final class VirtualNetwork implements AutoCloseable {
  private static final int ROUNDS_BEFORE_LIVELOCK = 100_000;

  private final VirtualTicker ticker = new VirtualTicker();
  private final List<VirtualLoop> loops = new ArrayList<>();
  private final List<VirtualLoop> turns;
  private final VirtualLoopGroup control;
  private final VirtualLoopGroup traffic;
  private final Random random;
  private boolean running;

  private VirtualNetwork(long seed, int trafficLoops) {
    random = new Random(seed);
    control = group(1);
    traffic = group(trafficLoops);
    turns = new ArrayList<>(loops);
  }

  /**
   * One control loop and two for traffic, in the interleaving of seed 1.
   *
   * @return at time zero, at rest
   */
  public static VirtualNetwork create() {
    return create(1, 2);
  }

  /**
   * One control loop and some for traffic.
   *
   * @param seed decides the order in which loops take turns, and {@link #random}
   * @param trafficLoops at least one
   * @return at time zero, at rest
   */
  public static VirtualNetwork create(long seed, int trafficLoops) {
    return new VirtualNetwork(seed, trafficLoops);
  }

  /**
   * The group of the control loop.
   *
   * @return one loop
   */
  public EventLoopGroup control() {
    return control;
  }

  /**
   * The group of the traffic loops; {@code next()} takes them in turn.
   *
   * @return all but the control loop
   */
  public EventLoopGroup traffic() {
    return traffic;
  }

  /**
   * One of the loops.
   *
   * @param index 0 is the control loop, traffic follows
   * @return always the same loop
   */
  public EventLoop loop(int index) {
    return loops.get(index);
  }

  /**
   * The clock of all loops, starting at zero.
   *
   * @return {@code loop.ticker()} of each loop
   */
  public Ticker ticker() {
    return ticker;
  }

  /**
   * How much virtual time has passed.
   *
   * @return the ticker's reading
   */
  public Duration now() {
    return Duration.ofNanos(ticker.nanoTime());
  }

  /**
   * Chance for the test itself, from the network's seed.
   *
   * @return a generator of its own; using it does not change the interleaving
   */
  public Random random() {
    return new Random(random.nextLong());
  }

  /**
   * Runs the loops until none has anything to do at this time.
   *
   * @return how many tasks ran
   * @throws AssertionError if they never come to rest
   */
  public int run() {
    if (running) {
      throw new IllegalStateException("called from a task of its own loops");
    }
    running = true;
    try {
      int total = 0;
      for (int round = 0; round < ROUNDS_BEFORE_LIVELOCK; round++) {
        Collections.shuffle(turns, random);
        int ran = 0;
        for (VirtualLoop loop : turns) {
          ran += loop.runNow();
        }
        if (ran == 0) {
          return total;
        }
        total += ran;
      }
      throw new AssertionError("the loops do not come to rest at " + now());
    } finally {
      running = false;
    }
  }

  /**
   * Moves the clock and runs nothing, as on a machine that is too busy: what was due meanwhile is late.
   *
   * @param time how far
   */
  public void stall(Duration time) {
    ticker.moveTo(ticker.nanoTime() + time.toNanos());
  }

  /**
   * Lets time pass, stopping at each deadline on the way.
   *
   * @param time how long; zero is {@link #run}
   */
  public void advance(Duration time) {
    runUntil(() -> false, time);
  }

  /**
   * Lets time pass until the condition holds, looking whenever the loops are at rest.
   *
   * @param condition what to wait for
   * @param atMost how much time may pass; all of it does if the condition never holds
   * @return whether it held; time then stands at the deadline that made it true
   */
  public boolean runUntil(BooleanSupplier condition, Duration atMost) {
    long end = Math.addExact(ticker.nanoTime(), atMost.toNanos());
    while (true) {
      run();
      if (condition.getAsBoolean()) {
        return true;
      }
      if (ticker.nanoTime() == end) {
        return false;
      }
      ticker.moveTo(Math.min(end, nextDeadline()));
    }
  }

  /**
   * Runs to rest and takes the result.
   *
   * @param future done by then
   * @param <T> of the result
   * @return the result
   * @throws AssertionError if it is still pending, or has failed: the failure is the cause
   */
  @SuppressWarnings("TypeParameterUnusedInFormals")
  public <T extends @Nullable Object> T get(Future<T> future) {
    run();
    if (!future.isDone()) {
      throw new AssertionError("pending at " + now() + ": " + future);
    }
    if (!future.isSuccess()) {
      throw new AssertionError("failed: " + future.cause(), future.cause());
    }
    return future.getNow();
  }

  /**
   * Runs to rest and takes the result.
   *
   * @param stage done by then
   * @param <T> of the result
   * @return the result
   * @throws AssertionError if it is still pending
   * @throws java.util.concurrent.CompletionException if it has failed
   */
  public <T extends @Nullable Object> T get(CompletionStage<T> stage) {
    run();
    if (!stage.toCompletableFuture().isDone()) {
      throw new AssertionError("pending at " + now() + ": " + stage);
    }
    return stage.toCompletableFuture().join();
  }

  /** Closes what is still open on the loops and ends them; scheduled tasks are dropped. */
  @Override
  public void close() {
    run();
    loops.forEach(VirtualLoop::closeChannels);
    run(); // each loop hears of it while its peers can still answer
    ticker.tickAtEachReading();
    loops.forEach(VirtualLoop::end);
  }

  private long nextDeadline() {
    long next = Long.MAX_VALUE;
    for (VirtualLoop loop : loops) {
      next = Math.min(next, loop.nextDeadline());
    }
    return next;
  }

  private VirtualLoopGroup group(int size) {
    VirtualLoopGroup group = new VirtualLoopGroup(size, ticker);
    loops.addAll(group.loops());
    return group;
  }
}
