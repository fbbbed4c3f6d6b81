package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Method;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.http.internal.h2.BlockWriter;
import dev.fairlead.http.internal.h2.ErrorCode;
import dev.fairlead.http.internal.h2.Http2Stream;
import dev.fairlead.spi.Connection;
import dev.fairlead.status.Termination;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/2 client, and its response. On its event loop only. */
final class Http2ClientStream extends Http2Stream implements ClientStream, ResponseSink {
  private static final byte[] CONTENT_LENGTH = Ascii.bytes("content-length");
  private static final byte[] ACCEPT = Ascii.bytes("sec-websocket-accept");

  private final Http2Session session;
  private final RequestHead head;
  /** What came before it was a tunnel. */
  private @Nullable Pending early;

  private @Nullable HttpExchange exchange;
  private long written;
  /** Whether its response has begun, for which an interim one does not count. */
  private boolean responded;

  private boolean touched;
  /** Whether it asks to become a tunnel, and has not yet. */
  private boolean asks;

  private boolean tunnelled;

  Http2ClientStream(Http2Session session, int id, RequestHead head) {
    super(session, id);
    this.session = session;
    this.head = head;
  }

  /**
   * Its head is there.
   *
   * @param rejection what is wrong with it, or null
   */
  void begin(@Nullable Rejection rejection) {
    HttpExchange begun = session.client().exchange(this, head, session.home().now());
    exchange = begun;
    if (rejection != null) {
      begun.reject(rejection);
      return;
    }
    asks = head.connect() || home().settings().upgrades().offered(head);
    if (asks) {
      pause(true); // what it sends beforehand has to wait
    } else if (!remoteEnded()) {
      expect(head.bodyLength());
    }
    begun.begin();
  }

  /** {@return whether the event that is being seen to has not touched it before} */
  boolean firstTouch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  void settle() {
    touched = false;
    if (exchange != null) {
      exchange.settle();
    }
  }

  // --- what the client sends

  @Override
  protected void received(ByteBuf data) {
    HttpExchange current = exchange;
    if (current == null) {
      data.release();
    } else if (asks) {
      Pending before = early;
      if (before == null) {
        before = new Pending();
        early = before;
      }
      before.add(data, connection().channel().alloc());
    } else {
      current.requestData(data);
      session.touch(this);
    }
  }

  @Override
  protected void ended(@Nullable Fields trailers) {
    if (exchange != null && !asks) {
      session.client().clean(trailers);
      exchange.requestEnd(trailers);
      session.touch(this);
    }
  }

  @Override
  protected boolean connected() {
    return asks || tunnelled;
  }

  @Override
  protected void malformed() {
    HttpExchange current = exchange;
    reset(ErrorCode.PROTOCOL_ERROR);
    if (current != null) {
      current.reject(Rejection.BAD_BODY);
    }
    session.provoked();
  }

  @Override
  protected void trailersTooLarge() {
    if (exchange != null) {
      exchange.reject(Rejection.TRAILERS_TOO_LARGE);
      session.touch(this);
    }
  }

  @Override
  protected void gone(ErrorCode code, boolean unprocessed) {
    if (exchange != null) {
      exchange.clientLeft();
    }
  }

  @Override
  protected boolean premature() {
    return !responded;
  }

  @Override
  protected void drained() {
    if (exchange != null) {
      exchange.clientWritable();
    }
  }

  /** What it sends is no sign that it takes its response, where that is what is waited for. */
  @Override
  protected void alive() {
    if (exchange != null && !exchange.responseBlocked()) {
      taken();
    }
  }

  @Override
  protected void taken() {
    if (timed()) {
      waitForClient(true);
    }
  }

  @Override
  protected void expired() {
    if (exchange != null) {
      exchange.clientTimedOut();
    } else {
      reset(ErrorCode.CANCEL); // it does not take what is left of its response
    }
  }

  // --- what its exchange wants

  @Override
  public HttpLoop home() {
    return session.home();
  }

  @Override
  public Connection connection() {
    return session.client().connection();
  }

  @Override
  public byte[] forwarded(RequestHead request) {
    return session.client().forwarded(request);
  }

  @Override
  public ResponseSink response() {
    return this;
  }

  @Override
  public void waitForClient(boolean waiting) {
    if (waiting) {
      within(home().settings().clientTimeout().toNanos());
    } else {
      untimed();
    }
  }

  @Override
  public boolean reading() {
    session.touch(this); // it is settled at the end, whatever has caused this
    return session.reading();
  }

  @Override
  public void flush() {
    session.flushLater();
  }

  @Override
  public void over(Termination how, boolean broken) {
    HttpExchange ended = exchange;
    exchange = null;
    if (early != null) {
      early.release();
    }
    session.exchangeEnded(how);
    if (!closed()) {
      untimed();
      if (broken) {
        reset(code(how, ended));
      } else {
        linger();
      }
    }
    session.home().giveBack(head); // nobody may read it any more
  }

  /** What it has been sent must be taken in time; what it still sends is not needed. */
  private void linger() {
    within(home().settings().clientTimeout().toNanos());
    abandon();
  }

  private ErrorCode code(Termination how, @Nullable HttpExchange ended) {
    ErrorCode servers = ended == null ? null : ended.serverReset();
    if (servers != null && servers.ofRequest()) {
      return servers;
    }
    return switch (how.cause()) {
      case CLIENT, CLIENT_TIMEOUT -> ErrorCode.CANCEL;
      default ->
        head.connect()
            ? ErrorCode.CONNECT_ERROR // RFC 9113 §8.5
            : tunnelled ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR; // RFC 8441 §5
    };
  }

  @Override
  public boolean exclusive() {
    return false;
  }

  @Override
  public void tunnel() {
    asks = false;
    tunnelled = true;
    pause(false);
    HttpExchange current = exchange;
    if (current == null) {
      return;
    }
    if (early != null && !early.isEmpty()) {
      current.requestData(early.take());
    }
    if (remoteEnded()) {
      current.requestEnd(null);
    }
  }

  @Override
  public void tunnel(ServerStream server, HttpRoute route) {
    throw new IllegalStateException("a stream has no channel of its own");
  }

  // --- what it is sent

  @Override
  public boolean interim(ResponseHead response) {
    if (closed()) {
      return true;
    }
    boolean upgraded = response.status() == 101;
    response.dropLength();
    BlockWriter block = session.beginBlock(response.length() + 64);
    block.status(upgraded ? 200 : response.status());
    if (upgraded) {
      responded = true;
      response.fields().forEach(block, ACCEPT);
    } else {
      response.fields().forEach(block);
    }
    return sent(response, session.endInterim(this));
  }

  @Override
  public boolean begin(ResponseHead response, boolean last) {
    if (closed()) {
      return true;
    }
    if (response.status() == 204) {
      response.dropLength();
    }
    BlockWriter block = session.beginBlock(response.length() + 64);
    block.status(response.status());
    response.fields().forEach(block);
    if (response.rewritesLength()) {
      block.number(CONTENT_LENGTH, response.contentLength());
    }
    responded = true;
    return sent(response, session.endResponse(this, response.body(), response.contentLength()));
  }

  private boolean sent(ResponseHead response, boolean whether) {
    written += whether ? response.length() : 0;
    return whether;
  }

  @Override
  public void data(ByteBuf data) {
    written += data.readableBytes();
    send(data);
  }

  @Override
  public boolean end(@Nullable Fields trailers) {
    sendEnd(trailers); // which looks at them when their turn has come
    return true;
  }

  @Override
  public void answer(Rejection rejection, boolean last) {
    if (closed()) {
      return;
    }
    if (rejection == Rejection.BAD_REQUEST || rejection == Rejection.BAD_BODY) {
      // RFC 9113 §8.1.1: malformed.
      reset(ErrorCode.PROTOCOL_ERROR);
      session.provoked();
      return;
    }
    if (rejection == Rejection.SHUTTING_DOWN) {
      reset(ErrorCode.REFUSED_STREAM); // it may be sent again, elsewhere, whatever it is
      return;
    }
    ErrorCode servers = serversReset(rejection);
    if (servers != null) {
      reset(servers);
      return;
    }
    responded = true;
    byte[] body = OwnAnswers.body(rejection);
    BlockWriter block = session.beginBlock(128);
    block.status(rejection.status());
    OwnAnswers.fields(rejection, block);
    Http2Heads.lines(home().stamps().date(), block);
    block.number(CONTENT_LENGTH, body.length);
    boolean toHead = head.kind() == Method.HEAD;
    if (!session.endResponse(this, toHead ? Body.NONE : Body.LENGTH, body.length)) {
      reset(ErrorCode.INTERNAL_ERROR);
    } else if (!toHead) {
      data(Unpooled.wrappedBuffer(body));
      sendEnd(null);
    }
  }

  /**
   * What a server's reset means, gRPC knows better than any status could tell: CANCEL is its CANCELLED,
   * ENHANCE_YOUR_CALM its RESOURCE_EXHAUSTED.
   */
  private @Nullable ErrorCode serversReset(Rejection rejection) {
    HttpExchange current = exchange;
    if (rejection != Rejection.SERVER_CLOSED || current == null) {
      return null;
    }
    ErrorCode code = current.serverReset();
    String type = code == null ? null : head.header("content-type");
    boolean said = code != ErrorCode.NO_ERROR && code != ErrorCode.REFUSED_STREAM;
    if (code == null || !said || type == null || !type.startsWith("application/grpc")) {
      return null;
    }
    return code.ofRequest() ? code : ErrorCode.INTERNAL_ERROR; // gRPC's INTERNAL, as they all are
  }

  @Override
  public boolean writable() {
    return takesMore();
  }

  @Override
  public long written() {
    return written;
  }
}
