package dev.fairlead.health;

import dev.fairlead.testkit.ScriptedServer.Script;

/** HTTP/2 frames byte by byte (RFC 9113 §4, RFC 7541), one character for each byte. */
final class Http2Bytes {
  static final String SETTINGS = frame(4, 0, 0, "");
  static final String STATUS_200 = "\u0088"; // all of these from HPACK's static table
  static final String STATUS_404 = "\u008d";
  static final String STATUS_500 = "\u008e";

  /** That of Netty's first request: 1 would be for an upgrade. */
  static final int STREAM = 3;

  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private Http2Bytes() {}

  static String frame(int type, int flags, int stream, String payload) {
    return bytes(payload.length(), 3)
        + bytes(type, 1)
        + bytes(flags, 1)
        + bytes(stream, 4)
        + payload;
  }

  static String headers(String block) {
    return frame(1, END_HEADERS, STREAM, block);
  }

  static String lastHeaders(String block) {
    return frame(1, END_HEADERS | END_STREAM, STREAM, block);
  }

  static String data(String text) {
    return frame(0, 0, STREAM, text);
  }

  static String lastData(String text) {
    return frame(0, END_STREAM, STREAM, text);
  }

  static String reset(int error) {
    return frame(3, 0, STREAM, bytes(error, 4));
  }

  static String goAway(int lastStream, int error, String debug) {
    return frame(7, 0, 0, bytes(lastStream, 4) + bytes(error, 4) + debug);
  }

  /** A status without a place in the static table. */
  static String status(String code) {
    return field(":status", code);
  }

  /** A field as it is, without compression. */
  static String field(String name, String value) {
    return "\u0000" + bytes(name.length(), 1) + name + bytes(value.length(), 1) + value;
  }

  static String bytes(int number, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = count - 1; i >= 0; i--) {
      text.append((char) (number >>> (8 * i) & 0xff));
    }
    return text.toString();
  }

  /** Answers the request after the client's preface, and waits for the client's end. */
  static Script answer(String... frames) {
    return answerTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", frames);
  }

  /** Answers when these bytes have come. */
  static Script answerTo(String awaited, String... frames) {
    return client -> {
      client.readUntil(awaited);
      client.write(SETTINGS + String.join("", frames));
      client.readAll();
    };
  }

  /** The same, and ends after that. */
  static Script answerAndClose(String... frames) {
    return client -> {
      client.readUntil("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      client.write(SETTINGS + String.join("", frames));
      client.closeOutput();
      client.readAll();
    };
  }
}
