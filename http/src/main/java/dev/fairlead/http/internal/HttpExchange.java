package dev.fairlead.http.internal;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Outcome;
import dev.fairlead.config.Retries;
import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Lease;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Refusal;
import dev.fairlead.spi.Upstream;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Termination;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its head to the last byte of its response: asks for a slot, sends the request, passes
 * the response back, tries again where {@link RetryRule} allows it. Knows neither balancing nor pooling,
 * nor what carries it on either side. It ends once, in {@link #end}. On its event loop only.
 */
final class HttpExchange implements Acquire, Attempt.Owner {
  private enum State {
    HEAD,
    QUEUED,
    PAUSED,
    CONNECTING,
    SENT,
    RESPONDING,
    UPGRADED,
    TUNNEL,
    ENDED
  }

  private final ClientStream client;
  private final HttpLoop home;
  private final RequestHead head;
  private final long number;
  private final boolean firstOfSession;
  private final Tally tally;
  private State state = State.HEAD;
  private Upstream.@Nullable Waiting waiting;
  private @Nullable Lease lease;
  private @Nullable Attempt attempt;
  private final Tries tries;
  private final RequestFlow flow;
  private @Nullable LoopTimer pause;
  private boolean responseBlocked;

  HttpExchange(
      ClientStream client, RequestHead head, long number, long arrived, boolean firstOfSession) {
    this.client = client;
    this.home = client.home();
    this.head = head;
    this.number = number;
    this.firstOfSession = firstOfSession;
    this.tally = new Tally(home, arrived, client.response().written());
    this.tries = new Tries(home);
    this.flow = new RequestFlow(client, retries().replayBytes());
    home.counting().add(Counter.REQUESTS, 1);
    tally.opened(client, number);
  }

  /** The head is complete and valid. */
  void begin() {
    tally.headComplete();
    tally.received(head.length());
    if (head.body() == Body.NONE) {
      flow.end(null);
    }
    acquire();
    watchClient();
  }

  private void acquire() {
    state = State.QUEUED;
    Upstream.Waiting place = home.upstream().acquire(this);
    if (place != null) { // null: answered, and by now it may wait for another server
      waiting = place;
    }
  }

  @Override
  public void granted(Lease granted) {
    waiting = null;
    lease = granted;
    tally.granted(granted);
    if (tries.failedOn(granted.server())) {
      // Nobody else was free: the server gets a moment to come back.
      pause();
    } else {
      connect(mayReuse());
    }
    settle();
  }

  @Override
  public void refused(Refusal why) {
    waiting = null;
    reject(Rejection.of(why));
    settle();
  }

  private void connect(boolean mayReuse) {
    Lease granted = lease;
    if (granted != null) {
      state = State.CONNECTING;
      Attempt next = new Attempt(this, home, granted);
      attempt = next;
      next.start(mayReuse);
    }
  }

  private boolean mayReuse() {
    return !firstOfSession || (idempotent() && fitsReplay());
  }

  private boolean fitsReplay() {
    return head.body() == Body.NONE
        || (head.bodyLength() >= 0 && head.bodyLength() <= retries().replayBytes());
  }

  private boolean idempotent() {
    return retries().idempotentMethods().contains(head.method());
  }

  private Retries retries() {
    return home.settings().backend().retries();
  }

  private void pause() {
    state = State.PAUSED;
    LoopTimer timer = pause;
    if (timer == null) {
      timer = new LoopTimer(home.loop(), this::resume);
      pause = timer;
    }
    timer.set(home.settings().turnAroundNanos());
  }

  private void resume() {
    connect(false);
    settle();
  }

  @Override
  public void ready() {
    Attempt a = attempt;
    Lease l = lease;
    if (a != null && l != null) {
      state = State.SENT;
      l.counting().add(Counter.REQUESTS, 1);
      a.send(head, client.forwarded(head));
      pump();
    }
  }

  /** A part of the request's body came; it is taken over. */
  void requestData(ByteBuf data) {
    tally.received(data.readableBytes());
    if (state == State.ENDED) {
      data.release();
      return;
    }
    flow.add(data);
    pump();
  }

  /** The request has ended. */
  void requestEnd(@Nullable Fields trailers) {
    flow.end(trailers);
    pump();
  }

  private void pump() {
    Attempt a = attempt;
    flow.pump(a != null && a.begun() && state != State.ENDED ? a : null);
    watchClient();
  }

  private void watchClient() {
    if (state != State.ENDED) {
      client.waitForClient(flow.awaited() || responseBlocked);
    }
  }

  @Override
  public void writable() {
    pump();
    if (!client.reading()) {
      flushServer();
    }
  }

  @Override
  public void interim(ResponseHead response) {
    if (head.http11()) {
      client.response().interim(response);
    }
  }

  @Override
  public void head(ResponseHead response) {
    Attempt a = attempt;
    if (a == null) {
      return;
    }
    if (response.status() == 101) {
      upgrade(a, response);
      return;
    }
    Failure failure = Failure.ofStatus(response.status());
    if (failure != null && tries.unwanted(failure)) {
      RetryRule.Next next = next(a, failure);
      if (next != RetryRule.Next.GIVE_UP) {
        a.cancel();
        a.kind(Outcome.Kind.COMPLETED);
        retry(a, next);
        return;
      }
    }
    started(State.RESPONDING, response.status());
    client.response().begin(response, !flow.ended() || home.draining());
  }

  private void upgrade(Attempt a, ResponseHead response) {
    if (home.settings().upgrades().accepted(head, response)) {
      started(State.UPGRADED, 101);
      client.response().interim(response);
    } else {
      a.cancel();
      a.failed(Failure.MALFORMED);
    }
  }

  private void started(State next, int status) {
    state = next;
    tally.answered(status);
    flow.commit();
  }

  @Override
  public void data(ByteBuf data) {
    client.response().data(data);
    if (!responseBlocked && !client.response().writable()) {
      blocked(true);
    }
  }

  /** The client's connection takes more again. */
  void clientWritable() {
    if (responseBlocked && client.response().writable()) {
      blocked(false);
    }
  }

  private void blocked(boolean now) {
    responseBlocked = now;
    if (attempt != null) {
      attempt.pause(now);
    }
    watchClient();
  }

  @Override
  public void complete(@Nullable Fields responseTrailers) {
    client.response().end(responseTrailers);
    end(Termination.NORMAL, false);
  }

  @Override
  public void failed(Failure failure) {
    Attempt a = attempt;
    if (a == null || state == State.ENDED) {
      return;
    }
    if (responseStarted()) {
      end(Ends.of(failure), true);
      return;
    }
    RetryRule.Next next = next(a, failure);
    if (next == RetryRule.Next.GIVE_UP) {
      reject(Rejection.of(failure));
    } else {
      retry(a, next);
    }
  }

  private RetryRule.Next next(Attempt a, Failure failure) {
    return tries.next(this, a, failure, responseStarted(), idempotent(), flow.replayable());
  }

  private boolean responseStarted() {
    return state == State.RESPONDING || state == State.UPGRADED || state == State.TUNNEL;
  }

  private void retry(Attempt a, RetryRule.Next next) {
    flow.rewind();
    switch (next) {
      case SAME_FRESH -> connect(false);
      case SAME_LATER -> pause();
      default -> {
        Lease before = a.lease();
        lease = null;
        before.release(a);
        acquire();
      }
    }
  }

  /** Answers in place of a server, or cuts off what has begun. */
  void reject(Rejection rejection) {
    if (state == State.ENDED) {
      return;
    }
    if (responseStarted()) {
      boolean internal = rejection.termination().cause() == Termination.Cause.INTERNAL;
      end(internal ? Ends.INTERNAL_IN_DATA : Ends.BAD_DATA, true);
    } else {
      if (state == State.HEAD) {
        tally.received(head.length());
        if (head.hasLine()) {
          tally.headComplete();
        }
      }
      tally.rejected(rejection);
      client.response().answer(rejection, !flow.ended() || home.draining());
      end(rejection.termination(), false);
    }
  }

  @Override
  public void revoked(Lease wanted) {
    if (wanted != lease) {
      return;
    }
    if (responseStarted()) {
      end(Ends.KILLED_IN_DATA, true);
    } else {
      reject(Rejection.SERVER_REMOVED);
    }
    settle();
  }

  /** The client sent nothing of its body, or took nothing of its response, for too long. */
  void clientTimedOut() {
    if (responseStarted()) {
      end(Ends.CLIENT_SLOW_IN_DATA, true);
    } else {
      reject(Rejection.BODY_TIMEOUT);
    }
  }

  /**
   * The client will send no more, but its request is whole.
   *
   * @return whether that is taken for leaving: while it still waits for a slot, or by option
   */
  boolean clientEnded() {
    return state == State.QUEUED || home.settings().abortOnClose();
  }

  /** The client has left. */
  void clientLeft() {
    Termination how = switch (state) {
      case HEAD -> Ends.CLIENT_IN_REQUEST;
      case QUEUED -> Ends.CLIENT_IN_QUEUE;
      case PAUSED, CONNECTING -> Ends.CLIENT_IN_CONNECT;
      case SENT -> Ends.CLIENT_IN_HEADERS;
      default -> Ends.CLIENT_IN_DATA;
    };
    end(how, true);
  }

  /** The tunnel that it had become has ended. */
  void tunnelEnded(Termination how, long fromClient, long fromServer) {
    tally.tunnelled(fromClient, fromServer);
    end(how, false);
  }

  /** The one place where an exchange ends. */
  private void end(Termination how, boolean broken) {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    if (pause != null) {
      pause.close();
    }
    flow.release();
    Upstream.Waiting place = waiting;
    waiting = null;
    if (place != null) {
      place.cancel();
    }
    Attempt a = attempt;
    Lease l = lease;
    lease = null;
    if (a != null && l != null) {
      finish(a, how);
      tally.count(l, a, client.response().written(), how);
      l.release(a);
    } else {
      tally.count(null, a, client.response().written(), how);
    }
    tally.closed(client, number, head, l, a, tries.further(), how);
    client.over(how, broken);
  }

  private static void finish(Attempt a, Termination how) {
    a.cancel();
    if (a.kind() == Outcome.Kind.CANCELLED) {
      switch (how.cause()) {
        case CLIENT, CLIENT_TIMEOUT -> a.kind(Outcome.Kind.CLIENT_ABORT);
        case NONE -> a.kind(Outcome.Kind.COMPLETED);
        case SERVER -> a.kind(Outcome.Kind.RESET);
        case SERVER_TIMEOUT -> a.kind(Outcome.Kind.TIMEOUT);
        default -> {}
      }
    }
  }

  @Override
  public void settle() {
    if (client.reading()) {
      return;
    }
    Attempt a = attempt;
    if (state == State.UPGRADED && a != null) {
      state = State.TUNNEL;
      client.tunnel(a.handOver());
      return;
    }
    client.flush();
    flushServer();
  }

  private void flushServer() {
    if (attempt != null && state != State.ENDED) {
      attempt.flush();
    }
  }

  @Override
  public EventLoop loop() {
    return home.loop();
  }

  @Override
  public long arrivedNanos() {
    return tally.arrived();
  }

  @Override
  public SocketAddress client() {
    return client.address();
  }

  @Override
  public boolean tried(Candidate candidate) {
    return tries.failedOn(candidate);
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
    return type.isInstance(head) ? type.cast(head) : null;
  }
}
