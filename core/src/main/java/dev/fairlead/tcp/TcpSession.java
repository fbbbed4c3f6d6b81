package dev.fairlead.tcp;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.KeySink;
import dev.fairlead.balance.Outcome;
import dev.fairlead.event.Event;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Counting;
import dev.fairlead.spi.EdgeException;
import dev.fairlead.spi.Lease;
import dev.fairlead.spi.Refusal;
import dev.fairlead.spi.Relaying;
import dev.fairlead.spi.Tried;
import dev.fairlead.spi.Upstream;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Termination.Cause;
import dev.fairlead.status.Termination.Stage;
import dev.fairlead.status.Timings;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection from accept to close: asks for a slot, connects, tries again where it may, has bytes
 * relayed, and ends once. Everything happens on the client's event loop.
 */
final class TcpSession implements Acquire, Relaying, Outcome {
  private static final long TURN_AROUND = TimeUnit.SECONDS.toNanos(1);

  private final TcpProtocol protocol;
  private final TcpRoute route;
  private final Connection connection;
  private final Channel client;
  private final EventLoop loop;
  private final EarlyBytes early;
  private final Tried tried = new Tried();
  private final long accepted;

  private Upstream.@Nullable Waiting waiting;
  private @Nullable Lease lease;
  private @Nullable Future<?> connecting;
  private @Nullable Candidate firstServer;
  private @Nullable Candidate lastServer;
  private int retries;
  private long askedAt;
  private long grantedAt;
  private long connectStart;
  private long queueNanos = -1;
  private long connectNanos = -1;
  private Kind kind = Kind.COMPLETED;
  private Refusal refusal = Refusal.NO_SERVER;
  private boolean relayed;
  private @Nullable Cause revoked;
  private boolean ended;

  TcpSession(TcpProtocol protocol, TcpRoute route, Connection connection) {
    this.protocol = protocol;
    this.route = route;
    this.connection = connection;
    this.client = connection.channel();
    this.loop = client.eventLoop();
    this.accepted = connection.acceptedNanos();
    this.early = new EarlyBytes(this::clientLeft);
  }

  void start() {
    if (protocol.gateway.observed()) {
      protocol.gateway.report(new Event.SessionOpened(
          protocol.gateway.frontend(), connection.number(), connection.client()));
    }
    client.pipeline().addLast(early);
    client.config().setAutoRead(true); // so that a client that leaves is seen
    if (!ended) {
      acquire();
    }
  }

  private void acquire() {
    askedAt = nanoTime();
    Upstream.Waiting wait = route.upstream.acquire(this);
    if (wait != null) { // null: answered, and by now it may wait for another server
      waiting = wait;
    }
  }

  @Override
  public void granted(Lease granted) {
    waiting = null;
    lease = granted;
    grantedAt = nanoTime();
    queueNanos = Math.max(queueNanos, 0) + granted.queuedNanos();
    if (firstServer == null) {
      firstServer = granted.server();
    }
    lastServer = granted.server();
    if (tried.contains(granted.server())) {
      waitAndConnect();
    } else {
      connect(granted);
    }
  }

  @Override
  public void refused(Refusal why) {
    leaveQueue();
    refusal = why;
    end(
        switch (why) {
          case NO_SERVER -> new Termination(Cause.SERVER, Stage.CONNECT);
          case QUEUE_FULL -> new Termination(Cause.SERVER, Stage.QUEUE);
          case QUEUE_TIMEOUT -> new Termination(Cause.SERVER_TIMEOUT, Stage.QUEUE);
          case SHUTTING_DOWN -> new Termination(Cause.KILLED, Stage.QUEUE);
          case INTERNAL_ERROR -> new Termination(Cause.INTERNAL, Stage.CONNECT);
        });
  }

  /** The wait ends without a slot: its time belongs into the log, too. */
  private void leaveQueue() {
    if (waiting != null) {
      waiting = null;
      queueNanos = Math.max(queueNanos, 0) + nanoTime() - askedAt;
    }
  }

  @Override
  public void revoked(Lease wanted, Cause why) {
    kind = Kind.CANCELLED;
    revoked = why;
    if (relayed) {
      client.close(); // the relay ends by that, and tells how much it has passed on
    } else {
      end(new Termination(why, Stage.CONNECT));
    }
  }

  private void connect(Lease to) {
    connectStart = nanoTime();
    Future<Channel> future = protocol.gateway.connect(to, this, new ServerEnd());
    connecting = future;
    future.addListener((Future<Channel> done) -> connected(to, done));
  }

  private void connected(Lease to, Future<Channel> done) {
    connecting = null;
    if (ended || lease != to) {
      if (done.isSuccess()) {
        done.getNow().close();
      }
      return;
    }
    if (!done.isSuccess()) {
      connectFailed(to, done.cause());
      return;
    }
    connectNanos = nanoTime() - connectStart;
    kind = Kind.COMPLETED; // of this lease; the ones before had their own end
    relayed = true;
    to.counting().add(Counter.REQUESTS, 1);
    to.established();
    early.beforeHandOver();
    protocol.gateway.relay(client, done.getNow(), this);
    if (!ended) {
      early.handOver(client);
    }
  }

  /** Nothing was sent: elsewhere at once where another server is usable, else here after a pause. */
  private void connectFailed(Lease to, Throwable cause) {
    Reason reason = cause instanceof EdgeException edge ? edge.reason() : null;
    boolean late = cause instanceof ConnectTimeoutException || reason == Reason.TLS_TIMEOUT;
    kind = late ? Kind.CONNECT_TIMEOUT : Kind.CONNECT_FAILED;
    Counting counting = to.counting();
    counting.add(Counter.CONNECT_ERRORS, 1);
    if (reason != null) {
      counting.add(Counter.TLS_ERRORS, 1);
    }
    tried.add(to.server());
    if (retries >= route.backend.retries().max()) {
      Cause who = kind == Kind.CONNECT_TIMEOUT ? Cause.SERVER_TIMEOUT : Cause.SERVER;
      end(new Termination(who, Stage.CONNECT, reason));
      return;
    }
    retries++;
    if (route.upstream.anotherUsable(this)) {
      counting.add(Counter.REDISPATCHES, 1);
      lease = null;
      to.release(this);
      acquire();
    } else {
      counting.add(Counter.RETRIES, 1);
      waitAndConnect();
    }
  }

  private void waitAndConnect() {
    long pause = Math.min(TURN_AROUND, route.backend.connectTimeout().toNanos());
    connecting = loop.schedule(
        () -> {
          Lease held = lease;
          if (!ended && held != null) {
            connect(held);
          }
        },
        pause,
        TimeUnit.NANOSECONDS);
  }

  /** The client closed or reset its connection before it was relayed. */
  private void clientLeft() {
    kind = Kind.CLIENT_ABORT;
    end(new Termination(Cause.CLIENT, lease == null ? Stage.QUEUE : Stage.CONNECT));
  }

  @Override
  public void ended(Termination termination, long fromClient, long fromServer) {
    Lease held = lease;
    if (held != null) {
      held.counting().add(Counter.BYTES_IN, fromClient);
      held.counting().add(Counter.BYTES_OUT, fromServer);
    }
    if (kind == Kind.COMPLETED) {
      kind = switch (termination.cause()) {
        case CLIENT, CLIENT_TIMEOUT -> Kind.CLIENT_ABORT;
        case SERVER -> Kind.RESET;
        case SERVER_TIMEOUT -> Kind.TIMEOUT;
        default -> Kind.COMPLETED;
      };
    }
    Cause why = revoked;
    Termination how = why == null ? termination : new Termination(why, Stage.DATA);
    end(how, fromClient, fromServer);
  }

  private void end(Termination termination) {
    end(termination, 0, 0);
  }

  /** The only end. */
  private void end(Termination termination, long fromClient, long fromServer) {
    if (ended) {
      return;
    }
    ended = true;
    Upstream.Waiting queued = waiting;
    if (queued != null) {
      leaveQueue();
      queued.cancel();
    }
    Future<?> pending = connecting;
    if (pending != null) {
      connecting = null;
      pending.cancel(false);
    }
    early.discard();
    count(termination, fromClient, fromServer);
    Lease held = lease;
    Event.Load load = protocol.gateway.observed() ? protocol.gateway.load(held) : Event.Load.NONE;
    if (held != null) {
      lease = null;
      held.release(this);
    }
    report(termination, fromClient, fromServer, load);
    client.close();
  }

  private void count(Termination termination, long fromClient, long fromServer) {
    Counting own = protocol.gateway.counting(loop);
    own.add(Counter.REQUESTS, 1);
    own.add(Counter.BYTES_IN, fromClient);
    own.add(Counter.BYTES_OUT, fromServer);
    own.record(queueNanos, connectNanos, -1, nanoTime() - accepted);
    Lease held = lease;
    Counter counter = switch (termination.cause()) {
      case CLIENT, CLIENT_TIMEOUT -> Counter.CLIENT_ABORTS;
      case SERVER, SERVER_TIMEOUT -> relayed ? Counter.SERVER_ABORTS : refusedBy();
      case INTERNAL -> Counter.INTERNAL_ERRORS;
      default -> null;
    };
    if (counter != null) {
      own.add(counter, 1);
      if (held != null && relayed) {
        held.counting().add(counter, 1);
      }
    }
  }

  private Counter refusedBy() {
    if (lastServer != null) {
      return Counter.CONNECT_ERRORS;
    }
    return switch (refusal) {
      case QUEUE_FULL -> Counter.QUEUE_FULL;
      case QUEUE_TIMEOUT -> Counter.QUEUE_TIMEOUTS;
      default -> Counter.NO_SERVER;
    };
  }

  private void report(Termination termination, long fromClient, long fromServer, Event.Load load) {
    if (!protocol.gateway.observed()) {
      return;
    }
    Timings timings = new Timings(0, queueNanos, connectNanos, -1, nanoTime() - accepted);
    Candidate last = lastServer;
    Candidate first = firstServer;
    protocol.gateway.report(new Event.SessionClosed(
        protocol.gateway.frontend(),
        connection.number(),
        connection.client(),
        route.backend.name(),
        last == null ? null : last.name(),
        protocol.gateway.instant(accepted),
        timings,
        fromClient,
        fromServer,
        retries,
        last != null && first != null && last.id() != first.id(),
        termination,
        load));
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public Connection connection() {
    return connection;
  }

  @Override
  public long arrivedNanos() {
    return accepted;
  }

  @Override
  public SocketAddress client() {
    return connection.client();
  }

  @Override
  public void writeClient(KeySink sink) {
    connection.writeClient(sink);
  }

  @Override
  public @Nullable SocketAddress destination() {
    return connection.destination();
  }

  @Override
  public void writeDestination(KeySink sink) {
    connection.writeDestination(sink);
  }

  @Override
  public boolean tried(Candidate candidate) {
    return tried.contains(candidate);
  }

  @Override
  public long nanoTime() {
    return loop.ticker().nanoTime();
  }

  @Override
  public RandomGenerator random() {
    return protocol.gateway.random(loop);
  }

  @Override
  public <T> @Nullable T request(Class<T> type) {
    return type.isInstance(connection) ? type.cast(connection) : null;
  }

  @Override
  public Duration clientTimeout() {
    return route.clientTimeout;
  }

  @Override
  public Duration serverTimeout() {
    return route.serverTimeout;
  }

  @Override
  public Duration clientFinTimeout() {
    return route.clientFinTimeout;
  }

  @Override
  public Duration serverFinTimeout() {
    return route.serverFinTimeout;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public int status() {
    return -1;
  }

  @Override
  public long connectNanos() {
    return connectNanos;
  }

  @Override
  public long responseNanos() {
    return -1;
  }

  @Override
  public long totalNanos() {
    return nanoTime() - grantedAt;
  }

  @Override
  public boolean answered() {
    return relayed;
  }
}
