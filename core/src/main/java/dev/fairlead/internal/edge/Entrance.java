package dev.fairlead.internal.edge;

import dev.fairlead.config.Backend;
import dev.fairlead.config.ConnectionRule;
import dev.fairlead.config.Frontend;
import dev.fairlead.edge.Condition;
import dev.fairlead.edge.Needs;
import dev.fairlead.internal.tls.FinishedHandshake;
import dev.fairlead.internal.tls.ServerTlsContexts;
import dev.fairlead.internal.tls.TlsFailures;
import dev.fairlead.spi.ChannelEnd;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.TlsInfo;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The way in, for one connection, in this order: limit (the acceptor's) → PROXY header → peek → TLS →
 * protocol. Connection rules are asked in their order, each as soon as what it asks for is known. Stands
 * first in the pipeline, and tells of the connection's end when everybody behind has heard of it.
 */
public final class Entrance extends ChannelInboundHandlerAdapter {
  private enum Stage {
    /** Its PROXY header is to come. */
    PROXY,
    /** Its first bytes are looked at. */
    PEEK,
    /** It will do its handshake as soon as there is a place. */
    TLS_WAIT,
    /** It does its handshake. */
    TLS,
    /** It is the protocol's. */
    INSIDE,
    /** It was turned away, or has left. */
    OUTSIDE
  }

  private final Gate gate;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Reception reception;
  private Stage stage = Stage.PROXY;
  private @Nullable ClientConnection connection;
  private @Nullable FirstBytes bytes;
  private @Nullable LoopTimer timer;
  private Handshakes.@Nullable Place place;
  private @Nullable ConnectionRule decision;
  private int nextRule;
  private long handshakeBegan;
  private boolean active;

  public Entrance(Reception reception, Gate gate) {
    this.reception = reception;
    this.gate = gate;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    active = true;
    Channel channel = ctx.channel();
    connection = new ClientConnection(channel, reception.arrived(channel));
    if (gate.isOpen()) {
      stage = Stage.INSIDE;
      reception.admit(connection);
    } else if (gate.expectsProxyHeader(channel.remoteAddress())) {
      await(Stage.PROXY, gate.proxyTimeoutNanos());
    } else {
      addressesKnown();
    }
  }

  /** Waits for bytes, at most so long; those that are there already are looked at. */
  private void await(Stage next, long nanos) {
    stage = next;
    timer().set(nanos);
    if (bytes == null) {
      FirstBytes first = new FirstBytes(this);
      bytes = first;
      channel().pipeline().addLast(first);
      channel().config().setAutoRead(true);
    } else {
      if (!bytes().full()) { // it may have been, with the header that is gone now
        channel().config().setAutoRead(true);
      }
      look();
    }
  }

  /** Something came, or nothing more will. */
  void look() {
    switch (stage) {
      case PROXY -> readProxyHeader();
      case PEEK -> peek(bytes().ended() || bytes().full());
      case TLS_WAIT -> {
        if (bytes().ended()) {
          left();
        }
      }
      default -> {}
    }
  }

  private void readProxyHeader() {
    ProxyReading reading = gate.proxyReader().read(bytes().held());
    if (reading instanceof ProxyReading.Done done) {
      bytes().held().skipBytes(done.length());
      connection().proxied(done.header());
      addressesKnown();
    } else if (reading instanceof ProxyReading.Bad bad) {
      refuse(bad.problem());
    } else if (bytes().ended()) {
      refuse(ProxyHeaderReader.ended(bytes().held()));
    }
  }

  private void refuse(ProxyProblem problem) {
    reception.count(channel(), Counter.PROXY_HEADER_ERRORS);
    refuse(problem.reason(), problem.text());
  }

  private void addressesKnown() {
    handshakeBegan = channel().eventLoop().ticker().nanoTime();
    if (askRules(Needs.ADDRESSES)) {
      if (gate.terminates() || moreToAsk()) {
        await(Stage.PEEK, gate.peekTimeoutNanos());
      } else {
        enter();
      }
    }
  }

  /**
   * Looks at the first bytes.
   *
   * @param all whether no more will come, or be waited for
   */
  private void peek(boolean all) {
    ClientHello hello = ClientHello.read(bytes().held());
    ClientHello.Hello whole = hello instanceof ClientHello.Hello h ? h : null;
    boolean known = all || hello instanceof ClientHello.Bad; // what is bad gets no better
    connection().peeked(bytes().held(), known, whole);
    if (!askRules(Needs.FIRST_BYTES)) {
      return;
    }
    if (!gate.terminates()) {
      if (askRules(Needs.TLS)) {
        enter();
      }
    } else if (whole != null) {
      stage = Stage.TLS_WAIT;
      long taken = channel().eventLoop().ticker().nanoTime() - handshakeBegan;
      timer().set(Math.max(1, gate.handshakeTimeoutNanos() - taken));
      if (gate.limitsHandshakes()) {
        place = gate.handshakes().enter(channel().eventLoop(), this::secure);
      } else {
        secure();
      }
    } else if (all || !(hello instanceof ClientHello.NeedMore)) {
      Reason reason = noHandshake(hello);
      if (reason != Reason.LEFT) {
        reception.count(channel(), Counter.TLS_ERRORS);
      }
      refuse(reason, hello instanceof ClientHello.Bad bad ? bad.reason() : reason.text());
    }
  }

  private Reason noHandshake(ClientHello hello) {
    if (!(hello instanceof ClientHello.NeedMore)) {
      return Reason.TLS_NOT_SPOKEN;
    } else if (!bytes().ended()) {
      return Reason.TLS_TIMEOUT;
    }
    return bytes().held().isReadable() ? Reason.TLS_CLOSED : Reason.LEFT;
  }

  /** It has a place among the handshakes, if it still wants one. */
  private void secure() {
    if (stage != Stage.TLS_WAIT) {
      return;
    }
    stage = Stage.TLS;
    ServedTls tls = Objects.requireNonNull(gate.tls(), "tls");
    HandshakeTasks tasks = tls.newTasks();
    ServedTls.Served served = tls.handler(channel().alloc(), connection().hello(), tasks);
    if (served == null) {
      reception.count(channel(), Counter.TLS_ERRORS);
      beforeTls(ServerTlsContexts.unrecognizedName());
      refuse(
          Reason.TLS_UNKNOWN_NAME,
          Reason.TLS_UNKNOWN_NAME.text() + ": " + connection().sni());
      return;
    }
    served.handler().setHandshakeTimeoutMillis(0); // the time runs since the first byte, see timer
    channel().config().setAutoRead(true);
    channel()
        .pipeline()
        .addLast(served.handler(), new TlsEnd(tasks, failure -> secured(served, failure)));
    connection().handshakeBegins(moreToAsk());
    handOverBytes();
  }

  /** Sends bytes as they are: a handshake has not begun to encrypt. This handler stands first. */
  private void beforeTls(byte[] bytes) {
    channel()
        .pipeline()
        .firstContext()
        .writeAndFlush(Unpooled.wrappedBuffer(bytes), channel().voidPromise());
  }

  private void secured(ServedTls.Served served, @Nullable Throwable failure) {
    closePlace();
    if (stage != Stage.TLS) {
      return;
    }
    if (failure != null) {
      reception.count(channel(), Counter.TLS_ERRORS);
      TlsFailures.Diagnosis found = TlsFailures.of(failure);
      if (TlsFailures.isUntold(failure)) {
        beforeTls(TlsFailures.handshakeFailure());
      }
      refuse(found.failure(), found.text());
      return;
    }
    TlsInfo info = FinishedHandshake.of(served.handler(), served.certificate());
    connection().secured(info);
    reception.count(channel(), Counter.TLS_HANDSHAKES);
    if (info.resumed()) {
      reception.count(channel(), Counter.TLS_RESUMED);
    }
    if (askRules(Needs.TLS)) {
      enter();
    }
  }

  /** Something of the rules is left that nothing known so far could answer. */
  private boolean moreToAsk() {
    return decision == null && nextRule < gate.rules().size();
  }

  /**
   * Asks the rules that can be asked by now.
   *
   * @return whether the connection goes on; not when more bytes are wanted, or it was decided
   */
  private boolean askRules(Needs known) {
    while (moreToAsk()) {
      ConnectionRule rule = gate.rules().get(nextRule);
      Condition condition = rule.condition();
      Condition.Answer answer;
      try {
        answer = condition.ask(connection(), known);
      } catch (RuntimeException | Error e) {
        reception.failed("condition", condition, e);
        refuse(Reason.RULE_REJECTED, "a condition failed: " + condition);
        return false;
      }
      if (answer == Condition.Answer.YES) {
        decision = rule;
        return obey(rule);
      } else if (answer == Condition.Answer.OPEN) {
        if (condition.needs().compareTo(known) > 0) {
          return true;
        } else if (!connection().firstBytesEnded()) {
          return false;
        }
      }
      nextRule++;
    }
    return true;
  }

  /** What the rule wants at once; true when the connection goes on, to be sent somewhere later. */
  private boolean obey(ConnectionRule rule) {
    switch (rule.action()) {
      case REJECT -> {
        reception.count(channel(), Counter.CONNECTIONS_DENIED);
        refuse(Reason.RULE_REJECTED, rule.toString());
        return false;
      }
      case DROP -> {
        reception.count(channel(), Counter.CONNECTIONS_DENIED);
        drop(rule);
        return false;
      }
      default -> {
        if (rule.passesThrough()) {
          enter();
          return false;
        }
        return true;
      }
    }
  }

  /** Past everything: the protocol's. */
  private void enter() {
    ClientConnection entering = connection();
    Reception to = reception;
    ConnectionRule rule = decision;
    if (rule != null) {
      Backend backend = rule.backend();
      Frontend frontend = rule.frontend();
      if (backend != null) {
        entering.backend(backend.name());
      } else if (frontend != null) {
        to = reception.handOver(entering, frontend.name());
        if (to == null) {
          refuse(Reason.FRONTEND_FULL, Reason.FRONTEND_FULL.text() + ": " + frontend.name());
          return;
        }
        reception = to;
      }
    }
    stage = Stage.INSIDE;
    closeTimer();
    channel().config().setAutoRead(false);
    entering.admitted();
    to.admit(entering);
    handOverBytes();
  }

  private void handOverBytes() {
    FirstBytes first = bytes;
    if (first != null) {
      bytes = null;
      first.handOver();
    }
  }

  private void timedOut() {
    switch (stage) {
      case PROXY -> refuse(ProxyProblem.TIMED_OUT);
      case PEEK -> peek(true);
      case TLS_WAIT, TLS -> {
        reception.count(channel(), Counter.TLS_ERRORS);
        refuse(Reason.TLS_TIMEOUT, Reason.TLS_TIMEOUT.text());
      }
      default -> channel().close(); // dropped, and its time is over
    }
  }

  /** The client has left before it was let in. */
  void left() {
    if (stage == Stage.TLS || stage == Stage.TLS_WAIT) {
      reception.count(channel(), Counter.TLS_ERRORS);
      refuse(Reason.TLS_CLOSED, Reason.TLS_CLOSED.text());
    } else {
      refuse(Reason.LEFT, Reason.LEFT.text());
    }
  }

  private void refuse(Reason reason, String text) {
    if (turnAway(reason, text)) {
      if (reason == Reason.RULE_REJECTED) {
        ChannelEnd.reset(channel());
      } else {
        channel().close();
      }
    }
  }

  private void drop(ConnectionRule rule) {
    if (turnAway(Reason.RULE_DROPPED, rule.toString())) {
      channel().config().setAutoRead(false);
      timer().set(gate.clientTimeoutNanos());
    }
  }

  private boolean turnAway(Reason reason, String text) {
    if (stage == Stage.INSIDE || stage == Stage.OUTSIDE) {
      return false;
    }
    stage = Stage.OUTSIDE;
    closeTimer();
    closePlace();
    FirstBytes first = bytes;
    if (first != null) {
      first.discard();
    }
    reception.refused(connection(), reason, text);
    return true;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.fireChannelInactive();
    if (stage != Stage.INSIDE) {
      left();
    }
    closeTimer();
    closePlace();
    end();
  }

  /** The channel is closed. On its loop. */
  public void closed() {
    if (!active) {
      end();
    }
  }

  /** It never got a loop. */
  public void failed(Channel client) {
    client.unsafe().closeForcibly();
    end();
  }

  private void end() {
    if (over.compareAndSet(false, true)) {
      reception.left();
    }
  }

  private void closePlace() {
    Handshakes.Place held = place;
    if (held != null) {
      place = null;
      held.close();
    }
  }

  private LoopTimer timer() {
    LoopTimer running = timer;
    if (running == null) {
      running = new LoopTimer(channel().eventLoop(), this::timedOut);
      timer = running;
    }
    return running;
  }

  private void closeTimer() {
    if (timer != null) {
      timer.close();
    }
  }

  private ClientConnection connection() {
    return Objects.requireNonNull(connection, "not active");
  }

  private Channel channel() {
    return connection().channel();
  }

  private FirstBytes bytes() {
    return Objects.requireNonNull(bytes, "nothing is held");
  }
}
