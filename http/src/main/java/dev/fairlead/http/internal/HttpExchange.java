package dev.fairlead.http.internal;

import dev.fairlead.balance.Outcome;
import dev.fairlead.http.internal.RetryRule.Next;
import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.http.internal.h2.ErrorCode;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Termination;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its head to the last byte of its response: has it tried on servers, passes the
 * request there and the response back. Knows neither balancing nor pooling, nor what carries it on either
 * side. It ends once, in {@link #end}. On its event loop only.
 */
final class HttpExchange implements Attempt.Owner {
  private enum State {
    /** Its head is not complete. */
    HEAD,
    /** It waits for a slot, or for a connection. */
    WAITING,
    /** It has been sent, or is being sent. */
    SENT,
    /** The response has begun. */
    RESPONDING,
    /** A 101 has been passed on. */
    UPGRADED,
    /** It is a tunnel. */
    TUNNEL,
    /** It is over. */
    ENDED
  }

  private final ClientStream client;
  private final HttpLoop home;
  private final HttpRoute route;
  private final RequestHead head;
  private final long number;
  private final Tally tally;
  private final Tries tries;
  private final RequestFlow flow;
  private @Nullable BodyRate rate;
  private State state = State.HEAD;
  private long bodyBytes;
  private boolean rateDecided;
  private boolean responseBlocked;
  private boolean serverEnded;
  private @Nullable LoopTimer rest;

  HttpExchange(
      ClientStream client,
      HttpRoute route,
      RequestHead head,
      long number,
      long arrived,
      boolean firstOfSession) {
    this.client = client;
    this.home = client.home();
    this.route = route;
    this.head = head;
    this.number = number;
    this.tally = new Tally(route, arrived, client.response().written());
    this.tries = new Tries(this, client, route, head, tally, firstOfSession);
    this.flow = new RequestFlow(client, route.retries().replayBytes());
    home.counting().add(Counter.REQUESTS, 1);
    tally.opened(client, number);
  }

  /** The head is complete and valid. */
  void begin() {
    if (head.bodyLength() > home.settings().bodies().most()) {
      reject(Rejection.CONTENT_TOO_LARGE);
      return;
    }
    UnusualNames names = home.settings().unusualNames();
    if (names != UnusualNames.PASS
        && head.unusualNames(names == UnusualNames.DROP)
        && names == UnusualNames.REJECT) {
      reject(Rejection.UNUSUAL_NAMES);
      return;
    }
    tally.headComplete();
    tally.received(head.length());
    home.stamps().on(head);
    if (head.body() == Body.NONE) {
      flow.end(null);
    }
    state = State.WAITING;
    tries.acquire();
    watchClient();
  }

  @Override
  public void ready(Attempt attempt) {
    state = State.SENT;
    attempt.lease().counting().add(Counter.REQUESTS, 1);
    attempt.send(head, client.forwarded(head));
    pump();
  }

  /** A part of the request's body came; it is taken over. */
  void requestData(ByteBuf data) {
    tally.received(data.readableBytes());
    if (state == State.ENDED) {
      data.release();
      return;
    }
    touch();
    if (state != State.TUNNEL) {
      bodyBytes += data.readableBytes();
    }
    if (bodyBytes > home.settings().bodies().most()) {
      data.release();
      reject(Rejection.BODY_TOO_LARGE);
      return;
    }
    flow.add(data);
    pump();
  }

  /** {@return how many bytes of the request's body have come} */
  long bodyBytes() {
    return bodyBytes;
  }

  /** The request has ended. */
  void requestEnd(@Nullable Fields trailers) {
    if (trailers != null) {
      head.dropHopByHop(trailers);
      if (home.settings().unusualNames() != UnusualNames.PASS) {
        trailers.unusualNames(true);
      }
    }
    flow.end(trailers);
    pump();
    tunnelMayEnd();
  }

  private void pump() {
    Attempt a = tries.attempt();
    flow.pump(a != null && a.begun() && !a.over() && state != State.ENDED ? a : null);
    watchClient();
  }

  private void watchClient() {
    if (state != State.ENDED && state != State.TUNNEL) {
      if (!responseBlocked) { // else only what the client takes renews its time
        client.waitForClient(flow.awaited());
      }
      if (rate != null) {
        rate.waits(flow.awaited() && !responseStarted());
      }
    }
  }

  /** A body that did not come at once has to come fast enough; a stream of gRPC may rest. */
  private void watchRate() {
    if (!rateDecided && !flow.ended() && home.settings().bodies().rate() > 0) {
      rateDecided = true;
      String type = head.header("content-type");
      if (type == null || !type.startsWith("application/grpc")) {
        rate = new BodyRate(this, home);
        watchClient();
      }
    }
  }

  @Override
  public void writable() {
    pump();
    tunnelMayEnd();
    if (!client.reading()) {
      flushServer();
    }
  }

  @Override
  public void interim(ResponseHead response) {
    if (head.http11() && !client.response().interim(response)) {
      mustNotLeave(tries.attempt());
    }
  }

  @Override
  public void head(Attempt attempt, ResponseHead response) {
    if (response.status() == 101 || (head.connect() && response.success())) {
      upgrade(attempt, response);
      return;
    }
    Failure failure = Failure.ofStatus(response.status());
    if (failure != null && tries.unwanted(failure)) {
      Next next = tries.next(attempt, failure, false, flow.replayable());
      if (next != Next.GIVE_UP) {
        attempt.cancel();
        attempt.kind(Outcome.Kind.COMPLETED);
        again(attempt, next);
        return;
      }
    }
    home.stamps().on(response);
    if (client.response().begin(response, !flow.ended() || home.draining())) {
      started(State.RESPONDING, response.status());
    } else {
      mustNotLeave(attempt);
    }
  }

  /** Its client could misunderstand the server's answer: it gets another one. */
  private void mustNotLeave(@Nullable Attempt attempt) {
    if (attempt != null) {
      attempt.cancel();
      attempt.failed(Failure.INTERNAL);
    }
  }

  private void upgrade(Attempt attempt, ResponseHead response) {
    boolean accepted = head.connect()
        || (home.settings().upgrades().accepted(head, response)
            && WebSocket.answered(head, response));
    if (accepted && client.response().interim(response)) {
      started(State.UPGRADED, response.status());
    } else if (accepted) {
      mustNotLeave(attempt);
    } else {
      attempt.cancel();
      attempt.failed(Failure.MALFORMED);
    }
  }

  private void started(State next, int status) {
    state = next;
    if (rate != null) {
      rate.waits(false); // the server may have all that it wants
    }
    tally.answered(status);
    flow.commit();
  }

  private boolean responseStarted() {
    return state == State.RESPONDING || state == State.UPGRADED || state == State.TUNNEL;
  }

  @Override
  public void data(ByteBuf data) {
    touch();
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
    Attempt a = tries.attempt();
    if (a != null) {
      a.pause(now);
    }
    if (now && state != State.TUNNEL) {
      client.waitForClient(true);
    } else {
      watchClient();
    }
  }

  /** {@return whether the client does not take its response} */
  boolean responseBlocked() {
    return responseBlocked;
  }

  private void openTunnel(Attempt through) {
    client.waitForClient(false);
    flow.reopen();
    rest = new LoopTimer(home.loop(), () -> end(Ends.CLIENT_SLOW_IN_DATA, true));
    touch();
    through.tunnel();
    client.tunnel();
    if (serverEnded) {
      client.response().end(null); // which came with its consent
    }
    pump();
  }

  /** There is life in the tunnel, if it is one. */
  private void touch() {
    LoopTimer timer = rest;
    if (timer != null) {
      boolean half = serverEnded || flow.ended();
      timer.set((half ? route.tunnelServerFin() : route.tunnelTimeout()).toNanos());
    }
  }

  @Override
  public void halfClosed() {
    serverEnded = true;
    touch();
    client.response().end(null); // without trailers, always
    tunnelMayEnd();
  }

  private void tunnelMayEnd() {
    if (rest != null && serverEnded && flow.endSent()) {
      end(Termination.NORMAL, false);
    }
  }

  @Override
  public void complete(@Nullable Fields trailers) {
    boolean whole = client.response().end(trailers);
    end(whole ? Termination.NORMAL : Ends.INTERNAL_IN_DATA, !whole);
  }

  @Override
  public void failed(Attempt attempt, Failure failure) {
    if (state == State.ENDED) {
      return;
    }
    if (responseStarted()) {
      end(withReason(Ends.of(failure)), true);
      return;
    }
    Next next = tries.next(attempt, failure, false, flow.replayable());
    if (next == Next.GIVE_UP) {
      reject(Rejection.of(failure));
    } else {
      again(attempt, next);
    }
  }

  private void again(Attempt failed, Next next) {
    state = State.WAITING;
    flow.rewind();
    tries.go(failed, next);
  }

  /** Answers in place of a server, or cuts off what has begun. */
  void reject(Rejection rejection) {
    if (state == State.ENDED) {
      return;
    }
    if (responseStarted()) {
      boolean internal = rejection.termination().cause() == Termination.Cause.INTERNAL;
      end(internal ? Ends.INTERNAL_IN_DATA : Ends.BAD_DATA, true);
      return;
    }
    if (state == State.HEAD) {
      tally.received(head.length());
      if (head.hasLine()) {
        tally.headComplete();
      }
    }
    tally.rejected(rejection);
    client.response().answer(rejection, !flow.ended() || home.draining());
    end(withReason(rejection.termination()), false);
  }

  /** Why TLS with the server failed, where that ends the exchange. */
  private Termination withReason(Termination how) {
    Attempt last = tries.attempt();
    boolean server =
        how.cause() == Termination.Cause.SERVER || how.cause() == Termination.Cause.SERVER_TIMEOUT;
    return last == null || !server || how.stage() == Termination.Stage.QUEUE
        ? how
        : new Termination(how.cause(), how.stage(), last.reason());
  }

  /** Its lease is wanted back. */
  void revoked(Termination.Cause why) {
    if (responseStarted()) {
      end(new Termination(why, Termination.Stage.DATA), true);
    } else {
      reject(Rejection.revoked(why));
    }
  }

  /** The client sent nothing of its body, or took nothing of its response, for too long. */
  void clientTimedOut() {
    if (responseStarted()) {
      end(Ends.CLIENT_SLOW_IN_DATA, true);
    } else {
      reject(Rejection.BODY_TIMEOUT);
    }
  }

  /** The request's body comes too slowly. */
  void tooSlow() {
    clientTimedOut();
    settle();
  }

  /**
   * The client will send no more, but its request is whole.
   *
   * @return whether that is taken for leaving: always while it waits for a slot, else unless by option
   */
  boolean clientEnded() {
    return tries.queued() || !home.settings().serveHalfClosed();
  }

  /** The client has left. */
  void clientLeft() {
    end(
        switch (state) {
          case HEAD -> Ends.CLIENT_IN_REQUEST;
          case WAITING -> tries.queued() ? Ends.CLIENT_IN_QUEUE : Ends.CLIENT_IN_CONNECT;
          case SENT -> Ends.CLIENT_IN_HEADERS;
          default -> Ends.CLIENT_IN_DATA;
        },
        true);
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
    if (rest != null) {
      rest.close();
    }
    if (rate != null) {
      rate.close();
    }
    flow.release();
    tries.end(how);
    tally.closed(client, number, head, tries.attempt(), tries.further(), how);
    client.over(how, broken);
  }

  /** {@return why the server has reset its stream; null where it has not} */
  @Nullable
  ErrorCode serverReset() {
    Attempt last = tries.attempt();
    return last == null ? null : last.reset();
  }

  @Override
  public void settle() {
    if (client.reading()) {
      return;
    }
    Attempt a = tries.attempt();
    if (state == State.UPGRADED && a != null) {
      state = State.TUNNEL;
      if (client.exclusive() && a.exclusive()) {
        client.tunnel(a.handOver(), route);
        return;
      }
      openTunnel(a);
    }
    if (state == State.WAITING || state == State.SENT) {
      watchRate();
    }
    client.flush();
    flushServer();
  }

  private void flushServer() {
    Attempt a = tries.attempt();
    if (a != null && state != State.ENDED) {
      a.flush();
    }
  }
}
