package dev.fairlead.health;

import dev.fairlead.spi.Check;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Nginx's {@code max_fails} and {@code fail_timeout}, for any strategy: a server that has failed too often
 * is out for a while, and then gets one request. If that succeeds, it is back as if nothing had been; if
 * not, it is out for another while.
 *
 * <pre>{@code
 * Backend.builder("app").monitor("max_fails", MaxFails.of(3, ofSeconds(30)))
 * }</pre>
 *
 * <p>As in Nginx, failures add up until a request succeeds that began more than {@code failTimeout} after
 * the last one; the time-out counts from the last failure of all, those of requests that were under way
 * included; and the only server of a backend is never taken out.
 *
 * <p>Of a session of plain TCP it is enough that its connection is there. Sessions that are older than the trial
 * go on beside it. Immutable.
 */
public final class MaxFails implements HealthMonitor {
  private final int maxFails;
  private final Duration failTimeout;
  private final Classifier classifier;

  private MaxFails(int maxFails, Duration failTimeout, Classifier classifier) {
    this.maxFails = Check.range("maxFails", maxFails, 1, Integer.MAX_VALUE);
    this.failTimeout = Check.positive("failTimeout", failTimeout);
    this.classifier = Objects.requireNonNull(classifier, "classifier");
  }

  /**
   * The rule, with Nginx's idea of a failure: {@link Classifier#nginx no statuses}.
   *
   * @param maxFails how many failures take a server out, from 1 on; Nginx's default: 1
   * @param failTimeout how long it is out, and in what time failures add up; Nginx's default: 10 s
   * @return the monitor
   */
  public static MaxFails of(int maxFails, Duration failTimeout) {
    return new MaxFails(maxFails, failTimeout, Classifier.nginx());
  }

  /**
   * With another idea of a failure.
   *
   * @param failures for example {@link Classifier#nginx Classifier.nginx(502, 503)}
   * @return a changed copy
   */
  public MaxFails classifier(Classifier failures) {
    return new MaxFails(maxFails, failTimeout, failures);
  }

  /** Called by Fairlead, for each server. */
  @Override
  public AutoCloseable watch(Watched server) {
    return new MaxFailsWatch(server, this);
  }

  int maxFails() {
    return maxFails;
  }

  Duration failTimeout() {
    return failTimeout;
  }

  Classifier classifier() {
    return classifier;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MaxFails that
        && maxFails == that.maxFails
        && failTimeout.equals(that.failTimeout)
        && classifier.equals(that.classifier);
  }

  @Override
  public int hashCode() {
    return Objects.hash(maxFails, failTimeout, classifier);
  }

  /** {@return for example {@code max_fails 3, fail_timeout 30 s, nginx}} */
  @Override
  public String toString() {
    return "max_fails %d, fail_timeout %s, %s"
        .formatted(maxFails, Rhythm.text(failTimeout), classifier);
  }
}
