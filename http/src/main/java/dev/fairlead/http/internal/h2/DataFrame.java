package dev.fairlead.http.internal.h2;

import io.netty.buffer.ByteBuf;

/**
 * A frame of data of which not all is there yet: what comes of it is passed on, since a slow link needs long
 * for a whole one. On its event loop only.
 */
final class DataFrame {
  /** A piece that is less than this part of the buffer that it came in does not keep it. */
  private static final int PART = 8;

  private final Receiver receiver;
  private int stream;
  private int payload;
  private int padding;
  /** What counts for flow control and was not told yet: the byte that tells the padding. */
  private int untold;

  private boolean ends;
  private boolean begins;
  private boolean open;

  DataFrame(Receiver receiver) {
    this.receiver = receiver;
  }

  /** {@return whether some of it is still to come} */
  boolean open() {
    return open;
  }

  /** Nothing more of it is read. */
  void stop() {
    open = false;
  }

  /**
   * {@return whether a frame, of which the head is there and not all, can be passed on in pieces: how much of
   * it is data is known, and it is some}
   */
  static boolean divisible(ByteBuf frame) {
    int at = frame.readerIndex();
    int length = frame.getUnsignedMedium(at);
    if (frame.getByte(at + 3) != Frames.DATA || (frame.getInt(at + 5) & Integer.MAX_VALUE) == 0) {
      return false;
    }
    if (!padded(frame)) {
      return length > 0;
    }
    int before = Frames.HEAD + 1;
    return frame.readableBytes() >= before && frame.getUnsignedByte(at + Frames.HEAD) < length - 1;
  }

  /**
   * Reads data, the caller's to release. It may have to wait for long, with others of its kind, while the rest
   * of what was read with it is gone: so a window's worth of it must not hold much more memory than a window.
   * Large pieces, which are most of what a busy connection carries, are not copied.
   */
  static ByteBuf take(ByteBuf in, int n) {
    boolean small = n > 0 && n < in.capacity() / PART;
    return small ? in.alloc().buffer(n).writeBytes(in, n) : in.readRetainedSlice(n);
  }

  /** {@return whether a frame's head says that there is padding, if it is one of data} */
  static boolean padded(ByteBuf frame) {
    return (frame.getByte(frame.readerIndex() + 4) & Frames.PADDED) != 0;
  }

  /** Reads what stands before the data of a {@link #divisible} frame. */
  void begin(ByteBuf in) {
    int length = in.readUnsignedMedium();
    in.skipBytes(1);
    int flags = in.readUnsignedByte();
    stream = in.readInt() & Integer.MAX_VALUE;
    ends = (flags & Frames.END_STREAM) != 0;
    untold = (flags & Frames.PADDED) == 0 ? 0 : 1;
    padding = untold == 0 ? 0 : in.readUnsignedByte();
    payload = length - untold - padding;
    begins = true;
    open = true;
  }

  /**
   * Passes on what has come of it.
   *
   * @return whether that was the last of it
   */
  boolean read(ByteBuf in) {
    int length = begins ? payload : -1;
    begins = false;
    int n = Math.min(payload, in.readableBytes());
    ByteBuf piece = take(in, n);
    payload -= n;
    int skipped = payload > 0 ? 0 : Math.min(padding, in.readableBytes());
    in.skipBytes(skipped);
    padding -= skipped;
    int flow = n + skipped + untold;
    untold = 0;
    boolean whole = payload == 0 && padding == 0;
    open = !whole;
    receiver.data(stream, piece, flow, length, ends, whole);
    return whole;
  }
}
