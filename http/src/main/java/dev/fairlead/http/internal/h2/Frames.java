package dev.fairlead.http.internal.h2;

import io.netty.buffer.ByteBuf;

/** Numbers of HTTP/2 frames (RFC 9113 §6), and how the simple ones are written. Pure functions. */
final class Frames {
  static final int HEAD = 9;
  /** What everybody takes, and what we announce: nothing is gained by larger ones. */
  static final int PAYLOAD = 16_384;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITIZED = 32;

  static final int HEADER_TABLE_SIZE = 1;
  static final int ENABLE_PUSH = 2;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_FRAME_SIZE = 5;
  static final int MAX_HEADER_LIST_SIZE = 6;
  static final int ENABLE_CONNECT_PROTOCOL = 8;

  private Frames() {}

  /** The first nine bytes of a frame. */
  static void head(ByteBuf out, int length, int type, int flags, int stream) {
    out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
  }

  static void reset(ByteBuf out, int stream, ErrorCode code) {
    head(out, 4, RST_STREAM, 0, stream);
    out.writeInt(code.code());
  }

  static void window(ByteBuf out, int stream, int increment) {
    head(out, 4, WINDOW_UPDATE, 0, stream);
    out.writeInt(increment);
  }

  static void ping(ByteBuf out, long payload, boolean ack) {
    head(out, 8, PING, ack ? ACK : 0, 0);
    out.writeLong(payload);
  }

  static void goAway(ByteBuf out, int lastStream, ErrorCode code) {
    head(out, 8, GOAWAY, 0, 0);
    out.writeInt(lastStream).writeInt(code.code());
  }

  static void settingsAck(ByteBuf out) {
    head(out, 0, SETTINGS, ACK, 0);
  }

  static void setting(ByteBuf out, int id, long value) {
    out.writeShort(id).writeInt((int) value);
  }
}
