package dev.fairlead.http.internal;

import dev.fairlead.balance.Outcome;
import dev.fairlead.http.internal.PoolSettings.Idle;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.http.internal.h2.ErrorCode;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.EdgeException;
import dev.fairlead.spi.Lease;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Termination;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ConnectTimeoutException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One try on one server: gets a stream to it, writes the request, hands on the response. Knows nothing of
 * the client. It ends by {@link Owner#complete}, by {@link Owner#failed}, or by {@link #cancel}, after
 * which its owner hears nothing more. On its event loop only.
 */
final class Attempt implements Outcome {
  /** Whose request it is. */
  interface Owner {
    /** The server can be written to: the request may begin. */
    void ready(Attempt attempt);

    /** An interim response came. */
    void interim(ResponseHead head);

    /** The head of the response came; valid during the call. */
    void head(Attempt attempt, ResponseHead head);

    /** A part of the response came; it is the owner's. */
    void data(ByteBuf data);

    /** The response has ended; its trailers, or null, are valid during the call. */
    void complete(@Nullable Fields trailers);

    /** It failed; there is nothing left of it. */
    void failed(Attempt attempt, Failure failure);

    /** The server has ended its direction of the tunnel that the request has opened. */
    void halfClosed();

    /** More of the request may be sent. */
    void writable();

    /** What was caused by one event has been seen to: what was written may leave. */
    void settle();
  }

  private final Owner owner;
  private final HttpLoop home;
  private final HttpRoute route;
  private final Lease lease;
  private final Acquire request;
  private final long granted;
  private long started;
  private long connectNanos = -1;
  private long responseNanos = -1;
  private int status = -1;
  private Kind kind = Kind.CANCELLED;
  private @Nullable ServerStream stream;
  private @Nullable Connecting connecting;
  private Idle wanted = Idle.NONE;
  private Carrier carrier = Carrier.ANY;
  private @Nullable Reason reason;
  private @Nullable ErrorCode reset;
  private boolean begun;
  private boolean over;

  Attempt(Owner owner, HttpRoute route, Lease lease, Acquire request) {
    this.owner = owner;
    this.route = route;
    this.home = route.home();
    this.lease = lease;
    this.request = request;
    this.granted = home.now();
    this.started = granted;
  }

  /**
   * Gets a stream; {@link Owner#ready} may be called before this returns.
   *
   * @param idle which idle connections will do
   * @param by what may carry the request
   */
  void start(Idle idle, Carrier by) {
    wanted = idle;
    carrier = by;
    connecting = null;
    Object key = ReuseKey.of(route, lease, request);
    int server = lease.server().id();
    ServerStream lent = route.pool().lend(server, key, idle, by);
    if (lent != null) {
      connectNanos = 0;
      stream = lent;
      owner.ready(this);
      route.taken(server);
      return;
    }
    Connecting.begin(route, lease, request, key, this);
  }

  /** What it waited for serves others, but not it. */
  void startAgain() {
    start(wanted, carrier);
    if (stream != null) {
      owner.settle();
    }
  }

  /** {@return what may carry its request} */
  Carrier carrier() {
    return carrier;
  }

  /** A connection was begun for it. */
  void waitsFor(Connecting connection) {
    connecting = connection;
  }

  /** The connection is there. */
  void connected(ServerStream on) {
    connecting = null;
    long now = home.now();
    connectNanos = now - started;
    started = now;
    stream = on;
    owner.ready(this);
    owner.settle();
  }

  /** The connection will not be there. */
  void connectFailed(Throwable cause) {
    connecting = null;
    if (over) {
      return;
    }
    over = true;
    if (cause instanceof EdgeException edge) {
      edgeFailed(edge.reason());
    }
    boolean late = cause instanceof ConnectTimeoutException || reason == Reason.TLS_TIMEOUT;
    failed(late ? Failure.CONNECT_TIMEOUT : Failure.CONNECT);
    owner.settle();
  }

  /** {@return whether nobody wants it any more, or it has ended} */
  boolean over() {
    return over;
  }

  /** Begins the request. */
  void send(RequestHead head, byte[] forwarded) {
    begun = true;
    stream().begin(this, head, forwarded);
  }

  /** Sends a part of the body, which is taken over. */
  void send(ByteBuf data) {
    stream().data(data);
  }

  /** Ends the request. */
  void sendEnd(@Nullable Fields trailers) {
    stream().end(trailers);
  }

  /** {@return whether more of the body should be sent now} */
  boolean canSend() {
    return begun && !over && stream().writable();
  }

  /** Stops or resumes reading the response. */
  void pause(boolean paused) {
    if (!over) {
      stream().pause(paused);
    }
  }

  void flush() {
    ServerStream s = stream;
    if (s != null && !over) {
      s.flush();
    }
  }

  /** Nobody wants it any more. */
  void cancel() {
    if (over) {
      return;
    }
    over = true;
    Connecting pending = connecting;
    if (pending != null) {
      connecting = null;
      pending.leave(this);
    }
    ServerStream s = stream;
    if (s != null) {
      s.cancel();
    }
  }

  /** {@return whether its stream has a channel of its own} */
  boolean exclusive() {
    return stream().exclusive();
  }

  /** From here on, its stream carries bytes that nobody looks at. */
  void tunnel() {
    stream().tunnel();
  }

  /** {@return the stream, which is the caller's from here on} */
  ServerStream handOver() {
    over = true;
    return stream();
  }

  private ServerStream stream() {
    return Objects.requireNonNull(stream, "not connected");
  }

  /** {@return why its connection's TLS failed; null where it was not that} */
  @Nullable
  Reason reason() {
    return reason;
  }

  Lease lease() {
    return lease;
  }

  /** {@return whether the head was handed to a stream} */
  boolean begun() {
    return begun;
  }

  /** {@return whether it went on a connection that was used before, which gave no byte of an answer} */
  boolean reusedAndSilent() {
    ServerStream s = stream;
    return s != null && s.reused() && !s.answered() && reset == null;
  }

  void interim(ResponseHead head) {
    owner.interim(head);
  }

  void head(ResponseHead head) {
    status = head.status();
    responseNanos = home.now() - started;
    owner.head(this, head);
  }

  void data(ByteBuf data) {
    owner.data(data);
  }

  void halfClosed() {
    owner.halfClosed();
  }

  void complete(@Nullable Fields trailers) {
    over = true;
    kind = Kind.COMPLETED;
    owner.complete(trailers);
  }

  /** Its connection's TLS has failed, which is told as a failure next. */
  void edgeFailed(Reason why) {
    reason = why;
    lease.counting().add(Counter.TLS_ERRORS, 1);
  }

  /** The server has reset its stream, which is told as a failure next. */
  void resetBy(ErrorCode code) {
    reset = code;
  }

  /** {@return why the server has reset its stream; null where it has not} */
  @Nullable
  ErrorCode reset() {
    return reset;
  }

  void failed(Failure failure) {
    over = true;
    kind = failure.kind();
    owner.failed(this, failure);
  }

  void writable() {
    owner.writable();
  }

  void settle() {
    owner.settle();
  }

  /** Its exchange has ended; says what that means for the server, where it is not known yet. */
  void endedWith(Termination how) {
    if (kind == Kind.CANCELLED) {
      kind = switch (how.cause()) {
        case CLIENT, CLIENT_TIMEOUT -> Kind.CLIENT_ABORT;
        case NONE -> Kind.COMPLETED;
        case SERVER -> Kind.RESET;
        case SERVER_TIMEOUT -> Kind.TIMEOUT;
        default -> Kind.CANCELLED;
      };
    }
  }

  /** Says how it ended, where that is not known by itself. */
  void kind(Kind newKind) {
    kind = newKind;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public long connectNanos() {
    return connectNanos;
  }

  @Override
  public long responseNanos() {
    return responseNanos;
  }

  @Override
  public long totalNanos() {
    return home.now() - granted;
  }

  @Override
  public long nanoTime() {
    return home.now();
  }
}
