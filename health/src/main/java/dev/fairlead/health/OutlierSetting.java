package dev.fairlead.health;

import dev.fairlead.spi.Check;
import java.time.Duration;

/** The numbers of {@link OutlierDetection}, with Envoy's defaults. Times are in nanoseconds. */
enum OutlierSetting {
  CONSECUTIVE_5XX("consecutive5xx", 5, 1, Integer.MAX_VALUE),
  CONSECUTIVE_GATEWAY_FAILURE("consecutiveGatewayFailure", 5, 1, Integer.MAX_VALUE),
  CONSECUTIVE_LOCAL_ORIGIN_FAILURE("consecutiveLocalOriginFailure", 5, 1, Integer.MAX_VALUE),
  SPLIT_ERRORS("splitExternalLocalOriginErrors", 0, 0, 1),

  INTERVAL("interval", Duration.ofSeconds(10)),
  BASE_EJECTION_TIME("baseEjectionTime", Duration.ofSeconds(30)),
  MAX_EJECTION_TIME("maxEjectionTime", Duration.ofMinutes(5)),
  MAX_EJECTION_TIME_JITTER("maxEjectionTimeJitter", Duration.ZERO),
  MAX_EJECTION_PERCENT("maxEjectionPercent", 10, 0, 100),
  ALWAYS_EJECT_ONE_HOST("alwaysEjectOneHost", 1, 0, 1),
  CHECK_UNEJECTS("successfulActiveHealthCheckUnejectHost", 1, 0, 1),

  SUCCESS_RATE_MINIMUM_HOSTS("successRateMinimumHosts", 5, 1, Integer.MAX_VALUE),
  SUCCESS_RATE_REQUEST_VOLUME("successRateRequestVolume", 100, 1, Integer.MAX_VALUE),
  SUCCESS_RATE_STDEV_FACTOR("successRateStdevFactor", 1900, 0, Integer.MAX_VALUE),

  FAILURE_PERCENTAGE_THRESHOLD("failurePercentageThreshold", 85, 1, 100),
  FAILURE_PERCENTAGE_MINIMUM_HOSTS("failurePercentageMinimumHosts", 5, 1, Integer.MAX_VALUE),
  FAILURE_PERCENTAGE_REQUEST_VOLUME("failurePercentageRequestVolume", 50, 1, Integer.MAX_VALUE),

  LATENCY_FACTOR("latencyFactor", 3000, 1001, Integer.MAX_VALUE),
  LATENCY_MINIMUM_EXCESS("latencyMinimumExcess", Duration.ofMillis(10)),
  LATENCY_MINIMUM_HOSTS("latencyMinimumHosts", 5, 2, Integer.MAX_VALUE),
  LATENCY_REQUEST_VOLUME("latencyRequestVolume", 100, 1, Integer.MAX_VALUE);

  private final String text;
  private final boolean time;
  private final long initial;
  private final int min;
  private final int max;

  OutlierSetting(String text, int initial, int min, int max) {
    this.text = text;
    this.time = false;
    this.initial = initial;
    this.min = min;
    this.max = max;
  }

  OutlierSetting(String text, Duration initial) {
    this.text = text;
    this.time = true;
    this.initial = initial.toNanos();
    this.min = 0;
    this.max = 0;
  }

  /** By default. */
  long initial() {
    return initial;
  }

  long checked(int value) {
    return Check.range(text, value, min, max);
  }

  /** A time may be zero only where that is the default. */
  long checked(Duration value) {
    return initial == 0 && value.isZero() ? 0 : Check.positive(text, value).toNanos();
  }

  String text(long value) {
    if (time) {
      return text + " " + Rhythm.text(Duration.ofNanos(value));
    }
    return text + " " + (max == 1 ? Boolean.toString(value == 1) : Long.toString(value));
  }
}
