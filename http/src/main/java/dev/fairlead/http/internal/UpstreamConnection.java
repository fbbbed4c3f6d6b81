package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.BodyReader;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.HeadWriter;
import dev.fairlead.http.internal.h1.Method;
import dev.fairlead.http.internal.h1.Output;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.spi.LoopTimer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
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
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements ServerStream {
  /** A server that sends interim responses without end is taken for broken. */
  private static final int MOST_INTERIM = 64;

  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    UPGRADED,
    CLOSED
  }

  private final HttpLoop home;
  private final int server;
  private final BodyReader body = new BodyReader();
  private final LoopTimer timer;
  private final long timeout;
  private @Nullable Channel channel;
  private @Nullable Output out;
  private Phase phase = Phase.IDLE;
  private @Nullable Attempt attempt;
  private @Nullable ResponseHead head;
  private @Nullable ByteBuf rest;
  private boolean chunkedRequest;
  private boolean toHead;
  private boolean requestFlushed;
  private boolean requestEnded;
  private boolean anyByte;
  private boolean keep;
  private boolean reused;
  private boolean paused;
  private boolean reading;
  private boolean resting;
  private boolean reset;
  private boolean inputEnded;
  private @Nullable Attempt served;
  private int interims;
  private long idleSince;

  UpstreamConnection(HttpLoop home, int server) {
    this.home = home;
    this.server = server;
    this.timeout = home.settings().backend().serverTimeout().toNanos();
    this.timer = new LoopTimer(home.loop(), this::timedOut);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
    out = new Output(context.channel());
    context.channel().config().setAutoClose(false);
  }

  int server() {
    return server;
  }

  long idleSince() {
    return idleSince;
  }

  void idleSince(long now) {
    idleSince = now;
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
    return anyByte;
  }

  @Override
  public void begin(Attempt newAttempt, RequestHead request, byte[] forwarded) {
    attempt = newAttempt;
    phase = Phase.HEAD;
    chunkedRequest = request.body() == Body.CHUNKED;
    toHead = request.kind() == Method.HEAD;
    requestFlushed = false;
    requestEnded = false;
    anyByte = false;
    interims = 0;
    ByteBuf buffer = out().stage(HeadWriter.room(request) + forwarded.length);
    HeadWriter.request(buffer, request, forwarded, home.settings().upgrades());
    if (!reused) {
      channel().config().setAutoRead(true);
    }
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
      out().lastChunk(trailers);
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
    boolean itsTurn = attempt != null && !paused && (requestEnded || !writable());
    if (itsTurn) {
      timer.set(timeout);
    } else {
      timer.clear();
    }
  }

  @Override
  public void cancel() {
    attempt = null;
    close();
  }

  /** Closes it, without a word to anybody. */
  void close() {
    if (phase != Phase.CLOSED) {
      phase = Phase.CLOSED;
      timer.close();
      releaseHead();
      body.reset();
      out().discard();
      ByteBuf unclaimed = takeRest();
      if (unclaimed != null) {
        unclaimed.release();
      }
      channel().close();
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
        read(in);
      }
    } finally {
      in.release();
    }
  }

  private void read(ByteBuf in) {
    while (attempt != null) {
      switch (phase) {
        case HEAD -> {
          if (!in.isReadable() || !readHead(attempt, in)) {
            return;
          }
        }
        case BODY -> {
          if (!readBody(attempt, in)) {
            return;
          }
        }
        case UPGRADED -> {
          keepRest(in);
          return;
        }
        default -> {
          return;
        }
      }
    }
  }

  private boolean readHead(Attempt to, ByteBuf in) {
    anyByte = true;
    ResponseHead h = head;
    if (h == null) {
      h = home.lendResponseHead();
      head = h;
    }
    int result = h.read(in, home.settings().limits(), toHead);
    if (result == ResponseHead.MORE) {
      return false;
    }
    if (result == ResponseHead.FAULT || (h.interim() && ++interims > MOST_INTERIM)) {
      broken(Failure.MALFORMED);
      return false;
    }
    if (h.interim()) {
      to.interim(h);
      h.reset();
      return true;
    }
    if (h.status() == 101) {
      phase = Phase.UPGRADED;
    } else {
      phase = Phase.BODY;
      body.begin(h.body(), h.contentLength());
      keep = h.keepAlive() && h.body() != Body.UNTIL_CLOSE;
    }
    head = null;
    to.head(h);
    home.giveBack(h);
    return true;
  }

  private boolean readBody(Attempt to, ByteBuf in) {
    int n = body.next(in, home.settings().limits());
    if (n > 0) {
      to.data(in.readRetainedSlice(n));
      return true;
    }
    if (n == BodyReader.END) {
      complete(to, in.isReadable());
    } else if (n == BodyReader.FAULT) {
      broken(Failure.MALFORMED);
    }
    return false;
  }

  private void complete(Attempt to, boolean moreCame) {
    attempt = null;
    timer.clear();
    Fields trailers = body.trailers();
    body.reset();
    if (keep && requestEnded && !moreCame && !out().dirty()) {
      // To the pool only once this reading has shown neither more bytes nor the end.
      phase = Phase.IDLE;
      resting = false;
    } else {
      close();
    }
    to.complete(trailers);
  }

  private void keepRest(ByteBuf in) {
    if (!in.isReadable()) {
      return;
    }
    ByteBuf more = in.readRetainedSlice(in.readableBytes());
    ByteBuf before = rest;
    if (before == null) {
      rest = more;
    } else {
      rest = channel().alloc().compositeBuffer().addComponents(true, before, more);
    }
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
    phase = Phase.CLOSED;
    timer.close();
    releaseHead();
    out().flush();
    channel().pipeline().remove(this);
    return channel();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    if (timer.isSet()) {
      timer.set(timeout);
    }
    if (phase == Phase.IDLE && !resting) {
      resting = true;
      reused = true;
      pause(false);
      home.pool().give(this);
    }
    Attempt to = served;
    if (to != null) {
      served = null;
      to.settle();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Attempt to = attempt;
    if (to != null) {
      watch();
      to.writable();
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

  private void ended() {
    Attempt to = attempt;
    if (to != null && phase == Phase.BODY && body.endsWithConnection()) {
      complete(to, false);
      to.settle();
    } else if (to != null && phase == Phase.UPGRADED && channel().isActive()) {
      inputEnded = true;
    } else {
      broken(anyByte || reset ? Failure.RESET : Failure.EMPTY);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      home.gateway().failed("http", this, cause);
      broken(Failure.INTERNAL);
    } else {
      // A failed write is no reason not to read: a server may answer early and close. A failed read
      // shows as an end, which follows.
      reset = true;
      if (!channel().isActive()) {
        ended();
      }
    }
  }

  private void timedOut() {
    broken(Failure.TIMEOUT);
  }

  /** The connection is of no use any more; an attempt that still wanted something learns of it. */
  private void broken(Failure failure) {
    Attempt to = attempt;
    attempt = null;
    if (phase == Phase.IDLE) {
      home.pool().remove(this);
    }
    close();
    if (to != null) {
      to.failed(failure);
      to.settle();
    }
  }

  private void releaseHead() {
    ResponseHead h = head;
    head = null;
    if (h != null) {
      home.giveBack(h);
    }
  }
}
