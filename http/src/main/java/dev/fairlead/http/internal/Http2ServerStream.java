package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Method;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseComposer;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.http.internal.h2.ErrorCode;
import dev.fairlead.http.internal.h2.Http2Stream;
import dev.fairlead.status.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request to an HTTP/2 server, and its response. On its event loop only. */
final class Http2ServerStream extends Http2Stream implements ServerStream {
  /** As for HTTP/1: a server that sends interim responses without end is taken for broken. */
  private static final int MOST_INTERIM = 64;
  /** How many times over it has its time while it does so. */
  private static final int MOST_TIMES = 10;

  private final Http2Upstream connection;
  private final boolean reused;
  private @Nullable Attempt attempt;
  /** Whose request was under way when the reading began that now goes on. */
  private @Nullable Attempt served;

  private boolean begun;
  private boolean answered;
  private boolean headReceived;
  private boolean toHead;
  private boolean noBody;
  /** Whether it asks for a tunnel, or has been granted one: its end is not sent before that is known. */
  private boolean asks;

  private boolean tunnelled;
  private boolean requestEnded;
  private boolean waits;
  /** Whether nobody wants it any more, and it has still something to send, or its server to end it. */
  private boolean lingers;

  private byte[] protocol = {};
  private byte[] accept = {};
  private int interims;
  /** When the head has to be here that interim responses have put off. */
  private long putOffUntil;

  private @Nullable ResponseHead responseHead;

  Http2ServerStream(Http2Upstream connection, int id) {
    super(connection, id);
    this.connection = connection;
    this.reused = connection.used();
  }

  @Override
  public boolean reused() {
    return reused;
  }

  @Override
  public boolean answered() {
    return answered;
  }

  boolean headReceived() {
    return headReceived;
  }

  // --- the request

  @Override
  public void begin(Attempt newAttempt, RequestHead head, byte[] forwarded) {
    attempt = newAttempt;
    begun = true;
    toHead = head.kind() == Method.HEAD;
    protocol = connection.route().home().settings().upgrades().token(head);
    boolean upgrade = protocol.length > 0;
    asks = upgrade || head.connect();
    if (upgrade && !connection.peerConnects()) {
      begun = false;
      connection.giveBack(this);
      fail(Failure.UNSUPPORTED);
      return;
    }
    if (Arrays.equals(protocol, WebSocket.PROTOCOL)) {
      accept = WebSocket.accept(Http2Heads.key(head));
    }
    Http2Heads.request(connection, head, forwarded, protocol);
    boolean ends = head.body() == Body.NONE && !asks;
    if (!connection.endRequest(this, head.body(), head.bodyLength(), ends)) {
      begun = false;
      connection.giveBack(this);
      fail(Failure.INTERNAL);
      return;
    }
    requestEnded = ends;
    watch();
  }

  @Override
  public void data(ByteBuf data) {
    send(data);
    watch();
  }

  @Override
  public void end(@Nullable Fields trailers) {
    if (!requestEnded && (!asks || tunnelled)) {
      requestEnded = true;
      sendEnd(trailers);
    } else {
      requestEnded = true;
    }
    watch();
  }

  @Override
  public boolean writable() {
    return takesMore();
  }

  @Override
  public void flush() {
    connection.flushLater();
  }

  @Override
  public void pause(boolean paused) {
    waits = paused;
    super.pause(paused);
    watch();
  }

  /** The server has its time to act only while it is its turn, as over HTTP/1. */
  private void watch() {
    boolean itsTurn = attempt != null && !tunnelled && !waits && (requestEnded || !takesMore());
    if (itsTurn || lingers) {
      within(timeLeft());
    } else {
      untimed();
    }
  }

  private long timeLeft() {
    long timeout = connection.route().serverTimeoutNanos();
    boolean putOff = interims > 0 && !headReceived;
    return putOff ? Math.min(timeout, putOffUntil - connection.route().home().now()) : timeout;
  }

  @Override
  protected void alive() {
    if (timed()) {
      watch();
    }
  }

  @Override
  public void cancel() {
    attempt = null;
    drop();
    if (closed()) {
      return;
    }
    if (tunnelled && requestEnded && remoteEnded()) {
      linger(); // what a tunnel brought whole is to arrive whole
    } else if (begun) {
      reset(ErrorCode.CANCEL);
    } else {
      connection.giveBack(this);
    }
  }

  // --- the response

  /** A header block came that is no trailer section. */
  void head(ByteBuf headers, boolean ends) {
    answered = true;
    HttpLoop home = connection.route().home();
    ResponseHead head = home.lendResponseHead();
    responseHead = head;
    ResponseComposer composer = connection.composer();
    composer.begin(head, home.settings().responseLimits(), protocol, accept);
    if (!connection.decodeResponse(headers)) {
      drop();
      return;
    }
    if (!composer.finish(toHead, ends) || (head.interim() && (ends || ++interims > MOST_INTERIM))) {
      malformed();
      return;
    }
    if (head.interim() && interims == 1) {
      putOffUntil = home.now() + MOST_TIMES * connection.route().serverTimeoutNanos();
    }
    headReceived = !head.interim();
    alive();
    Attempt to = attempt;
    if (to == null) {
      drop();
      return;
    }
    served();
    if (head.interim()) {
      to.interim(head);
      drop();
      return;
    }
    boolean upgraded = head.status() == 101 || (asks && head.success());
    if (asks && !upgraded) {
      asks = false;
      if (requestEnded) {
        sendEnd(null); // it was held back for a tunnel
      }
    }
    noBody = head.body() == Body.NONE && !upgraded;
    if (!ends && !upgraded) {
      expect(noBody ? 0 : head.body() == Body.LENGTH ? head.contentLength() : -1);
    }
    to.head(head);
    if (head.body() != Body.CHUNKED) {
      drop(); // else it says which trailers pass
    }
    if (ends) {
      connection.endWithHead(this);
    } else if (noBody && attempt != null) {
      ended(null); // as over HTTP/1, whenever the server says so
      linger();
    }
  }

  /** Nobody waits for what it has still to send, or for its server's end. */
  private void linger() {
    lingers = true;
    watch();
  }

  private void drop() {
    ResponseHead head = responseHead;
    responseHead = null;
    if (head != null) {
      connection.route().home().giveBack(head);
    }
  }

  @Override
  protected void received(ByteBuf data) {
    Attempt to = attempt;
    if (to == null || !headReceived) {
      data.release();
      if (!headReceived) {
        malformed();
      }
    } else {
      served();
      to.data(data);
    }
  }

  @Override
  protected void ended(@Nullable Fields trailers) {
    Attempt to = attempt;
    if (to == null) {
      return;
    }
    if (!headReceived) {
      malformed();
      return;
    }
    served();
    if (tunnelled) {
      to.halfClosed();
      return;
    }
    if (asks) {
      return; // told when the tunnel is open
    }
    attempt = null;
    untimed();
    ResponseHead head = responseHead;
    if (trailers != null && head != null) {
      head.dropHopByHop(trailers);
    }
    drop();
    if (!requestEnded || queued() > 0) {
      reset(ErrorCode.CANCEL); // it has answered without the rest
    }
    to.complete(trailers);
  }

  @Override
  protected boolean connected() {
    return asks;
  }

  @Override
  protected void malformed() {
    reset(ErrorCode.PROTOCOL_ERROR);
    fail(Failure.MALFORMED);
  }

  @Override
  protected void endless() {
    reset(ErrorCode.CANCEL);
    fail(Failure.INTERNAL);
  }

  @Override
  protected void gone(ErrorCode code, boolean unprocessed) {
    Attempt to = attempt;
    if (to == null) {
      drop();
      return;
    }
    Reason edge = connection.edgeFailure();
    if (edge != null) {
      to.edgeFailed(edge);
    }
    if (unprocessed && !answered) {
      fail(Failure.UNPROCESSED);
    } else if (edge == Reason.TLS_PEER_REFUSED && !reused && !answered) {
      fail(Failure.REFUSED);
    } else if (connection.over()) {
      fail(answered || code != ErrorCode.NO_ERROR ? Failure.RESET : Failure.EMPTY);
    } else {
      to.resetBy(code);
      fail(Failure.RESET);
    }
  }

  @Override
  protected void drained() {
    watch();
    if (attempt != null) {
      attempt.writable();
    }
  }

  @Override
  protected void expired() {
    connection.doubt();
    reset(ErrorCode.CANCEL);
    fail(Failure.TIMEOUT);
  }

  private void fail(Failure failure) {
    Attempt to = attempt;
    attempt = null;
    drop();
    if (to != null) {
      served = to;
      to.failed(failure);
      connection.touch(this);
    }
  }

  private void served() {
    if (served == null) {
      served = attempt;
      connection.touch(this);
    }
  }

  /** What an event of the server's has caused has been seen to. */
  void settleAttempt() {
    Attempt to = served;
    served = null;
    if (to != null) {
      to.settle();
    }
  }

  // --- a tunnel

  @Override
  public boolean exclusive() {
    return false;
  }

  @Override
  public void tunnel() {
    tunnelled = true;
    requestEnded = false;
    untimed();
    if (remoteEnded() && attempt != null) {
      attempt.halfClosed();
    }
  }

  @Override
  public Channel handOver() {
    throw new IllegalStateException("a stream has no channel of its own");
  }

  @Override
  public boolean inputEnded() {
    return remoteEnded();
  }

  @Override
  public @Nullable ByteBuf takeRest() {
    return null;
  }
}
