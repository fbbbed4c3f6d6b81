package dev.fairlead.health;

import dev.fairlead.spi.Check;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a circuit opens, checked.
 *
 * @param classifier says what a failed call is
 * @param failureRate percent
 * @param slowRate percent
 * @param slowCall from when on a call is slow
 * @param calls how many the window holds
 * @param time how long it holds them instead, or null
 * @param minimumCalls how many make a rate
 */
record CircuitSettings(
    Classifier classifier,
    int failureRate,
    int slowRate,
    Duration slowCall,
    int calls,
    @Nullable Duration time,
    int minimumCalls) {
  static final CircuitSettings DEFAULT = new CircuitSettings(
      Classifier.serverErrors(), 50, 100, Duration.ofMinutes(1), 100, null, 100);

  private static final int MOST_CALLS = 100_000;

  CircuitSettings {
    Objects.requireNonNull(classifier, "classifier");
    Check.range("failureRateThreshold", failureRate, 1, 100);
    Check.range("slowCallRateThreshold", slowRate, 1, 100);
    Check.positive("slowCallDurationThreshold", slowCall);
    Check.range("countWindow", calls, 1, MOST_CALLS);
    Check.range("minimumNumberOfCalls", minimumCalls, 1, Integer.MAX_VALUE);
    if (time != null && Check.positive("timeWindow", time).toMillis() < TimeWindow.SLICES) {
      throw new IllegalArgumentException(
          "timeWindow: %s (expected: at least 10 ms, at most 365 days)".formatted(time));
    }
  }

  CircuitSettings classifier(Classifier failures) {
    return new CircuitSettings(
        failures, failureRate, slowRate, slowCall, calls, time, minimumCalls);
  }

  CircuitSettings failureRate(int percent) {
    return new CircuitSettings(classifier, percent, slowRate, slowCall, calls, time, minimumCalls);
  }

  CircuitSettings slowRate(int percent) {
    return new CircuitSettings(
        classifier, failureRate, percent, slowCall, calls, time, minimumCalls);
  }

  CircuitSettings slowCall(Duration limit) {
    return new CircuitSettings(classifier, failureRate, slowRate, limit, calls, time, minimumCalls);
  }

  CircuitSettings window(int count, @Nullable Duration duration) {
    return new CircuitSettings(
        classifier, failureRate, slowRate, slowCall, count, duration, minimumCalls);
  }

  CircuitSettings minimumCalls(int count) {
    return new CircuitSettings(classifier, failureRate, slowRate, slowCall, calls, time, count);
  }

  Window window() {
    return time == null ? new CountWindow(calls) : new TimeWindow();
  }

  /** A window of calls that is smaller than the minimum counts when it is full. */
  Circuit circuit(Window window, int trials) {
    int minimum = time == null ? Math.min(minimumCalls, calls) : minimumCalls;
    return new Circuit(window, minimum, failureRate, slowRate, trials);
  }

  @Override
  public String toString() {
    return "of %s, failureRateThreshold %d %%, slowCallRateThreshold %d %% over %s, %s, minimumNumberOfCalls %d"
        .formatted(
            classifier,
            failureRate,
            slowRate,
            Rhythm.text(slowCall),
            time == null ? "last " + calls + " calls" : "last " + Rhythm.text(time),
            minimumCalls);
  }
}
