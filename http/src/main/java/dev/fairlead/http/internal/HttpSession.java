package dev.fairlead.http.internal;

import dev.fairlead.event.Event;
import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.BodyReader;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Timings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection that speaks HTTP/1: reads one request after the other, the next one only when the
 * one before has been answered. On its event loop only.
 */
final class HttpSession extends ChannelInboundHandlerAdapter implements ClientStream {
  /** How much of further requests is held while one is being answered; beyond it, reading stops. */
  private static final int MOST_PENDING = 64 * 1024;
  /** How long, and how much, is read and thrown away so that the client gets to see the last answer. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long MOST_LINGER_BYTES = 1024 * 1024;
  private static final ChannelFutureListener SHUT_DOWN_OUTPUT = done -> {
    if (done.channel() instanceof DuplexChannel duplex && done.isSuccess()) {
      duplex.shutdownOutput();
    } else {
      done.channel().close();
    }
  };

  private enum Phase {
    IDLE,
    HEAD,
    EXCHANGE,
    LINGER,
    TUNNEL,
    CLOSED
  }

  private final HttpLoop home;
  private final Channel channel;
  private final SocketAddress address;
  private final long number;
  private final long accepted;
  private final byte[] forwarded;
  private final ClientWriter writer;
  private final LoopTimer timer;
  private final BodyReader body = new BodyReader();
  private Phase phase = Phase.IDLE;
  private @Nullable RequestHead head;
  private @Nullable HttpExchange exchange;
  private final Pending pending = new Pending();
  private long arrived;
  private long exchanges;
  private long bytesIn;
  private long lingered;
  private Termination last = Termination.NORMAL;
  private boolean requestDone;
  private boolean headTimed;
  private boolean reading;
  private boolean consuming;
  private boolean resumes;
  private boolean inputEnded;
  private boolean bodyPaused;
  private boolean pendingPaused;

  HttpSession(HttpLoop home, Channel channel) {
    this.home = home;
    this.channel = channel;
    this.address = channel.remoteAddress();
    this.number = home.gateway().nextSession();
    this.accepted = home.now();
    this.forwarded = ForwardRule.line(home.settings().forward(), address);
    this.writer = new ClientWriter(channel);
    this.timer = new LoopTimer(home.loop(), this::timedOut);
  }

  void start() {
    home.joined(this);
    Gateway gateway = home.gateway();
    if (gateway.observed()) {
      gateway.report(new Event.SessionOpened(gateway.frontend(), number, address));
    }
    timer.set(home.settings().requestTimeout().toNanos());
    channel.pipeline().addLast(this);
    channel.config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    reading = true;
    bytesIn += in.readableBytes();
    if (phase == Phase.LINGER || phase == Phase.CLOSED) {
      linger(in);
    } else if (pending.isEmpty()) {
      consume(in);
    } else {
      hold(in);
    }
  }

  /** Reads all that may be read now, and holds the rest. */
  private void consume(ByteBuf in) {
    consuming = true;
    try {
      boolean more = true;
      while (more && in.isReadable()) {
        more = switch (phase) {
          case IDLE, HEAD -> readHead(in);
          case EXCHANGE -> !requestDone && readBody(in);
          default -> false;
        };
      }
    } finally {
      consuming = false;
      if (in.isReadable() && (phase == Phase.EXCHANGE || phase == Phase.TUNNEL)) {
        hold(in);
      } else {
        in.release();
      }
    }
    if (inputEnded && (phase == Phase.IDLE || phase == Phase.HEAD)) {
      inputEnded();
    }
  }

  private void hold(ByteBuf in) {
    pending.add(in, channel.alloc());
    if (!pendingPaused && pending.size() >= MOST_PENDING) {
      pendingPaused = true;
      updateAutoRead();
    }
  }

  private boolean readHead(ByteBuf in) {
    RequestHead h = head;
    if (h == null) {
      h = home.lendRequestHead();
      head = h;
    }
    if (phase == Phase.IDLE) {
      arrived = home.now();
      headTimed = false;
    }
    int result = h.read(in, home.settings().limits());
    if (result == RequestHead.MORE) {
      if (h.begun()) {
        phase = Phase.HEAD;
      }
      return false;
    }
    HttpExchange next = open(h);
    if (result == RequestHead.FAULT) {
      next.reject(Rejection.of(h.fault()));
      return false;
    }
    requestDone = h.body() == Body.NONE;
    body.begin(h.body(), h.bodyLength());
    next.begin();
    return true;
  }

  private HttpExchange open(RequestHead h) {
    phase = Phase.EXCHANGE;
    timer.clear();
    requestDone = false;
    writer.begin(h);
    if (home.draining()) {
      writer.close();
    }
    HttpExchange next = new HttpExchange(this, h, ++exchanges, arrived, exchanges == 1);
    exchange = next;
    return next;
  }

  private boolean readBody(ByteBuf in) {
    HttpExchange current = Objects.requireNonNull(exchange, "exchange");
    int n = body.next(in, home.settings().limits());
    if (n > 0) {
      current.requestData(in.readRetainedSlice(n));
      if (body.ended() && exchange == current) {
        endRequest(current);
      }
      return true;
    }
    if (n == BodyReader.END) {
      endRequest(current);
      return true;
    }
    if (n == BodyReader.FAULT) {
      current.reject(Rejection.ofBody(body.fault()));
    }
    return false;
  }

  private void endRequest(HttpExchange current) {
    requestDone = true;
    Fields trailers = body.trailers();
    body.reset();
    current.requestEnd(trailers);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    timeHead();
    settle();
  }

  /** A head that did not come whole has its time; the connection's first has it since the accept. */
  private void timeHead() {
    if (phase == Phase.HEAD && !headTimed) {
      headTimed = true;
      if (exchanges > 0) {
        timer.set(home.settings().requestTimeout().toNanos());
      }
    }
  }

  private void settle() {
    if (exchange != null) {
      exchange.settle();
    } else {
      flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null) {
      exchange.clientWritable();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded();
    }
  }

  /** The client will send no more. */
  private void inputEnded() {
    inputEnded = true;
    switch (phase) {
      case EXCHANGE -> {
        HttpExchange current = exchange;
        if (current != null && (!requestDone || current.clientEnded())) {
          leave();
        }
      }
      case IDLE, HEAD, LINGER -> leave();
      default -> {}
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave();
  }

  /** The client has left, or is to be treated so: nothing more is sent to it. */
  private void leave() {
    if (phase == Phase.CLOSED) {
      return;
    }
    RequestHead h = head;
    if (phase == Phase.HEAD && h != null) {
      open(h);
    }
    HttpExchange current = exchange;
    phase = Phase.CLOSED;
    if (current != null) {
      current.clientLeft();
    }
    gone();
    channel.close();
  }

  /** Gives back all that the connection held. */
  private void gone() {
    phase = Phase.CLOSED;
    timer.close();
    pending.release();
    writer.out().discard();
    body.reset();
    releaseHead();
    home.left(this);
    report();
  }

  private void report() {
    Gateway gateway = home.gateway();
    if (gateway.observed()) {
      gateway.report(new Event.SessionClosed(
          gateway.frontend(),
          number,
          address,
          null,
          null,
          gateway.instant(accepted),
          new Timings(0, -1, -1, -1, home.now() - accepted),
          bytesIn,
          written(),
          0,
          false,
          last,
          gateway.load(null)));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      leave();
      return;
    }
    home.gateway().failed("http", this, cause);
    HttpExchange current = exchange;
    if (current != null && phase == Phase.EXCHANGE) {
      writer.close();
      current.reject(Rejection.INTERNAL_ERROR);
      writer.out().flush();
    } else {
      leave();
    }
  }

  private void timedOut() {
    RequestHead h = head;
    switch (phase) {
      case EXCHANGE -> {
        if (exchange != null) {
          exchange.clientTimedOut();
          flush();
        }
      }
      case IDLE, HEAD -> {
        if (phase == Phase.IDLE && exchanges > 0) {
          leave();
        } else {
          if (h == null) {
            h = home.lendRequestHead();
            head = h;
            arrived = accepted;
          }
          open(h).reject(Rejection.REQUEST_TIMEOUT);
          flush();
        }
      }
      default -> leave();
    }
  }

  /** No more requests are wanted. */
  void drain() {
    if (phase == Phase.IDLE) {
      leave();
    } else {
      writer.close();
    }
  }

  @Override
  public HttpLoop home() {
    return home;
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public long session() {
    return number;
  }

  @Override
  public byte[] forwarded(RequestHead request) {
    return ForwardRule.line(home.settings().forward(), forwarded, request);
  }

  @Override
  public void interim(ResponseHead response) {
    writer.interim(response);
  }

  @Override
  public void respond(ResponseHead response, boolean requestUnfinished) {
    if (requestUnfinished || home.draining() || (inputEnded && pending.isEmpty())) {
      writer.close();
    }
    writer.head(response);
  }

  @Override
  public void data(ByteBuf data) {
    writer.data(data);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    writer.end(trailers);
  }

  @Override
  public void answer(Rejection rejection) {
    if (!requestDone) {
      writer.close();
    }
    writer.answer(rejection);
  }

  @Override
  public boolean writable() {
    return channel.isWritable();
  }

  @Override
  public long written() {
    return writer.out().written();
  }

  @Override
  public void pause(boolean paused) {
    bodyPaused = paused;
    updateAutoRead();
  }

  private void updateAutoRead() {
    channel.config().setAutoRead(!bodyPaused && !pendingPaused);
  }

  @Override
  public void waitForClient(boolean waiting) {
    if (waiting) {
      timer.set(home.settings().clientTimeout().toNanos());
    } else {
      timer.clear();
    }
  }

  @Override
  public boolean reading() {
    return reading;
  }

  @Override
  public void flush() {
    if (!reading) {
      if (resumes) {
        resume();
      }
      writer.out().flush();
    }
  }

  /** Goes on with what was held while a request was being answered. */
  private void resume() {
    resumes = false;
    pendingPaused = false;
    updateAutoRead();
    consume(pending.take());
    if (exchange != null) {
      exchange.settle();
    } else if (phase == Phase.IDLE) {
      timer.set(home.settings().keepAliveTimeout().toNanos());
    } else {
      timeHead();
    }
  }

  @Override
  public void over(Termination how, boolean broken) {
    last = how;
    exchange = null;
    releaseHead();
    body.reset();
    if (bodyPaused) {
      pause(false);
    }
    if (phase == Phase.CLOSED || phase == Phase.TUNNEL) {
      return;
    }
    timer.clear();
    if (broken) {
      cut();
    } else if (!requestDone || !writer.keeps()) {
      finish();
    } else {
      phase = Phase.IDLE;
      next();
    }
  }

  private void next() {
    if (home.draining()) {
      finish();
      return;
    }
    if (!pending.isEmpty()) {
      // Not before the event that ended the last exchange is over: only then is the connection that
      // it
      // used in the pool.
      resumes = true;
      return;
    }
    if (inputEnded && !consuming) {
      finish();
    } else {
      timer.set(home.settings().keepAliveTimeout().toNanos());
    }
  }

  /** The response is not whole, and the client must see that. */
  private void cut() {
    writer.out().flush();
    if (writer.cutGoesUnseen() && !(channel instanceof LocalChannel)) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    gone();
    channel.close();
  }

  /** The last response is written: the connection ends so that the client gets to see it. */
  private void finish() {
    boolean moreMayCome = !inputEnded && (!requestDone || !pending.isEmpty());
    pending.release();
    phase = Phase.LINGER;
    if (moreMayCome && channel instanceof DuplexChannel) {
      bodyPaused = false;
      pendingPaused = false;
      updateAutoRead();
      timer.set(LINGER_NANOS);
      writer.out().finish(SHUT_DOWN_OUTPUT);
    } else {
      timer.set(home.settings().clientTimeout().toNanos());
      writer.out().finish(ChannelFutureListener.CLOSE);
    }
  }

  private void linger(ByteBuf in) {
    lingered += in.readableBytes();
    in.release();
    if (phase == Phase.LINGER && lingered > MOST_LINGER_BYTES) {
      leave();
    }
  }

  private void releaseHead() {
    RequestHead h = head;
    head = null;
    if (h != null) {
      home.giveBack(h);
    }
  }

  @Override
  public void tunnel(ServerStream server) {
    phase = Phase.TUNNEL;
    timer.close();
    writer.out().flush();
    Channel serverChannel = server.handOver();
    ByteBuf fromServer = server.takeRest();
    ByteBuf fromClient = pending.isEmpty() ? null : pending.take();
    channel.pipeline().remove(this);
    long in = fromClient == null ? 0 : fromClient.readableBytes();
    long out = fromServer == null ? 0 : fromServer.readableBytes();
    if (fromServer != null) {
      channel.writeAndFlush(fromServer, channel.voidPromise());
    }
    if (fromClient != null) {
      serverChannel.writeAndFlush(fromClient, serverChannel.voidPromise());
    }
    home.gateway().relay(channel, serverChannel, new Tunnel(this, home.settings(), in, out));
  }

  void tunnelEnded(Termination how, long fromClient, long fromServer) {
    HttpExchange current = exchange;
    if (current != null) {
      current.tunnelEnded(how, fromClient, fromServer);
    }
    gone();
  }
}
