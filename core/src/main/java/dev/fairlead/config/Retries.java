package dev.fairlead.config;

import dev.fairlead.spi.Check;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a failed attempt is followed by another (HAProxy: {@code retries}, {@code option redispatch},
 * {@code retry-on}). What was never sent may always be tried again; what was sent, only when the request
 * is idempotent, its body is still at hand, and the failure is one of {@link #retryOn()}. Nothing is
 * tried again once the response has begun. Immutable.
 *
 * @param max how many further attempts there may be; default 3
 * @param redispatchInterval for requests bound to a server: every how many-th further attempt goes
 *     elsewhere; -1 (the default): the last one; 0: none
 * @param retryOn failures after something was sent that allow another attempt
 * @param idempotentMethods HTTP methods whose requests may be sent twice
 * @param replayBytes how many bytes of a request's body are kept for another attempt; default 64 KiB
 */
public record Retries(
    int max,
    int redispatchInterval,
    Set<On> retryOn,
    Set<String> idempotentMethods,
    int replayBytes) {

  private static final Retries DEFAULT = new Retries(
      3,
      -1,
      EnumSet.of(On.EMPTY_RESPONSE, On.RESET, On.MALFORMED_RESPONSE),
      Set.of("GET", "HEAD", "OPTIONS"),
      64 * 1024);

  /**
   * Checks the ranges and copies the sets.
   *
   * @param max how many further attempts there may be
   * @param redispatchInterval every how many-th further attempt of a bound request goes elsewhere
   * @param retryOn failures after something was sent that allow another attempt
   * @param idempotentMethods HTTP methods whose requests may be sent twice
   * @param replayBytes how many bytes of a request's body are kept for another attempt
   */
  public Retries {
    Check.range("retries", max, 0, 100);
    Check.range("redispatchInterval", redispatchInterval, -100, 100);
    Check.range("replayBytes", replayBytes, 0, 16 * 1024 * 1024);
    retryOn = Set.copyOf(retryOn);
    idempotentMethods = Set.copyOf(idempotentMethods);
  }

  /**
   * The defaults with another number of attempts.
   *
   * @param max how many further attempts there may be, 0..100
   * @return the rule
   */
  public static Retries of(int max) {
    return DEFAULT.max(max);
  }

  /** {@return no further attempts at all} */
  public static Retries none() {
    return DEFAULT.max(0);
  }

  /** {@return three further attempts; after an empty, reset or malformed response when idempotent} */
  public static Retries defaults() {
    return DEFAULT;
  }

  /**
   * Another number of attempts.
   *
   * @param attempts how many further attempts there may be, 0..100
   * @return a changed copy
   */
  public Retries max(int attempts) {
    return new Retries(attempts, redispatchInterval, retryOn, idempotentMethods, replayBytes);
  }

  /**
   * Another interval of redispatch.
   *
   * @param interval every how many-th further attempt goes elsewhere although the request is bound to
   *     its server; negative: only that one, counted from the last, which is -1; 0: none
   * @return a changed copy
   */
  public Retries redispatch(int interval) {
    return new Retries(max, interval, retryOn, idempotentMethods, replayBytes);
  }

  /**
   * Other failures after which a sent request may be sent again.
   *
   * @param failures all of them; the defaults are replaced
   * @return a changed copy
   */
  public Retries on(On... failures) {
    return new Retries(max, redispatchInterval, Set.of(failures), idempotentMethods, replayBytes);
  }

  /**
   * Other methods whose requests may be sent twice.
   *
   * @param methods all of them; the defaults (GET, HEAD, OPTIONS) are replaced
   * @return a changed copy
   */
  public Retries idempotent(String... methods) {
    return new Retries(max, redispatchInterval, retryOn, Set.of(methods), replayBytes);
  }

  /**
   * Another size of what is kept of a body.
   *
   * @param bytes 0 to 16 MiB
   * @return a changed copy
   */
  public Retries replay(int bytes) {
    return new Retries(max, redispatchInterval, retryOn, idempotentMethods, bytes);
  }

  /**
   * Whether a further attempt of a bound request goes elsewhere.
   *
   * @param attempt the number of the further attempt, from 1
   * @return true when it does
   */
  public boolean redispatches(int attempt) {
    if (redispatchInterval == 0) {
      return false;
    }
    return redispatchInterval > 0
        ? attempt % redispatchInterval == 0
        : attempt == max + 1 + redispatchInterval;
  }

  /** {@return the rule in a few words, in one order} */
  @Override
  public String toString() {
    return "%d on %s for %s"
        .formatted(max, new TreeSet<>(retryOn), new TreeSet<>(idempotentMethods));
  }

  /** A failure after something was sent, and before the response began. */
  public enum On {
    /** The connection closed without a byte of response (HAProxy: empty-response). */
    EMPTY_RESPONSE,
    /** The connection was reset. */
    RESET,
    /** The response is malformed (HAProxy: junk-response). */
    MALFORMED_RESPONSE,
    /** The server did not answer in time (HAProxy: response-timeout). */
    RESPONSE_TIMEOUT,
    /** The response has status 500. */
    STATUS_500,
    /** The response has status 502. */
    STATUS_502,
    /** The response has status 503. */
    STATUS_503,
    /** The response has status 504. */
    STATUS_504
  }
}
