package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.spi.ChannelEnd;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.status.Termination;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One client connection that speaks HTTP/1: reads one request after the other, the next one only when the
 * one before has been answered. On its event loop only.
 *
 * <p>It holds {@code phase}, who has the word: nobody or an unfinished head (OPEN, without an exchange),
 * an exchange (OPEN, with one), a tunnel, or nobody ever again (CLOSED: all is given back).
 */
final class Http1Session extends ChannelInboundHandlerAdapter
    implements ClientSession, ClientStream, RequestReader.Target {
  /** How much of further requests is held while one is being answered; beyond it, reading stops. */
  private static final int MOST_PENDING = 64 * 1024;

  private enum Phase {
    OPEN,
    /** A relay between two channels. */
    TUNNEL,
    /** A tunnel whose other end is a stream. */
    STREAM,
    /** The client begins HTTP/2: a session of that version goes on. */
    HANDED_ON,
    CLOSED
  }

  private final HttpLoop home;
  private final ClientSide client;
  private final Channel channel;
  private final ClientWriter writer;
  private final RequestReader reader;
  private final LoopTimer timer;
  private final Pending pending = new Pending();
  private Phase phase = Phase.OPEN;
  private @Nullable HttpExchange exchange;
  /** The request with which the client goes over to HTTP/2. */
  private @Nullable RequestHead upgraded;

  private Termination last = Termination.NORMAL;
  private long arrived;
  private long bytesIn;
  private long tunnelOut;
  private long unsent;
  private long watched = -1;
  private boolean reading;
  private boolean consuming;
  private boolean resumes;
  private boolean inputEnded;
  private boolean bodyPaused;
  private boolean pendingPaused;

  Http1Session(HttpLoop home, Connection connection) {
    this.home = home;
    this.client = new ClientSide(home, connection, this);
    this.channel = connection.channel();
    this.arrived = connection.admittedNanos();
    this.writer = new ClientWriter(channel, home);
    this.reader = new RequestReader(home, this);
    this.timer = new LoopTimer(home.loop(), this::timedOut);
  }

  void start() {
    client.opened();
    timer.set(home.settings().requestTimeout().toNanos());
    channel.pipeline().addLast(this);
    channel.config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    reading = true;
    bytesIn += in.readableBytes();
    HttpExchange current = exchange;
    if (phase == Phase.STREAM && current != null) {
      current.requestData(in);
    } else if (phase != Phase.OPEN) {
      in.release();
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
      while (more && phase == Phase.OPEN && in.isReadable()) {
        more = reader.read(in);
      }
    } finally {
      consuming = false;
      if (phase == Phase.HANDED_ON) {
        handOn(in);
      } else if (in.isReadable() && phase == Phase.OPEN) {
        hold(in);
      } else {
        in.release();
      }
    }
    if (inputEnded && exchange == null) {
      unoccupied();
    }
  }

  /** What was read is the beginning of HTTP/2. */
  private void handOn(ByteBuf rest) {
    phase = Phase.CLOSED;
    timer.close();
    reader.reset();
    channel.pipeline().remove(this);
    RequestHead first = upgraded;
    Http2Session next = new Http2Session(client, first != null);
    if (first == null) {
      next.goOn(bytesIn, rest);
    } else {
      upgraded = null;
      next.upgraded(bytesIn, first, rest);
    }
  }

  private void hold(ByteBuf in) {
    pending.add(in, channel.alloc());
    if (!pendingPaused && pending.size() >= MOST_PENDING) {
      pendingPaused = true;
      updateAutoRead();
    }
  }

  @Override
  public void begun() {
    arrived = home.now();
  }

  @Override
  public void head(RequestHead head) {
    client.clean(head);
    if (client.exchanges() == 0 && Http2Upgrade.wanted(home.settings(), connection(), head)) {
      phase = Phase.HANDED_ON;
      upgraded = reader.takeHead();
      return;
    }
    HttpExchange next = open(head);
    if (home.settings().admits(head)) {
      next.begin();
    } else {
      writer.close();
      next.reject(Rejection.METHOD_NOT_ALLOWED);
    }
  }

  @Override
  public void faulty(RequestHead head, Rejection answer) {
    HttpExchange current = exchange;
    if (current == null) {
      if (head.http2Preface() && client.exchanges() == 0 && mayChangeUnasked()) {
        phase = Phase.HANDED_ON;
        return;
      }
      current = open(head);
    }
    writer.close();
    current.reject(answer);
  }

  /** By TLS, the versions have been agreed on (RFC 9113 §3.2). */
  private boolean mayChangeUnasked() {
    return client.connection().tls() == null && home.settings().http2WithoutTls();
  }

  @Override
  public void data(ByteBuf data) {
    HttpExchange current = exchange;
    if (current == null) {
      data.release();
    } else {
      current.requestData(data);
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    if (exchange != null) {
      client.clean(trailers);
      exchange.requestEnd(trailers);
    }
  }

  private HttpExchange open(RequestHead head) {
    timer.clear();
    writer.expect(head, home.draining());
    HttpExchange next = client.exchange(this, head, arrived);
    exchange = next;
    return next;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    watchHead();
    settle();
  }

  /** A head that did not come whole has its time; the connection's first has it since the accept. */
  private void watchHead() {
    if (phase == Phase.OPEN
        && exchange == null
        && reader.inHead()
        && watched != client.exchanges()) {
      watched = client.exchanges();
      if (watched > 0) {
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
    } else if (resumes && channel.isWritable()) {
      flush();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      HttpExchange current = exchange;
      if (current == null) {
        if (pending.isEmpty()) {
          unoccupied();
        }
      } else if (phase == Phase.STREAM) {
        current.requestEnd(null);
        current.settle();
      } else if (!reader.ended() || current.clientEnded()) {
        leave();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave();
  }

  /** Nothing is under way and nothing will be: the client still gets what was written to it. */
  private void unoccupied() {
    if (phase != Phase.OPEN) {
      return;
    }
    if (reader.between()) {
      finish(false);
    } else {
      leave();
    }
  }

  /** The client has left, or is to be treated so: nothing more is sent to it. */
  private void leave() {
    if (phase == Phase.CLOSED || phase == Phase.TUNNEL) {
      return;
    }
    HttpExchange current = exchange;
    if (current == null && reader.inHead()) {
      current = open(reader.head());
    }
    phase = Phase.CLOSED;
    if (current != null) {
      current.clientLeft();
    }
    gone();
    channel.close();
  }

  /** Gives back all that the connection held, once. */
  private void gone() {
    phase = Phase.CLOSED;
    timer.close();
    pending.release();
    writer.out().discard();
    reader.reset();
    client.closed(bytesIn, writer.written() + tunnelOut, last);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      leave();
      return;
    }
    home.gateway().failed("http", this, cause);
    HttpExchange current = exchange;
    if (current == null || phase != Phase.OPEN) {
      leave();
      channel.close();
    } else {
      writer.close();
      current.reject(Rejection.INTERNAL_ERROR);
      writer.out().flush();
    }
  }

  private void timedOut() {
    HttpExchange current = exchange;
    if (current != null) {
      long now = ChannelEnd.unsent(channel);
      if (now > 0 && now < unsent) {
        waitForClient(true); // it takes its response, if slowly
        return;
      }
      current.clientTimedOut();
    } else if (reader.between() && client.exchanges() > 0) {
      unoccupied();
    } else {
      open(reader.head()).reject(Rejection.REQUEST_TIMEOUT);
    }
    flush();
  }

  @Override
  public void drain() {
    if (exchange == null && reader.between()) {
      unoccupied();
    } else {
      writer.close();
    }
  }

  @Override
  public HttpLoop home() {
    return home;
  }

  @Override
  public Connection connection() {
    return client.connection();
  }

  @Override
  public byte[] forwarded(RequestHead request) {
    return client.forwarded(request);
  }

  @Override
  public ResponseSink response() {
    return writer;
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
      unsent = ChannelEnd.unsent(channel);
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
      if (resumes && channel.isWritable()) {
        resume();
      }
      writer.out().flush();
      if (exchange != null && timer.isSet() && ChannelEnd.unsent(channel) < unsent) {
        waitForClient(true); // what it took just now is no sign of life later
      } else {
        unsent = ChannelEnd.unsent(channel);
      }
    }
  }

  @Override
  public void over(Termination how, boolean broken) {
    last = how;
    exchange = null;
    if (bodyPaused) {
      pause(false);
    }
    if (phase == Phase.STREAM) {
      timer.clear();
      if (broken) {
        cut();
      } else {
        finish(false);
      }
      return;
    }
    if (phase == Phase.TUNNEL && broken) {
      channel.close(); // the relay sees that, and ends
    }
    if (phase != Phase.OPEN) {
      return;
    }
    timer.clear();
    if (broken) {
      cut();
    } else if (!reader.ended() || !writer.keeps() || home.draining()) {
      finish(!inputEnded && (!reader.ended() || !pending.isEmpty()));
    } else {
      reader.reset();
      next();
    }
  }

  private void next() {
    if (!pending.isEmpty()) {
      // Not before the event that ended the last exchange is over: only then is the connection
      // that it used in the pool.
      resumes = true;
      timer.set(
          home.settings().clientTimeout().toNanos()); // to take what it was sent, if it is much
    } else if (inputEnded && !consuming) {
      finish(false);
    } else {
      timer.set(home.settings().keepAliveTimeout().toNanos());
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
    } else if (phase == Phase.OPEN && reader.between()) {
      timer.set(home.settings().keepAliveTimeout().toNanos());
    } else {
      watchHead();
    }
  }

  /** The response is not whole, and the client must see that. */
  private void cut() {
    writer.out().flush();
    boolean reset = writer.cutGoesUnseen();
    gone();
    if (reset) {
      ChannelEnd.reset(channel);
    } else {
      channel.close();
    }
  }

  /** The last response is written: the connection ends so that the client gets to see it. */
  private void finish(boolean clientMaySend) {
    Farewell farewell = new Farewell(home, channel, clientMaySend);
    channel.pipeline().remove(this);
    farewell.say(writer.out());
    gone();
  }

  @Override
  public boolean exclusive() {
    return true;
  }

  @Override
  public void tunnel() {
    phase = Phase.STREAM;
    writer.tunnel();
    HttpExchange current = exchange;
    if (current != null && !pending.isEmpty()) {
      pendingPaused = false;
      updateAutoRead();
      current.requestData(pending.take());
    }
    if (current != null && inputEnded) {
      current.requestEnd(null);
    }
  }

  @Override
  public void tunnel(ServerStream server, HttpRoute to) {
    phase = Phase.TUNNEL;
    timer.close();
    writer.out().flush();
    bytesIn -= pending.size(); // the tunnel counts them
    ByteBuf early = pending.isEmpty() ? null : pending.take();
    channel.pipeline().remove(this);
    new Tunnel(this, to).open(channel, early, inputEnded, server);
  }

  void tunnelEnded(Termination how, long fromClient, long fromServer) {
    bytesIn += fromClient;
    tunnelOut = fromServer;
    HttpExchange current = exchange;
    if (current != null) {
      current.tunnelEnded(how, fromClient, fromServer);
    }
    gone();
  }
}
