package dev.fairlead.http.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Bytes that came too early, in one buffer. On one event loop only. */
final class Pending {
  private @Nullable ByteBuf bytes;
  private boolean own;

  boolean isEmpty() {
    return bytes == null;
  }

  int size() {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  /** Adds bytes, which are taken over. */
  void add(ByteBuf more, ByteBufAllocator allocator) {
    ByteBuf before = bytes;
    if (before == null) {
      bytes = more;
      own = false;
      return;
    }
    if (!own) {
      // A copy of our own grows by doubling, whatever the size of the pieces that follow.
      ByteBuf copy = allocator.buffer(2 * (before.readableBytes() + more.readableBytes()));
      copy.writeBytes(before);
      before.release();
      before = copy;
      bytes = copy;
      own = true;
    }
    before.writeBytes(more);
    more.release();
  }

  /** {@return all of them, the caller's to release} */
  ByteBuf take() {
    ByteBuf taken = bytes;
    bytes = null;
    if (taken == null) {
      throw new IllegalStateException("nothing is pending");
    }
    return taken;
  }

  void release() {
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
  }
}
