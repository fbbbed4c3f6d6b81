package dev.fairlead.balance;

import dev.fairlead.balance.Histories.History;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The load of a server as a cost in time, after Finagle: a moving average of its answer times, which
 * jumps up at once with a slow answer and comes down slowly, times the requests in flight plus one, by
 * weight. Without answers the average fades as exp(−Δt/decay), so that a slow server is tried again.
 *
 * <p>A server without any history costs nothing while it is idle, so that it is tried once, and more than
 * all others while that first request runs. Failures count as answers that took at least the penalty: a
 * broken or refused connection at once, an answer with a status of 500 to 599 in the average. What the
 * client or the proxy broke off does not count.
 *
 * <p>An immutable value: {@code PeakEwma.defaults().decay(Duration.ofSeconds(5))}.
 *
 * @see Balancers#peakEwma(PeakEwma)
 */
public final class PeakEwma {
  /** Finagle's cost of the unknown: some 39 hours. */
  private static final double UNKNOWN = Long.MAX_VALUE >> 16;

  private static final PeakEwma DEFAULTS =
      new PeakEwma(Duration.ofSeconds(10), Duration.ofSeconds(5), Until.HEADER);

  private final Duration decay;
  private final Duration penalty;
  private final Until until;

  private PeakEwma(Duration decay, Duration penalty, Until until) {
    this.decay = decay;
    this.penalty = penalty;
    this.until = until;
  }

  /** {@return a decay of 10 s, a penalty of 5 s, times until the header} */
  public static PeakEwma defaults() {
    return DEFAULTS;
  }

  /**
   * A copy with another decay.
   *
   * @param decay after this time without answers 37 % of a cost is left; 1 ms to 1 h
   * @return the copy
   */
  public PeakEwma decay(Duration decay) {
    Expect.nanos("decay", decay, Duration.ofMillis(1), Duration.ofHours(1));
    return new PeakEwma(decay, penalty, until);
  }

  /**
   * A copy with another penalty.
   *
   * @param penalty the answer time that a failure counts as, at least; 0 to 1 h
   * @return the copy
   */
  public PeakEwma failurePenalty(Duration penalty) {
    Expect.nanos("failurePenalty", penalty, Duration.ZERO, Duration.ofHours(1));
    return new PeakEwma(decay, penalty, until);
  }

  /**
   * A copy that measures another time.
   *
   * @param until the end of what is measured
   * @return the copy
   */
  public PeakEwma until(Until until) {
    return new PeakEwma(decay, penalty, Objects.requireNonNull(until, "until"));
  }

  @Override
  public String toString() {
    return "decay=%s, failurePenalty=%s, until=%s".formatted(decay, penalty, until);
  }

  Cost cost(Members members) {
    Costs previous = Histories.of(members.previous(), Costs.class);
    return new Costs(this, new Histories(members, previous == null ? null : previous.histories));
  }

  private static final class Costs implements Cost {
    private final Histories histories;
    private final double decayNanos;
    private final double penaltyNanos;
    private final Until until;

    Costs(PeakEwma settings, Histories histories) {
      this.histories = histories;
      this.decayNanos = settings.decay.toNanos();
      this.penaltyNanos = settings.penalty.toNanos();
      this.until = settings.until;
    }

    @Override
    public double of(Candidate server, int more, long now) {
      History history = histories.of(server);
      int pending = Math.max(server.inFlight() + more, 0);
      if (history == null || history.nanos() == 0) {
        return pending == 0 ? 0 : (UNKNOWN + pending) / server.weight();
      }
      double faded = history.nanos() * Math.exp(-history.since(now) / decayNanos);
      return faded * (pending + 1.0) / server.weight();
    }

    @Override
    public long now(PickContext request) {
      return histories.now(request);
    }

    @Override
    public long lastNow() {
      return histories.lastNow();
    }

    @Override
    public void completed(Candidate server, Outcome outcome) {
      History history = histories.of(server);
      if (history == null) {
        return;
      }
      if (outcome.kind().serverFailure()) {
        sample(history, Math.max(penaltyNanos, (double) outcome.totalNanos()), true);
      } else if (Until.errorAnswer(outcome)) {
        double nanos = Math.max(until.nanos(outcome), 0);
        sample(history, Math.max(penaltyNanos, nanos), nanos > penaltyNanos);
      } else {
        long nanos = until.nanos(outcome);
        if (nanos >= 0) {
          sample(history, (double) nanos, true);
        }
      }
    }

    /** A first answer is taken as it is, whatever it was; a peak too; all others by the time between. */
    private void sample(History history, double nanos, boolean peaks) {
      long now = histories.lastNow();
      double left = Math.exp(-history.since(now) / decayNanos);
      AtomicLong smoothed = history.smoothed;
      while (true) {
        long before = smoothed.get();
        double average = Double.longBitsToDouble(before);
        double next = average == 0 || (peaks && nanos > average)
            ? Math.max(nanos, 1)
            : average * left + nanos * (1 - left);
        if (smoothed.compareAndSet(before, Double.doubleToRawLongBits(next))) {
          history.at.setOpaque(now);
          return;
        }
      }
    }
  }
}
