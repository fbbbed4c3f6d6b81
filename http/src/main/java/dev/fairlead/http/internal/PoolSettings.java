package dev.fairlead.http.internal;

/**
 * How connections to servers are kept and lent. Immutable.
 *
 * @param shared whether a connection serves more than one client
 * @param first what a first request may use that cannot be sent a second time
 * @param idleNanos how long an idle connection is kept
 * @param maxIdle how many idle connections are kept for each server
 * @param maxAgeNanos how old a connection may be to be lent
 * @param maxRequests how many requests a connection carries
 * @param maxStreams how many streams are open at once on a connection that carries many
 * @param early how many idle connections are kept ready for each server
 * @param pingIntervalNanos after which silence the server of a connection that carries many is pinged;
 *     {@link Long#MAX_VALUE} for never
 * @param pingTimeoutNanos how long it may be silent then
 */
public record PoolSettings(
    boolean shared,
    Idle first,
    long idleNanos,
    int maxIdle,
    long maxAgeNanos,
    int maxRequests,
    int maxStreams,
    int early,
    long pingIntervalNanos,
    long pingTimeoutNanos) {

  /** {@return whether servers are pinged} */
  boolean pings() {
    return pingIntervalNanos != Long.MAX_VALUE;
  }

  /** Which idle connections will do, of those that carry one request at a time. */
  public enum Idle {
    /** None: their servers may just be closing them. */
    NONE,
    /** Those that have carried a further request before. */
    PROVEN,
    /** All. */
    ANY
  }
}
