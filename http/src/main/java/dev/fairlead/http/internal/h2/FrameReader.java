package dev.fairlead.http.internal.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of the bytes of an HTTP/2 connection, and checks all that a frame tells by itself: its size,
 * its stream, its padding, the order of a header block. A frame that is not whole, and is none of data, is
 * all it ever holds, and a header block that is not whole. On its event loop only.
 */
public final class FrameReader {
  /** A block in more pieces than this is not made of fields, but of frames (CVE-2024-27316). */
  private static final int MOST_PIECES = 64;

  private final ByteBufAllocator allocator;
  private final Receiver receiver;
  private final byte[] preface;
  private final int mostBlock;
  private int prefaceRead;
  private boolean settingsSeen;
  private boolean stopped;
  private @Nullable ByteBuf partial;
  private final DataFrame data;
  private @Nullable ByteBuf block;
  private int blockStream;
  private int blockPieces;
  private boolean blockEnds;
  private boolean blockBad;
  private int units;

  /**
   * A reader.
   *
   * @param receiver hears what was read
   * @param preface what must come before the first frame
   * @param mostBlock how many bytes a header block may have
   */
  FrameReader(ByteBufAllocator allocator, Receiver receiver, byte[] preface, int mostBlock) {
    this.allocator = allocator;
    this.receiver = receiver;
    this.data = new DataFrame(receiver);
    this.preface = preface;
    this.mostBlock = mostBlock;
  }

  /** {@return whether the peer owes the rest of a frame or of a header block} */
  public boolean inFrame() {
    return partial != null || data.open() || block != null || prefaceRead < preface.length;
  }

  /** {@return whether what the peer owes is the rest of a frame of data} */
  public boolean inData() {
    return data.open();
  }

  /** {@return how many frames have come whole, all those of a header block counted as one} */
  public int units() {
    return units;
  }

  /** Nothing more is read, and nothing is held. */
  void stop() {
    stopped = true;
    data.stop();
    if (partial != null) {
      partial.release();
      partial = null;
    }
    dropBlock();
  }

  private void dropBlock() {
    if (block != null) {
      block.release();
      block = null;
    }
  }

  private void lost(ErrorCode code, String why) {
    stop();
    receiver.lost(code, why);
  }

  /** Reads all that has come. */
  void read(ByteBuf in) {
    while (!stopped && prefaceRead < preface.length) {
      if (!in.isReadable()) {
        return;
      }
      if (in.readByte() != preface[prefaceRead++]) {
        lost(ErrorCode.PROTOCOL_ERROR, "no preface");
      }
    }
    while (!stopped && in.isReadable()) {
      if (data.open()) {
        units += data.read(in) ? 1 : 0;
      } else if (partial != null) {
        fill(partial, in);
      } else if (in.readableBytes() < Frames.HEAD) {
        partial = allocator.buffer(64).writeBytes(in);
      } else {
        int whole = Frames.HEAD + in.getUnsignedMedium(in.readerIndex());
        if (tooLarge(whole)) {
          return;
        }
        if (in.readableBytes() >= whole) {
          frame(in);
        } else if (passesInPieces(in)) {
          data.begin(in);
        } else {
          partial = allocator.buffer(whole).writeBytes(in);
        }
      }
    }
  }

  private boolean passesInPieces(ByteBuf frame) {
    return settingsSeen && block == null && DataFrame.divisible(frame);
  }

  private boolean tooLarge(int whole) {
    if (whole > Frames.HEAD + Frames.PAYLOAD) {
      lost(ErrorCode.FRAME_SIZE_ERROR, "a frame of " + (whole - Frames.HEAD) + " bytes");
      return true;
    }
    return false;
  }

  /** Completes a frame that came in pieces. */
  private void fill(ByteBuf frame, ByteBuf in) {
    int missing = Frames.HEAD - frame.readableBytes();
    if (missing > 0) {
      frame.writeBytes(in, Math.min(missing, in.readableBytes()));
      if (frame.readableBytes() < Frames.HEAD) {
        return;
      }
    }
    int whole = Frames.HEAD + frame.getUnsignedMedium(frame.readerIndex());
    if (tooLarge(whole)) {
      return;
    }
    boolean atHead = frame.readableBytes() == Frames.HEAD && whole > Frames.HEAD;
    if (atHead && DataFrame.padded(frame) && in.isReadable()) {
      frame.writeByte(in.readByte());
    }
    if (frame.readableBytes() < whole && passesInPieces(frame)) {
      partial = null;
      data.begin(frame);
      frame.release();
      return;
    }
    frame.writeBytes(in, Math.min(whole - frame.readableBytes(), in.readableBytes()));
    if (frame.readableBytes() == whole) {
      partial = null;
      try {
        frame(frame);
      } finally {
        frame.release();
      }
    }
  }

  /** Reads a frame of which all is there. */
  private void frame(ByteBuf in) {
    int length = in.readUnsignedMedium();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    int end = in.readerIndex() + length;
    if (!settingsSeen && (type != Frames.SETTINGS || (flags & Frames.ACK) != 0)) {
      lost(ErrorCode.PROTOCOL_ERROR, "the first frame is none of settings");
    } else if (block != null && (type != Frames.CONTINUATION || stream != blockStream)) {
      lost(ErrorCode.PROTOCOL_ERROR, "a frame within a header block");
    } else {
      switch (type) {
        case Frames.DATA -> data(in, length, flags, stream);
        case Frames.HEADERS -> headers(in, length, flags, stream);
        case Frames.PRIORITY -> priority(in, length, stream);
        case Frames.RST_STREAM -> reset(in, length, stream);
        case Frames.SETTINGS -> settings(in, length, flags, stream);
        case Frames.PUSH_PROMISE -> lost(ErrorCode.PROTOCOL_ERROR, "a push that nobody asked for");
        case Frames.PING -> ping(in, length, flags, stream);
        case Frames.GOAWAY -> goAway(in, length, stream);
        case Frames.WINDOW_UPDATE -> window(in, length, stream);
        case Frames.CONTINUATION -> continuation(in, length, flags);
        default -> receiver.idleFrame(); // RFC 9113 §4.1: unknown frames are ignored
      }
    }
    in.readerIndex(end);
    if (block == null) {
      units++;
    }
  }

  private void data(ByteBuf in, int length, int flags, int stream) {
    int payload = unpadded(in, length, flags, 0);
    if (stream == 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "data without a stream");
    } else if (payload < 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "more padding than data");
    } else {
      boolean ends = (flags & Frames.END_STREAM) != 0;
      if (payload == 0 && !ends) {
        receiver.idleFrame();
      }
      if (!stopped) {
        receiver.data(stream, DataFrame.take(in, payload), length, payload, ends, true);
      }
    }
  }

  /**
   * Reads over the length of the padding.
   *
   * @param more bytes of other things before the payload
   * @return the bytes of the payload, or -1
   */
  private static int unpadded(ByteBuf in, int length, int flags, int more) {
    if ((flags & Frames.PADDED) == 0) {
      return length - more;
    }
    return length < 1 ? -1 : Math.max(-1, length - 1 - in.readUnsignedByte() - more);
  }

  private void headers(ByteBuf in, int length, int flags, int stream) {
    boolean prioritized = (flags & Frames.PRIORITIZED) != 0;
    int fixed = (prioritized ? 5 : 0) + ((flags & Frames.PADDED) != 0 ? 1 : 0);
    if (stream == 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "a head without a stream");
      return;
    }
    if (length < fixed) {
      lost(ErrorCode.FRAME_SIZE_ERROR, "a head that is too short");
      return;
    }
    int payload = unpadded(in, length, flags, prioritized ? 5 : 0);
    if (payload < 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "more padding than head");
      return;
    }
    blockBad = false;
    if (prioritized) {
      blockBad = (in.readInt() & Integer.MAX_VALUE) == stream;
      in.skipBytes(1);
    }
    boolean ends = (flags & Frames.END_STREAM) != 0;
    if ((flags & Frames.END_HEADERS) != 0) {
      int behind = in.writerIndex();
      in.writerIndex(in.readerIndex() + payload); // a slice would be an object for each head
      receiver.block(stream, in, ends, blockBad);
      in.writerIndex(behind);
    } else {
      blockStream = stream;
      blockEnds = ends;
      blockPieces = 0;
      block = allocator.buffer(Math.max(payload * 2, 256)).writeBytes(in, payload);
    }
  }

  private void continuation(ByteBuf in, int length, int flags) {
    ByteBuf whole = block;
    if (whole == null) {
      lost(ErrorCode.PROTOCOL_ERROR, "a continuation of nothing");
      return;
    }
    blockPieces++;
    if (whole.readableBytes() + length > mostBlock || blockPieces > MOST_PIECES) {
      lost(ErrorCode.ENHANCE_YOUR_CALM, "a header block without end");
      return;
    }
    whole.writeBytes(in, length);
    if ((flags & Frames.END_HEADERS) != 0) {
      block = null;
      try {
        receiver.block(blockStream, whole, blockEnds, blockBad);
      } finally {
        whole.release();
      }
    }
  }

  private void priority(ByteBuf in, int length, int stream) {
    if (stream == 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "a priority without a stream");
    } else if (length != 5) {
      receiver.streamLost(stream, ErrorCode.FRAME_SIZE_ERROR);
    } else if ((in.readInt() & Integer.MAX_VALUE) == stream) {
      receiver.streamLost(stream, ErrorCode.PROTOCOL_ERROR);
    } else {
      receiver.idleFrame();
    }
  }

  private void reset(ByteBuf in, int length, int stream) {
    if (length != 4) {
      lost(ErrorCode.FRAME_SIZE_ERROR, "a reset of the wrong size");
    } else if (stream == 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "a reset without a stream");
    } else {
      receiver.reset(stream, in.readUnsignedInt());
    }
  }

  private void settings(ByteBuf in, int length, int flags, int stream) {
    boolean ack = (flags & Frames.ACK) != 0;
    if (stream != 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "settings of a stream");
    } else if (ack ? length != 0 : length % 6 != 0) {
      lost(ErrorCode.FRAME_SIZE_ERROR, "settings of the wrong size");
    } else {
      settingsSeen = true;
      if (length > 6 * 64) {
        lost(ErrorCode.ENHANCE_YOUR_CALM, "too many settings");
      }
      for (int i = 0; i < length && !stopped; i += 6) {
        receiver.setting(in.readUnsignedShort(), in.readUnsignedInt());
      }
      if (!stopped) {
        receiver.settings(ack);
      }
    }
  }

  private void ping(ByteBuf in, int length, int flags, int stream) {
    if (length != 8) {
      lost(ErrorCode.FRAME_SIZE_ERROR, "a ping of the wrong size");
    } else if (stream != 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "a ping of a stream");
    } else {
      receiver.ping(in.readLong(), (flags & Frames.ACK) != 0);
    }
  }

  private void goAway(ByteBuf in, int length, int stream) {
    if (stream != 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "a GOAWAY of a stream");
    } else if (length < 8) {
      lost(ErrorCode.FRAME_SIZE_ERROR, "a GOAWAY that is too short");
    } else {
      receiver.goAway(in.readInt() & Integer.MAX_VALUE, in.readUnsignedInt());
    }
  }

  private void window(ByteBuf in, int length, int stream) {
    if (length != 4) {
      lost(ErrorCode.FRAME_SIZE_ERROR, "a window of the wrong size");
      return;
    }
    int increment = in.readInt() & Integer.MAX_VALUE;
    if (increment > 0) {
      receiver.window(stream, increment);
    } else if (stream == 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "a window that grows by nothing");
    } else {
      receiver.streamLost(stream, ErrorCode.PROTOCOL_ERROR);
    }
  }
}
