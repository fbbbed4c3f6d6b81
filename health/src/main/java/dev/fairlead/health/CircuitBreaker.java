package dev.fairlead.health;

import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker for each server, in the terms of resilience4j and with its defaults. Closed, it counts the
 * latest calls; when too many of them failed, or were slow, it opens, and the server gets nothing. After a
 * while it is half-open: some calls are let through on trial, and decide whether it closes or opens again.
 *
 * <pre>{@code
 * Backend.builder("app").monitor("breaker", CircuitBreaker.defaults()
 *     .failureRateThreshold(25)
 *     .timeWindow(ofSeconds(30)).minimumNumberOfCalls(20)
 *     .exponentialBackoff(2, ofMinutes(10)))
 * }</pre>
 *
 * <p>A call is slow by the time to the head of its answer, connecting included; where a protocol has no heads,
 * by that of connecting; a failure without an answer by all the time it took.
 *
 * <p>Unlike max_fails and outlier detection it looks at no other server: when all fail, all are open, and
 * requests are refused at once. Calls are counted at their end: that a session of plain TCP has its connection
 * decides no trial. Calls that are older than the trials go on beside them. Immutable.
 */
public final class CircuitBreaker implements HealthMonitor {
  private static final CircuitBreaker DEFAULTS =
      new CircuitBreaker(CircuitSettings.DEFAULT, CircuitTrials.DEFAULT);

  private final CircuitSettings settings;
  private final CircuitTrials trials;

  private CircuitBreaker(CircuitSettings settings, CircuitTrials trials) {
    this.settings = settings;
    this.trials = trials;
  }

  /**
   * As resilience4j does it when nothing is set.
   *
   * @return the monitor
   */
  public static CircuitBreaker defaults() {
    return DEFAULTS;
  }

  /**
   * What a failed call is.
   *
   * @param failures default {@link Classifier#serverErrors}
   * @return a changed copy
   */
  public CircuitBreaker classifier(Classifier failures) {
    return with(settings.classifier(failures));
  }

  /**
   * From what part of failed calls on it opens.
   *
   * @param percent 1..100; default 50
   * @return a changed copy
   */
  public CircuitBreaker failureRateThreshold(int percent) {
    return with(settings.failureRate(percent));
  }

  /**
   * From what part of slow calls on it opens.
   *
   * @param percent 1..100; default 100
   * @return a changed copy
   */
  public CircuitBreaker slowCallRateThreshold(int percent) {
    return with(settings.slowRate(percent));
  }

  /**
   * Above what time a call is slow.
   *
   * @param time default 60 s
   * @return a changed copy
   */
  public CircuitBreaker slowCallDurationThreshold(Duration time) {
    return with(settings.slowCall(time));
  }

  /**
   * Looks at the last calls, however old they are ({@code COUNT_BASED}); replaces {@link #timeWindow}.
   *
   * @param calls 1..100000; default 100
   * @return a changed copy
   */
  public CircuitBreaker countWindow(int calls) {
    return with(settings.window(calls, null));
  }

  /**
   * Looks at the calls of the last while, however many they are ({@code TIME_BASED}); replaces {@link
   * #countWindow}. It moves on in tenths.
   *
   * @param time from 10 ms on
   * @return a changed copy
   */
  public CircuitBreaker timeWindow(Duration time) {
    return with(settings.window(settings.calls(), Objects.requireNonNull(time, "timeWindow")));
  }

  /**
   * How many calls must be in the window for it to open; no more than a count window holds.
   *
   * @param calls from 1 on; default 100
   * @return a changed copy
   */
  public CircuitBreaker minimumNumberOfCalls(int calls) {
    return with(settings.minimumCalls(calls));
  }

  /**
   * How long it is open until calls are let through on trial.
   *
   * @param time default 60 s
   * @return a changed copy
   */
  public CircuitBreaker waitDurationInOpenState(Duration time) {
    return with(trials.open(time));
  }

  /**
   * Makes it stay open longer each time that the trials fail, until it closes.
   *
   * @param multiplier how much longer, 1..100; default 1
   * @param most how long at most; never less than {@link #waitDurationInOpenState}
   * @return a changed copy
   */
  public CircuitBreaker exponentialBackoff(double multiplier, Duration most) {
    return with(trials.backoff(multiplier, most));
  }

  /**
   * How many calls are let through on trial, and decide by the same rates.
   *
   * @param calls from 1 on; default 10
   * @return a changed copy
   */
  public CircuitBreaker permittedNumberOfCallsInHalfOpenState(int calls) {
    return with(trials.trials(calls));
  }

  /**
   * How long it may be half-open until it opens again.
   *
   * @param time default 0: as long as the trials take
   * @return a changed copy
   */
  public CircuitBreaker maxWaitDurationInHalfOpenState(Duration time) {
    return with(trials.patience(time));
  }

  /** Called by Fairlead, for each server. */
  @Override
  public AutoCloseable watch(Watched server) {
    return new CircuitWatch(server, settings, trials);
  }

  private CircuitBreaker with(CircuitSettings changed) {
    return new CircuitBreaker(changed, trials);
  }

  private CircuitBreaker with(CircuitTrials changed) {
    return new CircuitBreaker(settings, changed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CircuitBreaker that
        && settings.equals(that.settings)
        && trials.equals(that.trials);
  }

  @Override
  public int hashCode() {
    return Objects.hash(settings, trials);
  }

  /** {@return all its settings, in resilience4j's terms} */
  @Override
  public String toString() {
    return "circuit breaker " + settings + ", " + trials;
  }
}
