package dev.fairlead.http.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/** Bytes of HTTP/2 frames, whole and broken ones, written by hand (RFC 9113 §6, RFC 7541 §6.2.2). */
public final class H2Frames {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;
  public static final int PADDED = 8;

  public static final int MAX_CONCURRENT_STREAMS = 3;
  public static final int INITIAL_WINDOW_SIZE = 4;
  public static final int ENABLE_CONNECT_PROTOCOL = 8;

  private static final int LARGEST = 16_384;

  private H2Frames() {}

  /** One frame. */
  public static byte[] frame(int type, int flags, int stream, byte... payload) {
    ByteBuf out = Unpooled.buffer(9 + payload.length);
    out.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
    return taken(out.writeBytes(payload));
  }

  /** Frames, or anything else, one behind the other. */
  public static byte[] all(byte[]... pieces) {
    ByteBuf out = Unpooled.buffer();
    for (byte[] piece : pieces) {
      out.writeBytes(piece);
    }
    return taken(out);
  }

  /** The same bytes many times. */
  public static byte[] times(int count, byte[] piece) {
    ByteBuf out = Unpooled.buffer(count * piece.length);
    for (int i = 0; i < count; i++) {
      out.writeBytes(piece);
    }
    return taken(out);
  }

  /** A header block of literal fields: name, value, name, value. */
  public static byte[] block(String... fields) {
    ByteBuf out = Unpooled.buffer();
    for (int i = 0; i < fields.length; i += 2) {
      out.writeByte(0);
      text(out, fields[i]);
      text(out, fields[i + 1]);
    }
    return taken(out);
  }

  private static void text(ByteBuf out, String text) {
    number(out, text.length());
    out.writeCharSequence(text, ISO_8859_1);
  }

  /** RFC 7541 §5.1, with a prefix of seven bits. */
  private static void number(ByteBuf out, int number) {
    if (number < 127) {
      out.writeByte(number);
      return;
    }
    out.writeByte(127);
    int rest = number - 127;
    while (rest >= 128) {
      out.writeByte((rest & 127) | 128);
      rest >>= 7;
    }
    out.writeByte(rest);
  }

  /** A whole head, in as many frames as it needs. */
  public static byte[] headers(int stream, boolean ends, String... fields) {
    byte[] block = block(fields);
    int end = ends ? END_STREAM : 0;
    if (block.length <= LARGEST) {
      return frame(HEADERS, END_HEADERS | end, stream, block);
    }
    byte[] all = frame(HEADERS, end, stream, Arrays.copyOf(block, LARGEST));
    for (int at = LARGEST; at < block.length; at += LARGEST) {
      int to = Math.min(block.length, at + LARGEST);
      int flags = to == block.length ? END_HEADERS : 0;
      all = all(all, frame(CONTINUATION, flags, stream, Arrays.copyOfRange(block, at, to)));
    }
    return all;
  }

  public static byte[] data(int stream, boolean ends, String text) {
    return frame(DATA, ends ? END_STREAM : 0, stream, text.getBytes(ISO_8859_1));
  }

  public static byte[] data(int stream, boolean ends, int bytes) {
    return frame(DATA, ends ? END_STREAM : 0, stream, new byte[bytes]);
  }

  public static byte[] reset(int stream, long code) {
    return frame(RST_STREAM, 0, stream, ints((int) code));
  }

  public static byte[] goAway(int last, long code) {
    return frame(GOAWAY, 0, 0, ints(last, (int) code));
  }

  public static byte[] window(int stream, int increment) {
    return frame(WINDOW_UPDATE, 0, stream, ints(increment));
  }

  /** Settings: number, value, number, value. */
  public static byte[] settings(int... settings) {
    ByteBuf out = Unpooled.buffer();
    for (int i = 0; i < settings.length; i += 2) {
      out.writeShort(settings[i]).writeInt(settings[i + 1]);
    }
    return frame(SETTINGS, 0, 0, taken(out));
  }

  public static byte[] ints(int... numbers) {
    ByteBuf out = Unpooled.buffer(4 * numbers.length);
    for (int number : numbers) {
      out.writeInt(number);
    }
    return taken(out);
  }

  private static byte[] taken(ByteBuf out) {
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes).release();
    return bytes;
  }
}
