package dev.fairlead.health;

/** By what a server is found to be an outlier: see {@link OutlierDetection}. */
public enum OutlierRule {
  /** So many errors in a row. Enforced by default. */
  CONSECUTIVE_5XX("consecutive 5xx", 100),
  /** So many 502, 503, 504 or local failures in a row. Not enforced by default. */
  CONSECUTIVE_GATEWAY_FAILURE("consecutive gateway failure", 0),
  /**
   * So many failures to reach the server in a row; counted only where local errors are kept apart. Enforced
   * by default.
   */
  CONSECUTIVE_LOCAL_ORIGIN_FAILURE("consecutive local origin failure", 100),
  /** A success rate far below that of the others. Enforced by default. */
  SUCCESS_RATE("success rate", 100),
  /**
   * The same of reaching the server at all; counted only where local errors are kept apart. Enforced by
   * default.
   */
  SUCCESS_RATE_LOCAL_ORIGIN("success rate local origin", 100),
  /** Too great a part of requests failed, whatever the others do. Not enforced by default. */
  FAILURE_PERCENTAGE("failure percentage", 0),
  /**
   * The same of reaching the server at all; counted only where local errors are kept apart. Not enforced by
   * default.
   */
  FAILURE_PERCENTAGE_LOCAL_ORIGIN("failure percentage local origin", 0),
  /** Answers that take far longer than those of the others; not in Envoy. Not enforced by default. */
  LATENCY("latency", 0);

  private final String text;
  private final int enforcing;

  OutlierRule(String text, int enforcing) {
    this.text = text;
    this.enforcing = enforcing;
  }

  /** By default, in percent. */
  int enforcing() {
    return enforcing;
  }

  /** {@return its name, for people} */
  @Override
  public String toString() {
    return text;
  }
}
