package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Limits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What both ends tell each other at the beginning (RFC 9113 §6.5). Pure functions. */
final class Settings {
  /** What holds until the other end says something else. */
  static final int DEFAULT_WINDOW = 65_535;

  private Settings() {}

  /** Writes ours. */
  static void write(ByteBuf to, boolean serves, Http2Limits limits, Limits headLimits) {
    Frames.head(to, serves ? 24 : 18, Frames.SETTINGS, 0, 0);
    if (serves) {
      Frames.setting(to, Frames.MAX_CONCURRENT_STREAMS, limits.streams());
      Frames.setting(to, Frames.ENABLE_CONNECT_PROTOCOL, 1);
    } else {
      Frames.setting(to, Frames.ENABLE_PUSH, 0);
    }
    Frames.setting(to, Frames.INITIAL_WINDOW_SIZE, limits.window());
    Frames.setting(to, Frames.MAX_HEADER_LIST_SIZE, headLimits.head());
  }

  /**
   * Looks at one of the peer's.
   *
   * @param serves whether we are the server
   * @return what is wrong with it, or null
   */
  static @Nullable ErrorCode fault(int id, long value, boolean serves) {
    boolean sound = switch (id) {
      case Frames.ENABLE_PUSH -> value == 0 || (value == 1 && serves);
      case Frames.INITIAL_WINDOW_SIZE -> value <= Integer.MAX_VALUE;
      case Frames.MAX_FRAME_SIZE -> value >= Frames.PAYLOAD && value <= 0xffffff;
      case Frames.ENABLE_CONNECT_PROTOCOL -> value <= 1;
      default -> true;
    };
    if (sound) {
      return null;
    }
    return id == Frames.INITIAL_WINDOW_SIZE
        ? ErrorCode.FLOW_CONTROL_ERROR
        : ErrorCode.PROTOCOL_ERROR;
  }
}
