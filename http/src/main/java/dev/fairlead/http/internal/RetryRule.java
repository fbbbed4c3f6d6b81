package dev.fairlead.http.internal;

import dev.fairlead.config.Retries;

/**
 * Whether a failed attempt is followed by another, and where: a pure function over facts, asked in one
 * place.
 */
final class RetryRule {
  /** What comes next. */
  enum Next {
    /** Nothing: the client learns of the failure. */
    GIVE_UP,
    /** Another server at once; the lease is given back. */
    ELSEWHERE,
    /** The same server after a pause; the lease is kept. */
    SAME_LATER,
    /** The same server at once, on a fresh connection; the lease is kept. */
    SAME_FRESH
  }

  /**
   * What is known when an attempt has failed.
   *
   * @param failure how
   * @param responseStarted whether the client has got a part of the response
   * @param reusedAndSilent whether it was a reused connection that closed without a byte of an answer
   * @param idempotent whether the request may be sent twice
   * @param replayable whether all of its body is still at hand
   * @param bound whether the request is bound to its server
   * @param otherUsable whether some other server could take it now
   * @param further how many further attempts have been made
   * @param freshTried whether one of them was {@link Next#SAME_FRESH}
   */
  record Facts(
      Failure failure,
      boolean responseStarted,
      boolean reusedAndSilent,
      boolean idempotent,
      boolean replayable,
      boolean bound,
      boolean otherUsable,
      int further,
      boolean freshTried) {}

  private RetryRule() {}

  static Next decide(Facts facts, Retries rule) {
    if (facts.responseStarted()
        || facts.further() >= rule.max()
        || facts.failure() == Failure.INTERNAL) {
      return Next.GIVE_UP;
    }
    if (facts.failure().nothingSent()
        || (facts.failure() == Failure.REFUSED && facts.replayable())) {
      return elsewhere(facts, rule) ? Next.ELSEWHERE : Next.SAME_LATER;
    }
    if (facts.failure() == Failure.UNPROCESSED && facts.replayable()) {
      // RFC 9113 §8.7: it can be sent again whatever its method.
      return facts.freshTried()
          ? elsewhere(facts, rule) ? Next.ELSEWHERE : Next.SAME_LATER
          : Next.SAME_FRESH;
    }
    if (!facts.idempotent() || !facts.replayable()) {
      return Next.GIVE_UP;
    }
    boolean closed = facts.failure() == Failure.EMPTY || facts.failure() == Failure.RESET;
    if (closed && facts.reusedAndSilent() && !facts.freshTried()) {
      return Next.SAME_FRESH;
    }
    Retries.On on = facts.failure().on();
    if (on == null || !rule.retryOn().contains(on)) {
      return Next.GIVE_UP;
    }
    return elsewhere(facts, rule) ? Next.ELSEWHERE : Next.SAME_LATER;
  }

  private static boolean elsewhere(Facts facts, Retries rule) {
    return facts.otherUsable() && (!facts.bound() || rule.redispatches(facts.further() + 1));
  }
}
