package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Fields;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection, from either end: what waits to be sent on it, its windows, and which
 * of its directions has ended (RFC 9113 §5). It is gone from its connection as soon as both have, or it was
 * reset. On one event loop only.
 */
public abstract class Http2Stream {
  /** With this much waiting, no more should be added. */
  private static final int ENOUGH = 32 * 1024;

  private static final int SMALL = 1024;
  private static final int GATHERED = 4096;

  private static final long NEVER = Long.MAX_VALUE;

  private final Http2Connection connection;
  private final int id;

  // What is to be sent. Connections read and write these.
  long sendWindow;
  boolean ready;
  private @Nullable ByteBuf first;
  private @Nullable ArrayDeque<ByteBuf> more;
  /** The last part, while it is our own and may be added to. */
  private @Nullable ByteBuf own;

  private int queued;
  private boolean full;
  private boolean endWanted;
  private boolean localEnded;
  private @Nullable Fields trailers;

  // What is received.
  int receiveWindow;
  int uncredited;
  private boolean paused;
  private boolean remoteEnded;
  private long expected = -1;
  private long received;

  private boolean abandoned;
  private boolean closed;
  long deadline = NEVER;

  /**
   * A stream that both sides may send on.
   *
   * @param connection whose it is
   * @param id its number
   */
  protected Http2Stream(Http2Connection connection, int id) {
    this.connection = connection;
    this.id = id;
    this.sendWindow = connection.sender().streamWindow();
    this.receiveWindow = connection.receiver().windows().ofStream();
  }

  /** {@return its number} */
  public final int id() {
    return id;
  }

  // --- what comes; told by the connection

  /** A part of the message came; it is the stream's. */
  protected abstract void received(ByteBuf data);

  /** The peer's message has ended; its trailers, or null, are valid during the call. */
  protected abstract void ended(@Nullable Fields newTrailers);

  /** The peer's message breaks the rules; the stream must be reset by this. */
  protected abstract void malformed();

  /** The peer's message has ended with trailers that are larger than we take. */
  protected void trailersTooLarge() {
    malformed();
  }

  /**
   * It is gone: reset by the peer, or with its connection.
   *
   * @param code why
   * @param unprocessed whether it is certain that the peer did nothing with it
   */
  protected abstract void gone(ErrorCode code, boolean unprocessed);

  /** {@return whether it is a tunnel, or asks to be one: there is nothing but data on it (RFC 9113 §8.5)} */
  protected boolean connected() {
    return false;
  }

  /** {@return whether it has led to nothing yet: a peer that ends it now has had it for nothing} */
  protected boolean premature() {
    return true;
  }

  /** More may be sent on it than before. */
  protected abstract void drained();

  /** Our message cannot end as it should, and must be seen not to: the stream must be reset by this. */
  protected void endless() {
    reset(ErrorCode.INTERNAL_ERROR);
  }

  /** The time that was set by {@link #within} is over. */
  protected abstract void expired();

  /** The peer has shown life on it: something came, or was {@link #taken}. */
  protected void alive() {}

  /** The peer lets something be sent that waited. */
  protected void taken() {
    alive();
  }

  // --- what is sent

  /** Adds a part of the message, which is taken over. */
  protected final void send(ByteBuf data) {
    int n = data.readableBytes();
    if (closed || n == 0) {
      data.release();
      return;
    }
    if (first == null) {
      first = data;
    } else {
      ArrayDeque<ByteBuf> queue = more;
      if (queue == null) {
        queue = new ArrayDeque<>();
        more = queue;
      }
      gather(queue, data, n);
    }
    queued += n;
    full |= queued >= ENOUGH;
    connection.sender().ready(this);
  }

  /** A small part behind others that wait shares a buffer with its like: it may hold a large one. */
  @SuppressWarnings("ReferenceEquality") // it is this buffer, not one with the same bytes
  private void gather(ArrayDeque<ByteBuf> queue, ByteBuf data, int n) {
    if (n >= SMALL) {
      queue.addLast(data);
      return;
    }
    ByteBuf last = own;
    if (last == null || last != queue.peekLast() || last.writableBytes() < n) {
      last = data.alloc().buffer(GATHERED);
      own = last;
      queue.addLast(last);
    }
    last.writeBytes(data);
    data.release();
  }

  /** Ends the message behind what was added, with trailers or null. */
  protected final void sendEnd(@Nullable Fields newTrailers) {
    if (!closed && !localEnded && !endWanted) {
      endWanted = true;
      trailers = connection.spares().copy(newTrailers);
      connection.sender().ready(this);
    }
  }

  /** {@return whether more should be added} */
  public final boolean takesMore() {
    return !full;
  }

  /** {@return bytes that wait to be sent} */
  protected final int queued() {
    return queued;
  }

  /** {@return whether there is anything to send} */
  final boolean hasSomething() {
    return queued > 0 || (endWanted && !localEnded);
  }

  final boolean endsBehind(int n) {
    return endWanted && trailers == null && n == queued;
  }

  /** {@return the trailers to be sent now, or null} */
  final @Nullable Fields dueTrailers() {
    return queued == 0 && endWanted && !localEnded ? trailers : null;
  }

  /** {@return at most n bytes of what waits, the caller's to release} */
  final ByteBuf next(int n) {
    ByteBuf piece = first;
    if (piece == null) {
      throw new IllegalStateException("nothing waits");
    }
    if (piece.readableBytes() > n) {
      queued -= n;
      return piece.readRetainedSlice(n);
    }
    queued -= piece.readableBytes();
    first = more == null ? null : more.pollFirst();
    return piece;
  }

  /** Tells whoever adds, once enough has gone. */
  final void sent() {
    if (full && queued < ENOUGH / 2) {
      full = false;
      drained();
    }
  }

  /** The end of our message was sent. */
  final void endSent() {
    localEnded = true;
    dropTrailers();
  }

  private void dropTrailers() {
    connection.spares().giveBack(trailers);
    trailers = null;
  }

  // --- its ends

  /** {@return whether the peer's message has ended} */
  public final boolean remoteEnded() {
    return remoteEnded;
  }

  /** {@return whether our message has ended and was sent} */
  final boolean localEnded() {
    return localEnded;
  }

  final void endReceived() {
    remoteEnded = true;
  }

  /** Once our message has ended, the rest of the peer's is not wanted. */
  protected final void abandon() {
    abandoned = true;
    if (!closed) {
      connection.streams().settle(this);
    }
  }

  final boolean abandoned() {
    return abandoned;
  }

  /** {@return whether it is over} */
  public final boolean closed() {
    return closed;
  }

  /**
   * Ends it at once, in both directions. Nothing is told about it any more.
   *
   * @param code why
   */
  protected final void reset(ErrorCode code) {
    if (!closed) {
      connection.streams().reset(this, code);
    }
  }

  /** Lets go of everything. */
  final void close() {
    closed = true;
    deadline = NEVER;
    dropTrailers();
    queued = 0;
    if (first != null) {
      first.release();
      first = null;
    }
    if (more != null) {
      more.forEach(ByteBuf::release);
      more = null;
      own = null;
    }
  }

  // --- what is received

  /** Says how long the peer's message must be; -1 when that is not known. */
  protected final void expect(long length) {
    expected = length;
  }

  /**
   * Counts what came.
   *
   * @param n bytes
   * @param ends whether that is all
   * @return whether it is what was told
   */
  final boolean counts(int n, boolean ends) {
    received += n;
    return expected < 0 || (ends ? received == expected : received <= expected);
  }

  /** Stops or resumes to let the peer send more than its window. */
  public void pause(boolean pause) {
    if (paused != pause) {
      paused = pause;
      if (!pause && !closed) {
        connection.receiver().windows().credit(this);
      }
    }
  }

  final boolean paused() {
    return paused;
  }

  // --- its time

  /**
   * Sets a time, after which {@link #expired} is called.
   *
   * @param nanos from now
   */
  protected final void within(long nanos) {
    if (!closed) {
      connection.times().set(this, nanos);
    }
  }

  /** {@return whether a time is set} */
  protected final boolean timed() {
    return deadline != NEVER;
  }

  /** The time does not hold any more. */
  protected final void untimed() {
    deadline = NEVER;
  }
}
