package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.Fault;
import dev.fairlead.http.internal.h1.RequestComposer;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h2.ErrorCode;
import dev.fairlead.http.internal.h2.Http2Connection;
import dev.fairlead.http.internal.h2.Http2Stream;
import dev.fairlead.spi.ChannelEnd;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.status.Termination;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection that speaks HTTP/2: each of its streams is a request of its own. On its event loop
 * only.
 *
 * <p>It ends in two steps (RFC 9113 §6.8): a first GOAWAY asks for no more streams, a second one, a round
 * trip later, says which were the last; then it closes when these have ended.
 */
final class Http2Session extends Http2Connection implements ClientSession {
  private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  /** What is left of it when its first line was read as one of HTTP/1. */
  private static final byte[] REST_OF_PREFACE = Ascii.bytes("\r\nSM\r\n\r\n");

  private static final byte[] SWITCHING = Ascii.bytes(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
  private static final byte[] NO_KEY = {};
  /** With so much unread, a client gets no more answers: heads have no window. */
  private static final long MOST_UNREAD = 1024 * 1024;

  private static final long FIRST_GOAWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum Phase {
    OPEN,
    /** The first GOAWAY was sent: streams that are on their way are still served. */
    LEAVING,
    /** No more streams are served. */
    LAST_STREAMS,
    CLOSED
  }

  private final HttpLoop home;
  private final ClientSide client;
  private final LoopTimer timer;
  /** For what has begun to come and is not whole; null while there was none. */
  private @Nullable LoopTimer unitTimer;

  private int unit;
  private long unitBegan;
  /** How much had come by then. */
  private long unitBytes;

  private final ArrayList<Http2ClientStream> touched = new ArrayList<>();
  private Phase phase = Phase.OPEN;
  private Termination last = Termination.NORMAL;
  private long bytesIn;
  private boolean inputEnded;
  private boolean clientLeaves;

  Http2Session(HttpLoop home, Connection connection) {
    super(home.settings().http2(), home.settings().limits(), home.trailers());
    this.home = home;
    this.client = new ClientSide(home, connection, this);
    this.timer = new LoopTimer(home.loop(), this::timedOut);
    attach(connection.channel(), PREFACE);
  }

  /**
   * Goes on where an HTTP/1 session has read the first line of the preface, or a request that asks for it.
   *
   * @param before what the connection was until now
   * @param byUpgrade whether a request asks for it, so that the whole preface follows
   */
  Http2Session(ClientSide before, boolean byUpgrade) {
    super(
        before.home().settings().http2(),
        before.home().settings().limits(),
        before.home().trailers());
    this.home = before.home();
    this.client = before.handedTo(this);
    this.timer = new LoopTimer(home.loop(), this::timedOut);
    attach(before.connection().channel(), byUpgrade ? PREFACE : REST_OF_PREFACE);
  }

  /** A connection that was accepted. */
  void start() {
    client.opened();
    begin();
    channel().config().setAutoRead(true);
  }

  /**
   * A connection on which something was read.
   *
   * @param bytes so many of them
   * @param rest what follows the first line of the preface; taken over
   */
  void goOn(long bytes, ByteBuf rest) {
    bytesIn = bytes - rest.readableBytes();
    begin();
    read(rest);
  }

  /**
   * A connection whose first request asks for HTTP/2: it is answered on stream 1 (RFC 7540 §3.2).
   *
   * @param bytes that were read so far
   * @param request that request; this session's
   * @param rest what follows it; taken over
   */
  void upgraded(long bytes, RequestHead request, ByteBuf rest) {
    bytesIn = bytes - rest.readableBytes();
    out().stage(256).writeBytes(SWITCHING);
    begin();
    Http2Upgrade.forEachSetting(request, this::setting);
    if (!over()) {
      Http2ClientStream first = new Http2ClientStream(this, 1, request);
      timer.clear();
      streams().add(first, true);
      first.begin(null);
      touch(first);
    } else {
      home.giveBack(request);
    }
    read(rest);
  }

  private void begin() {
    channel().pipeline().addLast(this);
    sendSettings();
    timer.set(home.settings().requestTimeout().toNanos());
    if (home.draining()) {
      drain();
    }
  }

  HttpLoop home() {
    return home;
  }

  ClientSide client() {
    return client;
  }

  void exchangeEnded(Termination how) {
    last = how;
  }

  /** An event of the client's has touched a stream, which is settled at the end of it. */
  void touch(Http2ClientStream stream) {
    if (reading() && stream.firstTouch()) {
      touched.add(stream);
    }
  }

  @Override
  protected boolean serves() {
    return true;
  }

  @Override
  protected void came(int bytes) {
    bytesIn += bytes;
  }

  @Override
  protected void head(int id, @Nullable Http2Stream stream, ByteBuf headers, boolean ends) {
    if (stream != null) {
      trailers(stream, headers, ends);
      return;
    }
    RequestHead head = home.lendRequestHead();
    RequestComposer composer = home.composer();
    composer.begin(head, headLimits());
    if (!decode(headers, home.composing())) {
      home.giveBack(head);
      return;
    }
    if (phase == Phase.LAST_STREAMS
        || streams().size() >= home.settings().http2().streams()
        || ChannelEnd.unsent(channel()) > MOST_UNREAD) {
      home.giveBack(head);
      idleFrame(); // a client that has not seen the limit yet is not to blame
      if (!over()) {
        streams().refuse(id, ErrorCode.REFUSED_STREAM);
      }
      return;
    }
    boolean webSocket = composer.asksFor(WebSocket.PROTOCOL);
    Fault fault = composer.finish(ends, webSocket ? WebSocket.key(home.random()) : NO_KEY);
    timer.clear();
    client.clean(head);
    Http2ClientStream next = new Http2ClientStream(this, id, head);
    streams().add(next, ends);
    next.begin(rejection(head, fault));
    touch(next);
  }

  private @Nullable Rejection rejection(RequestHead head, @Nullable Fault fault) {
    if (fault != null) {
      return Rejection.of(fault);
    }
    if (home.composer().extended() && !home.settings().upgrades().offered(head)) {
      return Rejection.NOT_IMPLEMENTED;
    }
    return home.settings().admits(head) ? null : Rejection.METHOD_NOT_ALLOWED;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    super.channelReadComplete(context);
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).settle();
    }
    touched.clear();
    watchUnit();
    flushLater();
  }

  /**
   * A frame or a head that does not come whole has its time, however many pieces of it do come. Data is passed
   * on as it comes, so that it has its time between pieces; how fast it has to come, its request knows.
   */
  private void watchUnit() {
    if (over() || phase == Phase.CLOSED) {
      return;
    }
    LoopTimer t = unitTimer;
    if (!frames().inFrame()) {
      if (t != null) {
        t.clear();
      }
      return;
    }
    if (t == null) {
      t = new LoopTimer(home.loop(), this::unitTimedOut);
      unitTimer = t;
    }
    boolean data = frames().inData();
    boolean moved = data ? bytesIn != unitBytes : unit != frames().units();
    if (!t.isSet() || moved) {
      unit = frames().units();
      unitBytes = bytesIn;
      unitBegan = now();
    }
    Duration time = data ? home.settings().clientTimeout() : home.settings().requestTimeout();
    t.set(Math.max(1, unitBegan + time.toNanos() - now()));
  }

  private void unitTimedOut() {
    last = Ends.CLIENT_SLOW_IN_REQUEST;
    lost(ErrorCode.NO_ERROR, "a frame that does not end");
  }

  @Override
  protected void later() {
    home.atEndOfTurn(this);
  }

  @Override
  protected void goingAway(int lastStream, ErrorCode code) {
    clientLeaves = true;
    if (streams().isEmpty()) {
      finish();
    }
  }

  @Override
  protected void settled() {
    // What the client allows is looked at when it is needed.
  }

  @Override
  public void drain() {
    if (phase == Phase.OPEN && !over()) {
      phase = Phase.LEAVING;
      sendGoAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR);
      sendPing(0);
      home.loop().schedule(this::lastStreams, FIRST_GOAWAY_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  protected boolean pong() {
    boolean awaited = phase == Phase.LEAVING;
    lastStreams();
    return awaited;
  }

  /** The client knows that it should not begin more: what has come until now is served. */
  private void lastStreams() {
    if (phase == Phase.LEAVING && !over()) {
      phase = Phase.LAST_STREAMS;
      sendGoAway(streams().last(), ErrorCode.NO_ERROR);
      if (streams().isEmpty()) {
        finish();
      }
    }
  }

  @Override
  protected void mustNotLeave() {
    home.ambiguous(this);
  }

  @Override
  protected void idle() {
    if (phase == Phase.LAST_STREAMS || clientLeaves || inputEnded) {
      finish();
    } else {
      timer.set(home.settings().keepAliveTimeout().toNanos());
    }
  }

  /** It asks nothing. */
  private void timedOut() {
    if (streams().isEmpty()) {
      if (frames().inFrame()) {
        last = Ends.CLIENT_SLOW_IN_REQUEST;
      }
      sendGoAway(streams().last(), ErrorCode.NO_ERROR);
      finish();
    }
  }

  @Override
  protected void ended(ErrorCode code, String why) {
    if (last.equals(Termination.NORMAL) && code != ErrorCode.NO_ERROR) {
      last = Ends.BAD_REQUEST;
    }
    finish();
  }

  /** All that is written still leaves; then the connection ends. */
  private void finish() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    end(ErrorCode.CANCEL, false);
    Farewell farewell = new Farewell(home, channel(), !inputEnded);
    channel().pipeline().remove(this);
    farewell.say(out());
    gone();
  }

  /** The client has left: nothing more is sent to it. */
  private void leave() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    end(ErrorCode.CANCEL, false);
    gone();
    channel().close();
  }

  /** Gives back all that the connection held, once. */
  private void gone() {
    timer.close();
    if (unitTimer != null) {
      unitTimer.close();
    }
    out().discard();
    client.closed(bytesIn, out().written(), last);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (streams().isEmpty()) {
        finish();
      } else if (!home.settings().serveHalfClosed()) {
        leave();
      } else {
        streams().endUnfinished();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      leave();
    } else {
      home.gateway().failed("http", this, cause);
      lost(ErrorCode.INTERNAL_ERROR, cause.toString());
    }
  }
}
