package dev.fairlead.http.internal.h2;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one connection by their numbers, and how they end. One is here from its head until both of
 * its directions have ended or it was reset; what comes for another one is either behind its time or against
 * the rules (RFC 9113 §5.1). On its event loop only.
 */
public final class Streams {
  private static final int MOST_FORGOTTEN = 1024;

  private final Http2Connection connection;
  private final IntObjectMap<Http2Stream> open = new IntObjectHashMap<>();
  private final int mostForgotten;
  private @Nullable Forgotten forgotten;
  private int last;

  /**
   * No streams.
   *
   * @param most how many are open at once
   */
  Streams(Http2Connection connection, int most) {
    this.connection = connection;
    this.mostForgotten = Math.min(Math.max(256, 2 * most), MOST_FORGOTTEN);
  }

  /** {@return how many are open} */
  public int size() {
    return open.size();
  }

  /** {@return whether none is open} */
  public boolean isEmpty() {
    return open.isEmpty();
  }

  /** {@return the last one that the peer has begun, or we have} */
  public int last() {
    return last;
  }

  @Nullable
  Http2Stream get(int id) {
    return open.get(id);
  }

  /** {@return all that are open; none may begin or end meanwhile} */
  Iterable<Http2Stream> all() {
    return open.values();
  }

  /** {@return all that are open now} */
  List<Http2Stream> copy() {
    return new ArrayList<>(open.values());
  }

  /** {@return whether a stream was never there; none is that a server would begin} */
  boolean unknown(int id) {
    return (id & 1) == 0 || id > last;
  }

  /** {@return whether we may have reset a stream, so that the peer may still send on it} */
  boolean mayBeReset(int id) {
    return forgotten != null && forgotten.mayContain(id);
  }

  /** Data came on a stream that is over; {@return whether it can have been on its way as we reset it} */
  boolean wasOnItsWay(int id, int bytes) {
    return forgotten != null && forgotten.take(id, bytes);
  }

  private void forget(int id, int window) {
    Forgotten f = forgotten;
    if (f == null) {
      f = new Forgotten(mostForgotten);
      forgotten = f;
    }
    f.add(id, window);
  }

  // --- their begin

  /**
   * One begins.
   *
   * @param ended whether the peer's message has ended already
   */
  public void add(Http2Stream stream, boolean ended) {
    if (ended) {
      stream.endReceived();
    }
    open.put(stream.id(), stream);
    connection.calm().progress();
    skip(stream.id());
  }

  /** One of the peer's begins that is not served. */
  void skip(int id) {
    last = Math.max(last, id);
  }

  /** Resets one that is not open. */
  public void refuse(int id, ErrorCode code) {
    skip(id);
    forget(id, 0); // else each one that is refused would pay for many small frames
    connection.sender().reset(id, code);
  }

  // --- their end

  /** One is over: both sides know, or nothing was sent on it. */
  public void remove(Http2Stream stream) {
    open.remove(stream.id());
    stream.close();
    if (open.isEmpty()) {
      connection.idleLater();
    }
  }

  /** Both directions of one may have ended. */
  void settle(Http2Stream stream) {
    if (!stream.localEnded() || stream.closed()) {
      return;
    }
    if (stream.remoteEnded()) {
      remove(stream);
    } else if (stream.abandoned()) {
      reset(stream, ErrorCode.NO_ERROR); // RFC 9113 §8.1: the rest is not needed
    }
  }

  void reset(Http2Stream stream, ErrorCode code) {
    if (connection.over()) {
      stream.close();
    } else {
      connection.sender().reset(stream.id(), code);
      forget(stream.id(), stream.receiveWindow);
      remove(stream);
    }
  }

  /** Ends those beyond a number, which the peer has not looked at. */
  public void endBeyond(int number) {
    for (Http2Stream stream : copy()) {
      if (stream.id() > number && !stream.closed()) {
        remove(stream);
        stream.gone(ErrorCode.REFUSED_STREAM, true);
      }
    }
  }

  /** The peer will send no more: those on which it owes something are lost. */
  public void endUnfinished() {
    for (Http2Stream stream : copy()) {
      if (!stream.remoteEnded() && !stream.closed()) {
        remove(stream);
        stream.gone(ErrorCode.CANCEL, false);
      }
    }
  }

  /** The connection is over. */
  void endAll(ErrorCode code, boolean unprocessed) {
    List<Http2Stream> left = copy();
    open.clear();
    for (Http2Stream stream : left) {
      stream.close();
      stream.gone(code, unprocessed);
    }
  }
}
