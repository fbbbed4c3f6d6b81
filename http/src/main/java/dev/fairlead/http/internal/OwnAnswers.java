package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import io.netty.buffer.ByteBuf;
import java.util.EnumMap;
import java.util.Map;

/** The bytes of the proxy's own answers, encoded once. Immutable. */
final class OwnAnswers {
  private static final Map<Rejection, byte[]> HEADS = new EnumMap<>(Rejection.class);
  private static final Map<Rejection, byte[]> BODIES = new EnumMap<>(Rejection.class);
  private static final byte[] CLOSE = Ascii.bytes("Connection: close\r\n\r\n");
  private static final byte[] KEEP = Ascii.bytes("\r\n");

  static {
    for (Rejection rejection : Rejection.values()) {
      String body = rejection.status() + " " + rejection.reason() + "\n";
      StringBuilder head = new StringBuilder("HTTP/1.1 ")
          .append(rejection.status())
          .append(' ')
          .append(rejection.reason())
          .append("\r\nContent-Type: text/plain\r\nCache-Control: no-cache\r\nContent-Length: ")
          .append(body.length())
          .append("\r\n");
      if (rejection == Rejection.METHOD_NOT_ALLOWED) {
        head.append("Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE\r\n");
      }
      HEADS.put(rejection, Ascii.bytes(head.toString()));
      BODIES.put(rejection, Ascii.bytes(body));
    }
  }

  private OwnAnswers() {}

  /**
   * Writes an answer.
   *
   * @param out where to
   * @param rejection which one
   * @param close whether the connection is closed behind it
   * @param toHead whether the request was a HEAD, whose answer has no body
   */
  static void write(ByteBuf out, Rejection rejection, boolean close, boolean toHead) {
    byte[] head = HEADS.get(rejection);
    byte[] body = BODIES.get(rejection);
    if (head == null || body == null) {
      throw new IllegalStateException("no answer for " + rejection);
    }
    out.writeBytes(head).writeBytes(close ? CLOSE : KEEP);
    if (!toHead) {
      out.writeBytes(body);
    }
  }
}
