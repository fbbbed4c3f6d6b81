package dev.fairlead.http.internal;

import dev.fairlead.balance.Candidate;
import dev.fairlead.config.Retries;
import dev.fairlead.http.internal.RetryRule.Next;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Lease;
import dev.fairlead.spi.Tried;
import dev.fairlead.status.Counter;

/** What one request has tried so far, and what it may try next. On one event loop only. */
final class Tries {
  private final HttpLoop home;
  private final Tried tried = new Tried();
  private int further;
  private boolean freshTried;

  Tries(HttpLoop home) {
    this.home = home;
  }

  boolean failedOn(Candidate server) {
    return tried.contains(server);
  }

  int further() {
    return further;
  }

  private Retries rule() {
    return home.settings().backend().retries();
  }

  /** {@return whether a response with this failure's status is one after which another is wanted} */
  boolean unwanted(Failure status) {
    return status.on() != null && rule().retryOn().contains(status.on());
  }

  /**
   * An attempt has failed: decides what comes next, and counts it.
   *
   * @param request whose attempt it was
   * @param attempt the attempt
   * @param failure how it failed
   * @param responseStarted whether the client has got a part of the response
   * @param idempotent whether the request may be sent twice
   * @param replayable whether all of its body is still at hand
   * @return what comes next
   */
  Next next(
      Acquire request,
      Attempt attempt,
      Failure failure,
      boolean responseStarted,
      boolean idempotent,
      boolean replayable) {
    tried.add(attempt.lease().server());
    Next next = RetryRule.decide(
        new RetryRule.Facts(
            failure,
            responseStarted,
            attempt.reusedAndSilent(),
            idempotent,
            replayable,
            request.preferred() != null,
            home.upstream().anotherUsable(request),
            further,
            freshTried),
        rule());
    if (next != Next.GIVE_UP) {
      further++;
      count(attempt, next);
    }
    return next;
  }

  private void count(Attempt attempt, Next next) {
    Lease lease = attempt.lease();
    Counter counter = next == Next.ELSEWHERE ? Counter.REDISPATCHES : Counter.RETRIES;
    lease.counting().add(counter, 1);
    if (next == Next.SAME_FRESH) {
      freshTried = true; // a server may close an idle connection: that is no failure of its
    } else if (attempt.status() > 0) {
      lease.counting().add(Counter.ofStatus(attempt.status()), 1);
    } else if (attempt.begun()) {
      lease.counting().add(Counter.RESPONSE_ERRORS, 1);
    } else {
      lease.counting().add(Counter.CONNECT_ERRORS, 1);
    }
  }
}
