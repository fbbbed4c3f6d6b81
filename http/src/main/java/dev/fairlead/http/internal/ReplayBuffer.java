package dev.fairlead.http.internal;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body between client and server: what was not sent yet, and, as long as the whole fits, what
 * was sent already, so that another attempt can send it again. Bounded in bytes and in pieces, since a
 * piece of one byte may hold a whole receive buffer. On one event loop only.
 */
@SuppressWarnings("ReferenceEquality") // it is this buffer, not one with the same bytes
final class ReplayBuffer {
  private static final int MOST_PIECES = 256;

  private static final int SMALL = 1024;
  private static final int GATHERED = 4096;

  private final int keep;
  private final List<ByteBuf> pieces = new ArrayList<>(4);
  /** The last piece, while it is our own and may be added to. */
  private @Nullable ByteBuf own;

  private int next;
  private long unsent;
  private long total;
  private boolean replayable;

  /**
   * An empty buffer.
   *
   * @param keep how many bytes are kept for another attempt
   */
  ReplayBuffer(int keep) {
    this.keep = keep;
    this.replayable = true;
  }

  /** Adds data, which is taken over. */
  void add(ByteBuf data) {
    int n = data.readableBytes();
    if (n == 0) {
      data.release();
      return;
    }
    total += n;
    unsent += n;
    if (n < SMALL && pieces.size() > next) {
      gather(data, n);
    } else if (n < SMALL) {
      pieces.add(data.alloc().buffer(n).writeBytes(data)); // it may be kept for long
      data.release();
    } else {
      pieces.add(data);
    }
    if (replayable && (total > keep || pieces.size() > MOST_PIECES)) {
      forget();
    }
  }

  /** A small piece behind others that wait shares a buffer with its like: it may hold a large one. */
  private void gather(ByteBuf data, int n) {
    ByteBuf last = own;
    if (last == null || last != pieces.get(pieces.size() - 1) || last.writableBytes() < n) {
      last = data.alloc().buffer(GATHERED);
      own = last;
      pieces.add(last);
    }
    last.writeBytes(data);
    data.release();
  }

  /** {@return the next piece to send, the caller's to release; null when all is sent} */
  @Nullable
  ByteBuf next() {
    if (next == pieces.size()) {
      return null;
    }
    ByteBuf piece = pieces.get(next);
    unsent -= piece.readableBytes();
    if (replayable) {
      next++;
      return piece.retainedDuplicate();
    }
    pieces.remove(next);
    own = piece == own ? null : own;
    return piece;
  }

  /** {@return bytes that wait to be sent} */
  long unsent() {
    return unsent;
  }

  /** {@return whether more should not be added before some was sent} */
  boolean full() {
    return unsent >= Math.max(keep, 16 * 1024) || pieces.size() - next >= MOST_PIECES;
  }

  /** {@return whether all that was ever added is still here} */
  boolean replayable() {
    return replayable;
  }

  /** All is to be sent again. Only while {@link #replayable}. */
  void rewind() {
    next = 0;
    unsent = total;
  }

  /** What was sent is not needed any more. */
  void forget() {
    replayable = false;
    for (int i = 0; i < next; i++) {
      pieces.get(i).release();
    }
    pieces.subList(0, next).clear();
    next = 0;
  }

  /** Lets go of everything. */
  void release() {
    for (ByteBuf piece : pieces) {
      piece.release();
    }
    pieces.clear();
    own = null;
    next = 0;
    unsent = 0;
    replayable = false;
  }
}
