package dev.fairlead.http.internal;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.KeySink;
import dev.fairlead.balance.Outcome;
import dev.fairlead.config.Retries;
import dev.fairlead.http.internal.PoolSettings.Idle;
import dev.fairlead.http.internal.RetryRule.Next;
import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Lease;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Refusal;
import dev.fairlead.spi.Tried;
import dev.fairlead.spi.Upstream;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Termination;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One request's way to a server: asks for a slot, makes an attempt, and another one where {@link
 * RetryRule} allows it. Holds at most one lease at a time. On its event loop only.
 */
final class Tries implements Acquire {
  private final HttpExchange exchange;
  private final HttpLoop home;
  private final HttpRoute route;
  private final ClientStream client;
  private final RequestHead head;
  private final Tally tally;
  private final boolean firstOfSession;
  private final Tried tried = new Tried();
  private Upstream.@Nullable Waiting waiting;
  private @Nullable Lease lease;
  private @Nullable Attempt attempt;
  private @Nullable LoopTimer pause;
  private int further;
  private boolean freshTried;
  private boolean queued;
  private long askedAt;

  /**
   * A request that has not asked yet.
   *
   * @param firstOfSession whether its client's connection carried none before
   */
  Tries(
      HttpExchange exchange,
      ClientStream client,
      HttpRoute route,
      RequestHead head,
      Tally tally,
      boolean firstOfSession) {
    this.exchange = exchange;
    this.home = client.home();
    this.route = route;
    this.client = client;
    this.head = head;
    this.tally = tally;
    this.firstOfSession = firstOfSession;
  }

  /** Asks for a slot; all that follows may come before this returns. */
  void acquire() {
    queued = true;
    askedAt = home.now();
    Upstream.Waiting place = route.upstream().acquire(this);
    if (place != null) { // null: answered, and by now it may wait for another server
      waiting = place;
    }
  }

  /** {@return whether it waits for a slot} */
  boolean queued() {
    return queued;
  }

  /** {@return the attempt that is under way, or the last one} */
  @Nullable
  Attempt attempt() {
    return attempt;
  }

  /** {@return how many further attempts were made} */
  int further() {
    return further;
  }

  @Override
  public void granted(Lease granted) {
    waiting = null;
    queued = false;
    lease = granted;
    attempt = null;
    tally.granted(granted);
    if (tried.contains(granted.server())) {
      pause(); // nobody else was free: the server gets a moment to come back
    } else {
      connect(granted, idle());
    }
    exchange.settle();
  }

  @Override
  public void refused(Refusal why) {
    leaveQueue();
    queued = false;
    exchange.reject(Rejection.of(why));
    exchange.settle();
  }

  /** The wait ends without a slot: its time belongs into the log, too. */
  private void leaveQueue() {
    if (waiting != null) {
      waiting = null;
      tally.waited(home.now() - askedAt);
    }
  }

  @Override
  public void revoked(Lease wanted, Termination.Cause why) {
    if (wanted == lease) {
      exchange.revoked(why);
      exchange.settle();
    }
  }

  private void connect(Lease to, Idle idle) {
    Attempt next = new Attempt(exchange, route, to, this);
    attempt = next;
    next.start(idle, Carrier.of(route, to, head));
  }

  /** Which idle connections will do, see {@code Reuse}. */
  private Idle idle() {
    return firstOfSession && !resendable() ? route.pool().settings().first() : Idle.ANY;
  }

  /** Whether it is sent again where an idle connection turns out to be closed. */
  private boolean resendable() {
    boolean fits = head.body() == Body.NONE
        || (head.bodyLength() >= 0 && head.bodyLength() <= rule().replayBytes());
    return fits && idempotent() && further < rule().max();
  }

  private boolean idempotent() {
    return rule().idempotentMethods().contains(head.method());
  }

  private Retries rule() {
    return route.retries();
  }

  private void pause() {
    LoopTimer timer = pause;
    if (timer == null) {
      timer = new LoopTimer(home.loop(), this::resume);
      pause = timer;
    }
    timer.set(route.turnAroundNanos());
  }

  private void resume() {
    if (lease != null) {
      connect(lease, Idle.NONE);
      exchange.settle();
    }
  }

  /** {@return whether a response with this failure's status is one after which another is wanted} */
  boolean unwanted(Failure status) {
    return status.on() != null && rule().retryOn().contains(status.on());
  }

  /**
   * The attempt has failed: decides what comes next, and counts it.
   *
   * @param failed the attempt
   * @param failure how it failed
   * @param responseStarted whether the client has got a part of the response
   * @param replayable whether all of the request's body is still at hand
   * @return what comes next, to be done by {@link #go}
   */
  Next next(Attempt failed, Failure failure, boolean responseStarted, boolean replayable) {
    tried.add(failed.lease().server());
    Next next = RetryRule.decide(
        new RetryRule.Facts(
            failure,
            responseStarted,
            failed.reusedAndSilent(),
            idempotent(),
            replayable,
            preferred() != null,
            route.upstream().anotherUsable(this),
            further,
            freshTried),
        rule());
    if (next != Next.GIVE_UP) {
      further++;
      count(failed, next);
    }
    return next;
  }

  private void count(Attempt failed, Next next) {
    Lease from = failed.lease();
    Counter counter = next == Next.ELSEWHERE ? Counter.REDISPATCHES : Counter.RETRIES;
    from.counting().add(counter, 1);
    if (next == Next.SAME_FRESH) {
      freshTried = true; // a server may close an idle connection: that is no failure of its
    } else if (failed.status() > 0) {
      from.counting().add(Counter.ofStatus(failed.status()), 1);
    } else if (failed.begun() && failed.kind() != Outcome.Kind.CONNECT_FAILED) {
      from.counting().add(Counter.RESPONSE_ERRORS, 1);
    } else {
      from.counting().add(Counter.CONNECT_ERRORS, 1);
    }
  }

  /** Does what was decided. */
  void go(Attempt failed, Next next) {
    Lease from = failed.lease();
    switch (next) {
      case SAME_FRESH -> connect(from, Idle.NONE);
      case SAME_LATER -> pause();
      case ELSEWHERE -> {
        lease = null;
        from.release(failed);
        acquire();
      }
      case GIVE_UP -> throw new IllegalArgumentException("giving up is the exchange's");
    }
  }

  /** It is over: cancels what is under way, gives back what is held, and counts. Once. */
  void end(Termination how) {
    Upstream.Waiting place = waiting;
    if (place != null) {
      leaveQueue();
      place.cancel();
    }
    if (pause != null) {
      pause.close();
    }
    Lease held = lease;
    lease = null;
    Attempt last = attempt;
    if (last != null && held != null) {
      last.cancel();
      last.endedWith(how);
    }
    tally.count(held, last, client.response().written(), how);
    tally.load(held);
    if (held != null) {
      held.release(last == null ? new Attempt(exchange, route, held, this) : last);
    }
  }

  @Override
  public EventLoop loop() {
    return home.loop();
  }

  @Override
  public Connection connection() {
    return client.connection();
  }

  @Override
  public @Nullable String host() {
    String authority = head.authority();
    if (authority == null) {
      return null;
    }
    int port = authority.lastIndexOf(':');
    return port > authority.lastIndexOf(']') ? authority.substring(0, port) : authority;
  }

  @Override
  public long arrivedNanos() {
    return tally.arrived();
  }

  @Override
  public SocketAddress client() {
    return client.connection().client();
  }

  @Override
  public void writeClient(KeySink sink) {
    client.connection().writeClient(sink);
  }

  @Override
  public @Nullable SocketAddress destination() {
    return client.connection().destination();
  }

  @Override
  public void writeDestination(KeySink sink) {
    client.connection().writeDestination(sink);
  }

  @Override
  public boolean tried(Candidate candidate) {
    return tried.contains(candidate);
  }

  @Override
  public long nanoTime() {
    return home.now();
  }

  @Override
  public RandomGenerator random() {
    return home.random();
  }

  @Override
  public <T> @Nullable T request(Class<T> type) {
    if (type.isInstance(head)) {
      return type.cast(head);
    }
    return type.isInstance(client.connection()) ? type.cast(client.connection()) : null;
  }
}
