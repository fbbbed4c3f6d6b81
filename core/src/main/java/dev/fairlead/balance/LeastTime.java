package dev.fairlead.balance;

import dev.fairlead.balance.Histories.History;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time that a server would need for what it has to do, after Nginx: its average answer time, times
 * the requests in flight plus one, by weight. Answer times are rounded up to the granularity, so that
 * servers that are about equally fast are equal; above five seconds all are equally bad. The average of
 * a server that got no request for a while counts half, a quarter, … so that it is tried again.
 *
 * <p>Unlike Nginx, which leaves failures to its passive health checks, a failure and an answer with a
 * status of 500 to 599 count as an answer of five seconds: a server that fails fast does not attract
 * traffic. What the client or the proxy broke off does not count.
 *
 * <p>An immutable value: {@code LeastTime.until(Until.HEADER).inFlight()}.
 *
 * @see Balancers#leastTime(LeastTime)
 */
public final class LeastTime {
  private static final double WORST_NANOS = 5e9;

  /** The part of a new answer in the average. */
  private static final double PART = 1 / 16.0;

  private final Until until;
  private final boolean inFlight;
  private final Duration granularity;
  private final Duration halving;

  private LeastTime(Until until, boolean inFlight, Duration granularity, Duration halving) {
    this.until = until;
    this.inFlight = inFlight;
    this.granularity = granularity;
    this.halving = halving;
  }

  /**
   * Nginx's way: a granularity of 20 ms, half the average after each 10 s without a request, answered
   * requests only.
   *
   * @param until the end of what is measured
   * @return the settings
   */
  public static LeastTime until(Until until) {
    return new LeastTime(
        Objects.requireNonNull(until, "until"),
        false,
        Duration.ofMillis(20),
        Duration.ofSeconds(10));
  }

  /**
   * A copy that also looks at what is running: a server whose requests in flight are older on average
   * than its answers took counts as that slow.
   *
   * @return the copy
   */
  public LeastTime inFlight() {
    return new LeastTime(until, true, granularity, halving);
  }

  /**
   * A copy with another granularity.
   *
   * @param granularity answer times closer than this are equal; 1 µs to 5 s
   * @return the copy
   */
  public LeastTime granularity(Duration granularity) {
    Expect.nanos("granularity", granularity, Duration.ofNanos(1000), Duration.ofSeconds(5));
    return new LeastTime(until, inFlight, granularity, halving);
  }

  /**
   * A copy that forgets faster or slower.
   *
   * @param halving after each such time without a request the average counts half; 1 ms to 1 h
   * @return the copy
   */
  public LeastTime halving(Duration halving) {
    Expect.nanos("halving", halving, Duration.ofMillis(1), Duration.ofHours(1));
    return new LeastTime(until, inFlight, granularity, halving);
  }

  @Override
  public String toString() {
    return "until=%s%s, granularity=%s, halving=%s"
        .formatted(until, inFlight ? ", inFlight" : "", granularity, halving);
  }

  Cost cost(Members members) {
    Costs previous = Histories.of(members.previous(), Costs.class);
    return new Costs(this, new Histories(members, previous == null ? null : previous.histories));
  }

  private static final class Costs implements Cost {
    private final Histories histories;
    private final Until until;
    private final boolean inFlight;
    private final double step;
    private final long halvingNanos;

    Costs(LeastTime settings, Histories histories) {
      this.histories = histories;
      this.until = settings.until;
      this.inFlight = settings.inFlight;
      this.step = settings.granularity.toNanos();
      this.halvingNanos = settings.halving.toNanos();
    }

    @Override
    public double of(Candidate server, int more, long now) {
      History history = histories.of(server);
      int running = Math.max(server.inFlight() + more, 0);
      double time = 0;
      if (history != null) {
        long halvings = history.since(now) / halvingNanos;
        time = halvings > 60 ? 0 : history.nanos() / (1L << halvings);
      }
      if (inFlight && Histories.isKnown(now)) {
        time = Math.max(time, averageAge(server.load(), Math.min(more, 0), now));
      }
      time = Math.min((Math.floor(time / step) + 1) * step, WORST_NANOS);
      return time * (running + 1.0) / server.weight();
    }

    /**
     * Count and sum are two readings: a lease that began or ended between them would add or take a whole
     * clock. When a lease ends, the sum is already without it.
     */
    private static double averageAge(Candidate.Load load, int more, long now) {
      int n = load.inFlight();
      long sum = load.startedNanosSum();
      return n + more <= 0 || n != load.inFlight()
          ? 0
          : (double) ((n + more) * now - sum) / (n + more);
    }

    @Override
    public long now(PickContext request) {
      return histories.now(request);
    }

    @Override
    public long lastNow() {
      return histories.lastNow();
    }

    /** As in Nginx, a server that is asked after a long time gets one request as a test, not many. */
    @Override
    public void picked(Candidate server, long now) {
      History history = histories.of(server);
      if (history != null) {
        history.at.setOpaque(now);
      }
    }

    @Override
    public void completed(Candidate server, Outcome outcome) {
      History history = histories.of(server);
      double nanos = outcome.kind().serverFailure() || Until.errorAnswer(outcome)
          ? WORST_NANOS
          : until.nanos(outcome);
      if (history == null || nanos < 0) {
        return;
      }
      AtomicLong smoothed = history.smoothed;
      long before;
      double next;
      do {
        before = smoothed.get();
        double average = Double.longBitsToDouble(before);
        next = average == 0 ? Math.max(nanos, 1) : average + (nanos - average) * PART;
      } while (!smoothed.compareAndSet(before, Double.doubleToRawLongBits(next)));
    }
  }
}
