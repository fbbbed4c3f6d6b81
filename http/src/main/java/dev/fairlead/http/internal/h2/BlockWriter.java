package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Output;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the header blocks of one connection, one at a time: encoded in the place where they leave from, and
 * cut into frames (RFC 9113 §4.3). On one event loop only.
 */
public final class BlockWriter implements Fields.Sink {
  private static final int TABLE = HpackDecoder.DEFAULT_TABLE_SIZE;

  private final Output out;
  private final HpackEncoder encoder = new HpackEncoder(TABLE);
  private final BlockCheck check = new BlockCheck();
  private final byte[] digits = new byte[19];
  private @Nullable ByteBuf block;
  private int blockAt;

  BlockWriter(Output out) {
    this.out = out;
  }

  /** The peer's table has another size. */
  void peerTableSize(long size) {
    encoder.peerTableSize((int) Math.min(size, TABLE));
  }

  /**
   * Begins a block.
   *
   * @param room about how many bytes it needs
   */
  void begin(int room) {
    ByteBuf to = out.stage(room + Frames.HEAD);
    block = to;
    blockAt = to.writerIndex();
    to.writeZero(Frames.HEAD);
    encoder.begin(to);
    check.begin();
  }

  private ByteBuf block() {
    return Objects.requireNonNull(block, "no header block was begun");
  }

  /** Adds a field. */
  @Override
  public void field(
      byte[] b, int nameFrom, int nameLength, int valueFrom, int valueLength, boolean secret) {
    check.field(b, nameFrom, nameLength, b, valueFrom, valueLength);
    encoder.field(block(), b, nameFrom, nameLength, b, valueFrom, valueLength, secret);
  }

  /** Adds a field of a known name. */
  @Override
  public void field(byte[] name, byte[] value, int from, int length) {
    check.field(name, 0, name.length, value, from, length);
    encoder.field(block(), name, 0, name.length, value, from, length);
  }

  /** Adds a field of a known name and value. */
  public void field(byte[] name, byte[] value) {
    field(name, value, 0, value.length);
  }

  /** Adds a field of a known name and a number, not negative. */
  public void number(byte[] name, long number) {
    int from = digits.length;
    long left = number;
    do {
      digits[--from] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    field(name, digits, from, digits.length - from);
  }

  /** Adds the pseudo-header of a response. */
  public void status(int status) {
    check.status(status);
    encoder.status(block(), status);
  }

  /** {@return what has seen all fields of the block} */
  BlockCheck check() {
    return check;
  }

  /** The block is not sent. */
  void drop() {
    block().writerIndex(blockAt);
    block = null;
    encoder.forget();
  }

  /**
   * Ends the block.
   *
   * @param stream whose it is
   * @param ends whether our message ends with it
   */
  void end(int stream, boolean ends) {
    ByteBuf to = block();
    block = null;
    int from = blockAt + Frames.HEAD;
    int length = to.writerIndex() - from;
    int end = ends ? Frames.END_STREAM : 0;
    if (length <= Frames.PAYLOAD) {
      int behind = to.writerIndex();
      to.writerIndex(blockAt);
      Frames.head(to, length, Frames.HEADERS, end | Frames.END_HEADERS, stream);
      to.writerIndex(behind);
    } else {
      inPieces(to, from, length, end, stream);
    }
  }

  private void inPieces(ByteBuf to, int from, int length, int end, int stream) {
    ByteBuf whole = to.copy(from, length);
    to.writerIndex(blockAt);
    int type = Frames.HEADERS;
    int flags = end;
    while (whole.isReadable()) {
      int n = Math.min(whole.readableBytes(), Frames.PAYLOAD);
      int last = n == whole.readableBytes() ? Frames.END_HEADERS : 0;
      Frames.head(to, n, type, flags | last, stream);
      to.writeBytes(whole, n);
      type = Frames.CONTINUATION;
      flags = 0;
    }
    whole.release();
  }
}
