package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.HeadWriter;
import dev.fairlead.http.internal.h1.Method;
import dev.fairlead.http.internal.h1.Output;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.spi.ChannelEnd;
import dev.fairlead.spi.EdgeException;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.status.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server that speaks HTTP/1: carries one request at a time, and rests in the pool
 * between them. It goes back there only when its response was complete, the server keeps it, the request
 * was sent whole, and nothing came behind the response. On its event loop only.
 */
final class Http1Upstream extends ChannelInboundHandlerAdapter
    implements ServerStream, ResponseReader.Target {
  /** How many times over a server has its time while it sends interim responses. */
  private static final int MOST_TIMES = 10;

  private final HttpLoop home;
  private final HttpRoute route;
  private final PoolEntry entry;
  private final ResponseReader reader;
  private final LoopTimer timer;
  private final long timeout;
  private @Nullable Channel channel;
  private @Nullable Output out;
  /** Whose request is under way; null while it rests. */
  private @Nullable Attempt attempt;
  /** Whose request was under way when the reading began that now goes on. */
  private @Nullable Attempt served;

  private @Nullable ByteBuf rest;
  /** When the head has to be here that interim responses have put off; 0: none came. */
  private long putOffUntil;

  private boolean chunkedRequest;
  private boolean requestFlushed;
  private boolean requestEnded;
  private boolean returns;
  private boolean reused;
  private boolean paused;
  private boolean reading;
  private boolean reset;
  private boolean torn;
  private @Nullable Reason edgeFailure;
  private boolean inputEnded;
  private boolean tunnelled;
  private boolean closed;

  Http1Upstream(HttpRoute route, int server, @Nullable Object reuseKey) {
    this.route = route;
    this.home = route.home();
    this.entry = new PoolEntry(server, reuseKey, home.now(), this::clientLeft);
    this.timeout = route.serverTimeoutNanos();
    this.reader = new ResponseReader(home, this);
    this.timer = new LoopTimer(home.loop(), this::timedOut);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
    out = new Output(context.channel());
    // A failed write must not end reading: a server may answer early and close.
    context.channel().config().setAutoClose(false);
    entry.begun();
  }

  /** {@return what the pool knows about it} */
  PoolEntry entry() {
    return entry;
  }

  /** It was for one client only, who has left. */
  private void clientLeft() {
    if (attempt == null) { // else its exchange ends, which closes it
      broken(Failure.EMPTY);
    }
  }

  /** It was made before a request came, and rests until one does. */
  void restAtFirst() {
    reused = true; // its server may close it as any other that rests
    channel().config().setAutoRead(true);
    route.pool().give(this);
  }

  private Channel channel() {
    return Objects.requireNonNull(channel, "not connected");
  }

  private Output out() {
    return Objects.requireNonNull(out, "not connected");
  }

  @Override
  public boolean reused() {
    return reused;
  }

  @Override
  public boolean answered() {
    return reader.begun();
  }

  @Override
  public void begin(Attempt newAttempt, RequestHead request, byte[] forwarded) {
    attempt = newAttempt;
    entry.lent();
    chunkedRequest = request.body() == Body.CHUNKED;
    requestFlushed = false;
    requestEnded = false;
    putOffUntil = 0;
    reader.expect(request.kind() == Method.HEAD, request.connect());
    ByteBuf buffer = out().stage(HeadWriter.room(request) + forwarded.length);
    int from = buffer.writerIndex();
    HeadWriter.request(buffer, request, forwarded, home.settings().upgrades());
    if (!home.headCheck().holds(buffer, from, request.body(), request.bodyLength())) {
      mustNotLeave();
      return;
    }
    if (!reused) {
      channel().config().setAutoRead(true);
    }
  }

  /** What was written is ambiguous, which should be impossible: none of it is sent. */
  private void mustNotLeave() {
    home.ambiguous(this);
    broken(Failure.INTERNAL);
  }

  @Override
  public void data(ByteBuf data) {
    if (chunkedRequest) {
      out().chunk(data);
    } else {
      out().data(data);
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    requestEnded = true;
    if (chunkedRequest) {
      ByteBuf buffer = out().stage(trailers == null ? 8 : trailers.length() + 8);
      int from = buffer.writerIndex();
      out().lastChunk(trailers);
      if (trailers != null && !home.headCheck().holdsEnd(buffer, from)) {
        mustNotLeave();
      }
    }
    if (tunnelled) {
      out().finish(written -> ChannelEnd.shutdownOutput(channel()));
    }
  }

  @Override
  public boolean writable() {
    return channel().isWritable();
  }

  @Override
  public void pause(boolean pause) {
    if (paused != pause) {
      paused = pause;
      channel().config().setAutoRead(!pause);
    }
    watch();
  }

  @Override
  public void flush() {
    if (out().dirty() && !reading) {
      requestFlushed = true;
      out().flush();
      watch();
    }
  }

  /**
   * The server has its time to act only while it is its turn: the request is sent, or it does not read
   * what we have; and not while we do not read what it has.
   */
  private void watch() {
    boolean itsTurn = attempt != null && !tunnelled && !paused && (requestEnded || !writable());
    if (itsTurn) {
      timer.set(timeLeft());
    } else {
      timer.clear();
    }
  }

  private long timeLeft() {
    return putOffUntil == 0 ? timeout : Math.min(timeout, putOffUntil - home.now());
  }

  @Override
  public void cancel() {
    attempt = null;
    if (tunnelled && !closed) {
      // What a tunnel brought whole is to arrive whole, and what it did not must be seen not to be.
      boolean whole = requestEnded && inputEnded;
      if (whole) {
        out().finish(ChannelFutureListener.CLOSE);
      } else {
        ChannelEnd.reset(channel());
      }
    }
    close();
  }

  /** Closes it, without a word to anybody. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    returns = false;
    timer.close();
    entry.over();
    reader.reset();
    ByteBuf unclaimed = takeRest();
    if (unclaimed != null) {
      unclaimed.release();
    }
    if (out != null) {
      out.discard();
      if (!tunnelled) {
        channel().close();
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    reading = true;
    try {
      served = attempt;
      if (attempt == null || !requestFlushed) {
        // What arrives before a request was sent answers no request.
        broken(reused ? Failure.EMPTY : Failure.MALFORMED);
      } else {
        reader.read(in);
      }
    } finally {
      in.release();
    }
  }

  @Override
  public void interim(ResponseHead head) {
    if (attempt != null) {
      if (putOffUntil == 0) {
        putOffUntil = home.now() + MOST_TIMES * timeout;
      }
      attempt.interim(head);
    }
  }

  @Override
  public void head(ResponseHead head) {
    putOffUntil = 0;
    if (attempt != null) {
      attempt.head(head);
    }
  }

  @Override
  public void received(ByteBuf data) {
    if (attempt == null) {
      data.release();
    } else {
      attempt.data(data);
    }
  }

  @Override
  public void complete(@Nullable Fields trailers, boolean more) {
    Attempt to = attempt;
    attempt = null;
    timer.clear();
    if (reader.keepAlive() && requestEnded && !more && !out().dirty()) {
      // To the pool only once this reading has shown neither more bytes nor the end.
      returns = true;
    } else {
      close();
    }
    if (to != null) {
      to.complete(trailers);
    }
  }

  @Override
  public boolean exclusive() {
    return true;
  }

  @Override
  public void tunnel() {
    tunnelled = true;
    requestEnded = false;
    timer.clear();
    Attempt to = attempt;
    ByteBuf early = takeRest();
    if (early != null) {
      received(early);
    }
    if (to != null && inputEnded) {
      to.halfClosed();
    }
  }

  @Override
  public void upgraded(ByteBuf data) {
    if (tunnelled) {
      received(data);
      return;
    }
    ByteBuf before = rest;
    rest = before == null
        ? data
        : channel().alloc().compositeBuffer().addComponents(true, before, data);
  }

  @Override
  public void malformed() {
    broken(Failure.MALFORMED);
  }

  @Override
  public @Nullable ByteBuf takeRest() {
    ByteBuf taken = rest;
    rest = null;
    return taken;
  }

  @Override
  public boolean inputEnded() {
    return inputEnded;
  }

  @Override
  public Channel handOver() {
    attempt = null;
    closed = true;
    timer.close();
    entry.over();
    reader.reset();
    out().flush();
    channel().config().setAutoClose(true);
    channel().pipeline().remove(this);
    return channel();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    if (timer.isSet()) {
      timer.set(timeLeft());
    }
    if (returns) {
      returns = false;
      reused = true;
      pause(false);
      route.pool().give(this);
    }
    Attempt to = served;
    if (to != null) {
      served = null;
      to.settle();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    watch();
    // Told in the middle of a write when it takes no more: then nothing else may be written.
    if (attempt != null && writable()) {
      attempt.writable();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended();
  }

  /** The server will send no more. */
  private void ended() {
    Attempt to = attempt;
    if (to != null && !torn && reader.inputEnded()) {
      to.settle();
    } else if (to != null && !reset && reader.upgraded() && channel().isActive()) {
      inputEnded = true;
      if (tunnelled) {
        to.halfClosed();
        to.settle();
      }
    } else {
      broken(failureOfEnd());
    }
  }

  private Failure failureOfEnd() {
    if (edgeFailure == Reason.TLS_PEER_REFUSED && !reused && !answered()) {
      return Failure.REFUSED;
    }
    return answered() || reset ? Failure.RESET : Failure.EMPTY;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      home.gateway().failed("http", this, cause);
      broken(Failure.INTERNAL);
      return;
    }
    reset = true; // a failed read shows as an end, which follows
    if (cause instanceof EdgeException edge) {
      edgeFailure = edge.reason();
    }
    // A failed write has shut the output down; an end that TLS did not say is none of a response.
    torn |= edgeFailure != null || channel().unsafe().outboundBuffer() != null;
    if (!channel().isActive()) {
      ended();
    }
  }

  private void timedOut() {
    broken(Failure.TIMEOUT);
  }

  /** The connection is of no use any more; an attempt that still wanted something learns of it. */
  private void broken(Failure failure) {
    Attempt to = attempt;
    attempt = null;
    if (to == null && !closed) {
      route.pool().remove(this);
    }
    if (tunnelled && !closed) {
      ChannelEnd.reset(channel());
    }
    close();
    if (to != null) {
      if (edgeFailure != null) {
        to.edgeFailed(edgeFailure);
      }
      to.failed(failure);
      to.settle();
    }
  }
}
