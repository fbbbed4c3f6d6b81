package dev.fairlead.health;

import static dev.fairlead.health.OutlierSetting.ALWAYS_EJECT_ONE_HOST;
import static dev.fairlead.health.OutlierSetting.BASE_EJECTION_TIME;
import static dev.fairlead.health.OutlierSetting.CHECK_UNEJECTS;
import static dev.fairlead.health.OutlierSetting.CONSECUTIVE_5XX;
import static dev.fairlead.health.OutlierSetting.CONSECUTIVE_GATEWAY_FAILURE;
import static dev.fairlead.health.OutlierSetting.CONSECUTIVE_LOCAL_ORIGIN_FAILURE;
import static dev.fairlead.health.OutlierSetting.FAILURE_PERCENTAGE_MINIMUM_HOSTS;
import static dev.fairlead.health.OutlierSetting.FAILURE_PERCENTAGE_REQUEST_VOLUME;
import static dev.fairlead.health.OutlierSetting.FAILURE_PERCENTAGE_THRESHOLD;
import static dev.fairlead.health.OutlierSetting.INTERVAL;
import static dev.fairlead.health.OutlierSetting.LATENCY_FACTOR;
import static dev.fairlead.health.OutlierSetting.LATENCY_MINIMUM_EXCESS;
import static dev.fairlead.health.OutlierSetting.LATENCY_MINIMUM_HOSTS;
import static dev.fairlead.health.OutlierSetting.LATENCY_REQUEST_VOLUME;
import static dev.fairlead.health.OutlierSetting.MAX_EJECTION_PERCENT;
import static dev.fairlead.health.OutlierSetting.MAX_EJECTION_TIME;
import static dev.fairlead.health.OutlierSetting.MAX_EJECTION_TIME_JITTER;
import static dev.fairlead.health.OutlierSetting.SPLIT_ERRORS;
import static dev.fairlead.health.OutlierSetting.SUCCESS_RATE_MINIMUM_HOSTS;
import static dev.fairlead.health.OutlierSetting.SUCCESS_RATE_REQUEST_VOLUME;
import static dev.fairlead.health.OutlierSetting.SUCCESS_RATE_STDEV_FACTOR;

import dev.fairlead.spi.Check;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's outlier detection: a server whose traffic fails, or fails more than that of the others, is ejected
 * for a while. Settings have Envoy's names and defaults. Immutable, and good for any number of backends: a
 * method with an argument returns a changed copy.
 *
 * <pre>{@code
 * Backend.builder("app").monitor("outliers", OutlierDetection.defaults().consecutive5xx(3))
 * }</pre>
 *
 * <p>Errors in a row eject at once, all other rules at the end of each {@link #interval}, in which also those
 * return whose time is over. That is the {@link #baseEjectionTime} times the number of ejections in a row,
 * {@link #maxEjectionTime} at most; each interval without an ejection takes one off that number. An error is
 * what the {@link #classifier} says; it is <em>local</em> where no whole answer came (no connection, a reset,
 * a time-out), and a local one counts as a gateway failure, too, unless they are kept apart.
 *
 * <p>Other than in Envoy, a rule that is {@link #enforcing enforced} at 0 % is off and does not count; at
 * least one server may be ejected by default, but never the only one of its backend below 100 %; a time-out
 * after the connection does not break a row of local failures; and there is one rule more:
 *
 * <p><b>Latency.</b> The time of an answer is that to its head, connecting included; where a protocol has no
 * heads, that of connecting. Errors have no time. At the end of an interval, among the servers with at least
 * {@link #latencyRequestVolume} times, if there are {@link #latencyMinimumHosts} of them, one is an outlier
 * when its mean exceeds {@link #latencyFactor} thousandths of the median of the others' means, and that median
 * by {@link #latencyMinimumExcess}.
 */
public final class OutlierDetection implements HealthMonitor {
  private static final OutlierDetection DEFAULTS =
      new OutlierDetection(Map.of(), Map.of(), Classifier.serverErrors());

  /** Those that were set. */
  private final Map<OutlierSetting, Long> settings;

  private final Map<OutlierRule, Integer> enforcing;
  private final Classifier classifier;

  private OutlierDetection(
      Map<OutlierSetting, Long> settings,
      Map<OutlierRule, Integer> enforcing,
      Classifier classifier) {
    this.settings = settings;
    this.enforcing = enforcing;
    this.classifier = classifier;
  }

  /**
   * As Envoy does it when nothing is set.
   *
   * @return the monitor
   */
  public static OutlierDetection defaults() {
    return DEFAULTS;
  }

  /**
   * What an error is.
   *
   * @param errors default {@link Classifier#serverErrors}
   * @return a changed copy
   */
  public OutlierDetection classifier(Classifier errors) {
    return new OutlierDetection(settings, enforcing, Objects.requireNonNull(errors, "classifier"));
  }

  /**
   * How likely a server that a rule has found is ejected.
   *
   * @param rule the rule
   * @param percent 0..100; 0 turns the rule off; for defaults see {@link OutlierRule}
   * @return a changed copy
   */
  public OutlierDetection enforcing(OutlierRule rule, int percent) {
    Map<OutlierRule, Integer> changed = new EnumMap<>(OutlierRule.class);
    changed.putAll(enforcing);
    changed.put(Objects.requireNonNull(rule, "rule"), Check.range("enforcing", percent, 0, 100));
    return new OutlierDetection(settings, changed, classifier);
  }

  /**
   * How many errors in a row make an outlier.
   *
   * @param errors from 1 on; default 5
   * @return a changed copy
   */
  public OutlierDetection consecutive5xx(int errors) {
    return with(CONSECUTIVE_5XX, errors);
  }

  /**
   * How many gateway failures (502, 503, 504, local errors) in a row make an outlier.
   *
   * @param failures from 1 on; default 5, not enforced
   * @return a changed copy
   */
  public OutlierDetection consecutiveGatewayFailure(int failures) {
    return with(CONSECUTIVE_GATEWAY_FAILURE, failures);
  }

  /**
   * How many local errors in a row make an outlier, where they are kept apart.
   *
   * @param failures from 1 on; default 5
   * @return a changed copy
   */
  public OutlierDetection consecutiveLocalOriginFailure(int failures) {
    return with(CONSECUTIVE_LOCAL_ORIGIN_FAILURE, failures);
  }

  /**
   * Whether local errors are kept apart from those that the server answers with.
   *
   * @param split default false
   * @return a changed copy
   */
  public OutlierDetection splitExternalLocalOriginErrors(boolean split) {
    return with(SPLIT_ERRORS, split ? 1 : 0);
  }

  /**
   * How often rates are compared, and those return whose time is over.
   *
   * @param time default 10 s
   * @return a changed copy
   */
  public OutlierDetection interval(Duration time) {
    return with(INTERVAL, time);
  }

  /**
   * For how long a server is ejected, times the number of ejections in a row.
   *
   * @param time default 30 s
   * @return a changed copy
   */
  public OutlierDetection baseEjectionTime(Duration time) {
    return with(BASE_EJECTION_TIME, time);
  }

  /**
   * For how long a server is ejected at most, jitter apart. Below the {@link #baseEjectionTime} that holds.
   *
   * @param time default 300 s
   * @return a changed copy
   */
  public OutlierDetection maxEjectionTime(Duration time) {
    return with(MAX_EJECTION_TIME, time);
  }

  /**
   * How much longer an ejection is at random, so that proxies do not all return at once.
   *
   * @param time at most so much; default 0
   * @return a changed copy
   */
  public OutlierDetection maxEjectionTimeJitter(Duration time) {
    return with(MAX_EJECTION_TIME_JITTER, time);
  }

  /**
   * How many of the servers of a backend may be ejected at once.
   *
   * @param percent 0..100; default 10
   * @return a changed copy
   */
  public OutlierDetection maxEjectionPercent(int percent) {
    return with(MAX_EJECTION_PERCENT, percent);
  }

  /**
   * Whether one of several servers may be ejected whatever {@link #maxEjectionPercent} says.
   *
   * @param always default true, as in Envoy up to 1.29
   * @return a changed copy
   */
  public OutlierDetection alwaysEjectOneHost(boolean always) {
    return with(ALWAYS_EJECT_ONE_HOST, always ? 1 : 0);
  }

  /**
   * Whether a check that passes brings an ejected server back, its counters cleared.
   *
   * @param uneject default true
   * @return a changed copy
   */
  public OutlierDetection successfulActiveHealthCheckUnejectHost(boolean uneject) {
    return with(CHECK_UNEJECTS, uneject ? 1 : 0);
  }

  /**
   * How many servers need enough requests for success rates to be compared.
   *
   * @param servers from 1 on; default 5
   * @return a changed copy
   */
  public OutlierDetection successRateMinimumHosts(int servers) {
    return with(SUCCESS_RATE_MINIMUM_HOSTS, servers);
  }

  /**
   * How many requests in an interval are enough for a server's success rate.
   *
   * @param requests from 1 on; default 100
   * @return a changed copy
   */
  public OutlierDetection successRateRequestVolume(int requests) {
    return with(SUCCESS_RATE_REQUEST_VOLUME, requests);
  }

  /**
   * How far below the mean an outlier's success rate lies.
   *
   * @param thousandths of the standard deviation; default 1900
   * @return a changed copy
   */
  public OutlierDetection successRateStdevFactor(int thousandths) {
    return with(SUCCESS_RATE_STDEV_FACTOR, thousandths);
  }

  /**
   * How great a part of failed requests makes an outlier.
   *
   * @param percent 1..100; default 85, not enforced
   * @return a changed copy
   */
  public OutlierDetection failurePercentageThreshold(int percent) {
    return with(FAILURE_PERCENTAGE_THRESHOLD, percent);
  }

  /**
   * How many servers need enough requests for failure percentages to count.
   *
   * @param servers from 1 on; default 5
   * @return a changed copy
   */
  public OutlierDetection failurePercentageMinimumHosts(int servers) {
    return with(FAILURE_PERCENTAGE_MINIMUM_HOSTS, servers);
  }

  /**
   * How many requests in an interval are enough for a server's failure percentage.
   *
   * @param requests from 1 on; default 50
   * @return a changed copy
   */
  public OutlierDetection failurePercentageRequestVolume(int requests) {
    return with(FAILURE_PERCENTAGE_REQUEST_VOLUME, requests);
  }

  /**
   * How much slower than the others an outlier answers.
   *
   * @param thousandths of the median of the others' means, from 1001 on; default 3000, not enforced
   * @return a changed copy
   */
  public OutlierDetection latencyFactor(int thousandths) {
    return with(LATENCY_FACTOR, thousandths);
  }

  /**
   * How much time an outlier takes longer at least, so that differences nobody feels do not eject.
   *
   * @param time default 10 ms
   * @return a changed copy
   */
  public OutlierDetection latencyMinimumExcess(Duration time) {
    return with(LATENCY_MINIMUM_EXCESS, time);
  }

  /**
   * How many servers need enough answers for latencies to be compared.
   *
   * @param servers from 2 on; default 5
   * @return a changed copy
   */
  public OutlierDetection latencyMinimumHosts(int servers) {
    return with(LATENCY_MINIMUM_HOSTS, servers);
  }

  /**
   * How many answers in an interval are enough for a server's latency.
   *
   * @param answers from 1 on; default 100
   * @return a changed copy
   */
  public OutlierDetection latencyRequestVolume(int answers) {
    return with(LATENCY_REQUEST_VOLUME, answers);
  }

  /** Called by Fairlead, for each server. */
  @Override
  public AutoCloseable watch(Watched server) {
    OutlierGroup group = server.shared(() -> new OutlierGroup(server.loop(), this));
    return new OutlierHost(server, this, group);
  }

  Classifier classifier() {
    return classifier;
  }

  long get(OutlierSetting setting) {
    return settings.getOrDefault(setting, setting.initial());
  }

  boolean is(OutlierSetting setting) {
    return get(setting) != 0;
  }

  int enforcing(OutlierRule rule) {
    return enforcing.getOrDefault(rule, rule.enforcing());
  }

  private OutlierDetection with(OutlierSetting setting, int value) {
    return with(setting, setting.checked(value));
  }

  private OutlierDetection with(OutlierSetting setting, Duration value) {
    return with(setting, setting.checked(Objects.requireNonNull(value, "time")));
  }

  private OutlierDetection with(OutlierSetting setting, long checked) {
    Map<OutlierSetting, Long> changed = new EnumMap<>(OutlierSetting.class);
    changed.putAll(settings);
    changed.put(setting, checked);
    return new OutlierDetection(changed, enforcing, classifier);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OutlierDetection that
        && settings.equals(that.settings)
        && enforcing.equals(that.enforcing)
        && classifier.equals(that.classifier);
  }

  @Override
  public int hashCode() {
    return Objects.hash(settings, enforcing, classifier);
  }

  /** {@return for example {@code outlier detection of server errors, consecutive5xx 3}: what was set} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("outlier detection of ").append(classifier);
    settings.forEach((setting, value) -> text.append(", ").append(setting.text(value)));
    enforcing.forEach((rule, percent) ->
        text.append(", ").append(rule).append(' ').append(percent).append(" %"));
    return text.toString();
  }
}
