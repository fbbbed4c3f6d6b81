package dev.fairlead.http.virtual;

import dev.fairlead.http.StrictMessage.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * HTTP/2 frames as text, a character for a byte, written from RFC 9113 and RFC 7541 for tests only. Fields are
 * literals without indexing, so that what they say is what is sent.
 */
final class Http2Text {
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int GOAWAY = 7;
  static final String MAGIC = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  static final String SETTINGS = frame(4, 0, 0, "");
  static final String PREFACE = MAGIC + SETTINGS;

  /** The largest payload that everybody takes. */
  static final int LARGEST = 16_384;

  private static final int DATA = 0;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** One frame. */
  record Frame(int type, int flags, int stream, String payload) {
    boolean endsStream() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }
  }

  private Http2Text() {}

  /** A header block, cut into a HEADERS and a CONTINUATION frame; at 0 it is one frame, if it fits one. */
  static String headers(int stream, List<Field> fields, boolean end, int cut) {
    StringBuilder block = new StringBuilder();
    for (Field field : fields) {
      block.append('\0').append(string(field.name())).append(string(field.value()));
    }
    int last = end ? END_STREAM : 0;
    int first = cut == 0 ? Math.min(block.length(), LARGEST) : cut;
    return first == block.length()
        ? frame(HEADERS, END_HEADERS | last, stream, block.toString())
        : frame(HEADERS, last, stream, block.substring(0, first))
            + frame(CONTINUATION, END_HEADERS, stream, block.substring(first));
  }

  static String data(int stream, String bytes, boolean end) {
    return frame(DATA, end ? END_STREAM : 0, stream, bytes);
  }

  /** All frames of what a server has sent. */
  static List<Frame> frames(String received) {
    List<Frame> frames = new ArrayList<>();
    int at = 0;
    while (at < received.length()) {
      int length = number(received, at, 3);
      frames.add(new Frame(
          received.charAt(at + 3),
          received.charAt(at + 4),
          number(received, at + 5, 4),
          received.substring(at + 9, at + 9 + length)));
      at += 9 + length;
    }
    return frames;
  }

  private static int number(String text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      value = value << 8 | text.charAt(i);
    }
    return value;
  }

  private static String frame(int type, int flags, int stream, String payload) {
    return bytes(payload.length(), 3) + (char) type + (char) flags + bytes(stream, 4) + payload;
  }

  private static String bytes(int value, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = count - 1; i >= 0; i--) {
      text.append((char) (value >>> (8 * i) & 0xff));
    }
    return text.toString();
  }

  /** RFC 7541 §5.2, never compressed. */
  private static String string(String text) {
    StringBuilder length = new StringBuilder();
    int left = text.length();
    if (left < 127) {
      length.append((char) left);
    } else {
      length.append((char) 127);
      for (left -= 127; left >= 128; left >>= 7) {
        length.append((char) ((left & 127) | 128));
      }
      length.append((char) left);
    }
    return length + text;
  }
}
