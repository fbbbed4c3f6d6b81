package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.SpareFields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way from the client to an attempt, or to several attempts one after the other.
 * On one event loop only.
 */
final class RequestFlow {
  private final ClientStream client;
  private final int keep;
  private @Nullable ReplayBuffer buffer;
  private @Nullable Fields trailers;
  private boolean committed;
  private boolean ended;
  private boolean endSent;
  private boolean paused;

  /**
   * A flow without a body yet.
   *
   * @param keep how many bytes are kept for another attempt
   */
  RequestFlow(ClientStream client, int keep) {
    this.client = client;
    this.keep = keep;
  }

  /** A part of the body came; it is taken over. */
  void add(ByteBuf data) {
    ReplayBuffer b = buffer;
    if (b == null) {
      b = new ReplayBuffer(keep);
      buffer = b;
      if (committed) {
        b.forget();
      }
    }
    b.add(data);
  }

  /** The body has ended, with trailers or null. */
  void end(@Nullable Fields newTrailers) {
    ended = true;
    trailers = spares().copy(newTrailers); // it may be sent more than once
  }

  /** It is a tunnel now: the client may send again, and nothing is sent twice. */
  void reopen() {
    commit();
    ended = false;
    endSent = false;
    dropTrailers();
  }

  private SpareFields spares() {
    return client.home().trailers();
  }

  private void dropTrailers() {
    spares().giveBack(trailers);
    trailers = null;
  }

  /** {@return whether all was sent on} */
  boolean endSent() {
    return endSent;
  }

  /** {@return whether all of the request has come} */
  boolean ended() {
    return ended;
  }

  /** {@return whether the client is waited for, which may be held against it} */
  boolean awaited() {
    return !ended && !paused;
  }

  /**
   * Sends what may be sent, and stops reading where too much waits.
   *
   * @param attempt where to; null while there is none to which the head was sent
   */
  void pump(@Nullable Attempt attempt) {
    ReplayBuffer b = buffer;
    if (attempt != null) {
      while (b != null && attempt.canSend()) {
        ByteBuf piece = b.next();
        if (piece == null) {
          break;
        }
        attempt.send(piece);
      }
      if (ended && !endSent && (b == null || b.unsent() == 0)) {
        endSent = true;
        attempt.sendEnd(trailers);
      }
    }
    boolean stop = b != null && (b.full() || (attempt != null && b.unsent() > 0));
    if (stop != paused) {
      paused = stop;
      client.pause(stop);
    }
  }

  /** {@return whether all that came can be sent once more} */
  boolean replayable() {
    return buffer == null || buffer.replayable();
  }

  /** All is to be sent again. Only while {@link #replayable}. */
  void rewind() {
    endSent = false;
    if (buffer != null) {
      buffer.rewind();
    }
  }

  /** There will be no other attempt: what was sent is not needed any more. */
  void commit() {
    committed = true;
    if (buffer != null) {
      buffer.forget();
    }
  }

  /** Lets go of everything. */
  void release() {
    dropTrailers();
    if (buffer != null) {
      buffer.release();
    }
  }
}
