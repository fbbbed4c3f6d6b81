package dev.fairlead.http.internal.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written to a channel. Small pieces are gathered, so that a head with a small body leaves
 * as one buffer; large ones are passed on without copying. Nothing is flushed but by {@link #flush}. On
 * the channel's event loop only.
 */
public final class Output {
  /** Below this, copying is cheaper than one more buffer in the system call. */
  private static final int SMALL = 2048;

  private static final int FULL = 16 * 1024;

  private final Channel channel;
  private @Nullable ByteBuf staged;
  private boolean dirty;
  private long written;

  /**
   * An output without anything to write.
   *
   * @param channel where to
   */
  public Output(Channel channel) {
    this.channel = channel;
  }

  /**
   * A buffer at whose end one may write now.
   *
   * @param room how many bytes it should take without growing
   * @return the buffer, still this object's
   */
  public ByteBuf stage(int room) {
    ByteBuf buffer = staged;
    if (buffer != null && buffer.readableBytes() >= FULL) {
      push();
      buffer = null;
    }
    if (buffer == null) {
      buffer = channel.alloc().ioBuffer(Math.max(room, 256));
      staged = buffer;
    }
    dirty = true;
    return buffer;
  }

  /**
   * Writes data.
   *
   * @param data taken over
   */
  public void data(ByteBuf data) {
    int n = data.readableBytes();
    if (n <= SMALL) {
      data.readBytes(stage(n).ensureWritable(n), n); // writeBytes(data) would make two objects
      data.release();
    } else {
      push();
      written += n;
      dirty = true;
      channel.write(data, channel.voidPromise());
    }
  }

  /**
   * Writes data as one chunk.
   *
   * @param data taken over; empty data writes nothing, since an empty chunk would be the last
   */
  public void chunk(ByteBuf data) {
    int n = data.readableBytes();
    if (n == 0) {
      data.release();
      return;
    }
    ByteBuf buffer = stage(n <= SMALL ? n + 12 : 12);
    Ascii.writeHex(buffer, n);
    crlf(buffer);
    data(data);
    crlf(stage(64));
  }

  /**
   * Writes the last chunk.
   *
   * @param trailers or null
   */
  public void lastChunk(@Nullable Fields trailers) {
    ByteBuf buffer = stage(trailers == null ? 8 : trailers.length() + 8);
    buffer.writeByte('0');
    crlf(buffer);
    if (trailers != null) {
      trailers.writeTo(buffer);
    }
    crlf(buffer);
  }

  private static void crlf(ByteBuf buffer) {
    buffer.writeByte('\r').writeByte('\n');
  }

  private void push() {
    ByteBuf buffer = staged;
    if (buffer != null) {
      staged = null;
      written += buffer.readableBytes();
      channel.write(buffer, channel.voidPromise());
    }
  }

  /** {@return whether something waits for {@link #flush}} */
  public boolean dirty() {
    return dirty;
  }

  /** {@return bytes written, what waits for the flush included} */
  public long written() {
    ByteBuf buffer = staged;
    return buffer == null ? written : written + buffer.readableBytes();
  }

  /** Sends all that was written. */
  public void flush() {
    if (dirty) {
      dirty = false;
      push();
      channel.flush();
    }
  }

  /** Sends all that was written, then does something with the channel. */
  public void finish(ChannelFutureListener then) {
    push();
    dirty = false;
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(then);
  }

  /** Lets go of what was not sent. */
  public void discard() {
    ByteBuf buffer = staged;
    staged = null;
    dirty = false;
    if (buffer != null) {
      buffer.release();
    }
  }
}
