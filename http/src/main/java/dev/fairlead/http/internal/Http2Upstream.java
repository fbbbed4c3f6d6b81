package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.ResponseComposer;
import dev.fairlead.http.internal.h2.ErrorCode;
import dev.fairlead.http.internal.h2.FieldSink;
import dev.fairlead.http.internal.h2.Http2Connection;
import dev.fairlead.http.internal.h2.Http2Stream;
import dev.fairlead.spi.ChannelEnd;
import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server that speaks HTTP/2: lends streams, as many as the server takes, until one of
 * both wants to leave. On its event loop only.
 */
final class Http2Upstream extends Http2Connection {
  private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  private static final byte[] NONE = {};
  private static final int LINGER_SECONDS = 2;
  private static final int LAST_ID = Integer.MAX_VALUE - 1;

  private final HttpLoop home;
  private final HttpRoute route;
  private final PoolEntry entry;
  private final ResponseComposer composer = new ResponseComposer();
  private final FieldSink sink =
      (n, nf, nl, v, vf, vl, secret) -> composer.field(n, nf, nl, v, vf, vl, secret);
  private final ArrayList<Http2ServerStream> touched = new ArrayList<>();
  private final @Nullable KeepAlive keepAlive;
  private int nextId = 1;
  private long heardAt;
  /** When a frame was whole last, and how many had been. */
  private long frameAt;

  private int frames;
  private boolean used;
  private boolean leaving;
  private boolean closed;
  private @Nullable Reason edgeFailure;
  private @Nullable Connecting opening;
  private boolean reset;

  Http2Upstream(HttpRoute route, int server, @Nullable Object reuseKey) {
    super(
        route.home().settings().http2(),
        route.home().settings().responseLimits(),
        route.home().trailers());
    this.route = route;
    this.home = route.home();
    PoolSettings settings = route.pool().settings();
    this.keepAlive = settings.pings()
        ? new KeepAlive(this, settings.pingIntervalNanos(), settings.pingTimeoutNanos())
        : null;
    this.entry = new PoolEntry(server, reuseKey, home.now(), this::leave);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    attach(context.channel(), NONE);
    context.channel().config().setAutoClose(false);
    // Staged before anything can come, so that it leaves before any answer to it.
    out().stage(256).writeBytes(PREFACE);
    sendSettings();
  }

  /**
   * The connection is there. It can be used when the server has told what it takes: a server of another
   * protocol has then not been sent any request.
   *
   * @param waits is told
   */
  void established(Connecting waits) {
    opening = waits;
    entry.begun();
    channel().config().setAutoRead(true);
    flushLater();
  }

  HttpRoute route() {
    return route;
  }

  /** {@return what the pool knows about it} */
  PoolEntry entry() {
    return entry;
  }

  /** {@return whether it lends no more} */
  boolean leaving() {
    return leaving;
  }

  /** {@return whether it has nothing to do} */
  boolean resting() {
    return streams().isEmpty();
  }

  /** {@return whether one of its streams has ended} */
  boolean used() {
    return used;
  }

  /** {@return why TLS has failed on it, or null} */
  @Nullable
  Reason edgeFailure() {
    return edgeFailure;
  }

  /** {@return what makes a head of the block that is being decoded} */
  ResponseComposer composer() {
    return composer;
  }

  /** Decodes a header block for the {@link #composer}; false: the connection is lost. */
  boolean decodeResponse(ByteBuf headers) {
    return decode(headers, sink);
  }

  /** {@return a stream, or null when it has none to lend now} */
  @Nullable
  Http2ServerStream lend() {
    PoolSettings settings = route.pool().settings();
    long most = Math.min(peerStreams(), settings.maxStreams());
    if (leaving || over() || streams().size() >= most) {
      return null;
    }
    Http2ServerStream stream = new Http2ServerStream(this, nextId);
    nextId += 2;
    entry.lent();
    streams().add(stream, false);
    if (entry.requests() >= settings.maxRequests() || nextId >= LAST_ID) {
      leave(); // when this stream, and those that are there, have ended
    }
    return stream;
  }

  /** A stream was lent and is not used. */
  void giveBack(Http2ServerStream stream) {
    streams().remove(stream);
  }

  /** It has nothing to do. */
  void rest() {
    if (leaving) {
      close();
    } else {
      route.pool().rests(this);
    }
  }

  /** Lends no more, and closes when the streams that are lent have ended. */
  void leave() {
    if (!leaving) {
      leaving = true;
      route.pool().remove(this);
    }
    if (streams().isEmpty()) {
      close();
    }
  }

  /** Closes it, without a word to anybody. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    leaving = true;
    notOpened();
    route.pool().remove(this);
    entry.over();
    if (keepAlive != null) {
      keepAlive.close();
    }
    if (!over()) {
      sendGoAway(0, ErrorCode.NO_ERROR);
      end(ErrorCode.CANCEL, false);
    }
    out().finish(ChannelFutureListener.CLOSE);
    if (ChannelEnd.unsent(channel()) > 0) { // a server that does not read has its moment
      home.loop().schedule(() -> channel().close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }
  }

  void touch(Http2ServerStream stream) {
    if (reading()) {
      touched.add(stream);
    } else {
      stream.settleAttempt();
    }
  }

  @Override
  protected boolean serves() {
    return false;
  }

  @Override
  protected void came(int bytes) {
    heardAt = now();
  }

  /**
   * A stream has waited in vain: where not even others were answered, its peer may not be there any more, or
   * not get on with a frame behind which everything waits.
   */
  void doubt() {
    if (now() - frameAt >= route.serverTimeoutNanos() / 2) {
      leave();
    }
  }

  @Override
  protected void head(int id, @Nullable Http2Stream stream, ByteBuf headers, boolean ends) {
    if (stream instanceof Http2ServerStream to) {
      if (to.headReceived()) {
        trailers(to, headers, ends);
      } else {
        to.head(headers, ends);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    super.channelReadComplete(context);
    if (frames().units() != frames) {
      frames = frames().units();
      frameAt = now();
    }
    settleTouched();
    flushLater();
  }

  private void settleTouched() {
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).settleAttempt();
    }
    touched.clear();
  }

  @Override
  protected void later() {
    home.atEndOfTurn(this);
  }

  @Override
  protected void goingAway(int last, ErrorCode code) {
    leaving = true;
    route.pool().remove(this);
    streams().endBeyond(last);
    if (streams().isEmpty()) {
      close();
    }
  }

  @Override
  protected void settled() {
    Connecting waits = opening;
    if (waits != null) {
      opening = null;
      if (keepAlive != null) {
        keepAlive.begin();
      }
      waits.opened(this);
    }
  }

  private void notOpened() {
    Connecting waits = opening;
    if (waits != null) {
      opening = null;
      waits.notOpened(new IOException("no HTTP/2"));
    }
  }

  @Override
  protected void mustNotLeave() {
    home.ambiguous(this);
  }

  // --- whether its server is still there

  /** {@return when the server was heard the last time, by the event loop's ticker} */
  long heardAt() {
    return heardAt;
  }

  void ping() {
    sendPing(0);
  }

  @Override
  protected boolean pong() {
    return keepAlive != null && keepAlive.answered();
  }

  /** The server has not answered a ping: it is as lost as if it had reset the connection. */
  void unheard() {
    reset = true;
    lostConnection();
  }

  @Override
  protected void idle() {
    used = true;
    rest();
  }

  @Override
  protected void ended(ErrorCode code, String why) {
    close();
    settleTouched();
  }

  /** The server will send no more. */
  private void lostConnection() {
    if (over()) {
      return;
    }
    leaving = true;
    route.pool().remove(this);
    end(reset ? ErrorCode.INTERNAL_ERROR : ErrorCode.NO_ERROR, false);
    settleTouched();
    close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      lostConnection();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    lostConnection();
    close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      home.gateway().failed("http", this, cause);
      lost(ErrorCode.INTERNAL_ERROR, cause.toString());
      return;
    }
    reset = true; // a failed read shows as an end, which follows
    if (cause instanceof EdgeException edge) {
      edgeFailure = edge.reason();
    }
    if (!channel().isActive()) {
      lostConnection();
    }
  }
}
