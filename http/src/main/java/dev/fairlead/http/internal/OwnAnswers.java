package dev.fairlead.http.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h2.BlockWriter;
import io.netty.buffer.ByteBuf;
import java.util.EnumMap;
import java.util.Map;

/** The bytes of the proxy's own answers, encoded once. Immutable. */
final class OwnAnswers {
  private static final Map<Rejection, byte[]> HEADS = new EnumMap<>(Rejection.class);
  private static final Map<Rejection, byte[]> BODIES = new EnumMap<>(Rejection.class);
  private static final byte[] CLOSE = Ascii.bytes("Connection: close\r\n\r\n");
  private static final byte[] KEEP = Ascii.bytes("\r\n");
  private static final byte[] CONTENT_TYPE = Ascii.bytes("content-type");
  private static final byte[] PLAIN = Ascii.bytes("text/plain");
  private static final byte[] CACHE_CONTROL = Ascii.bytes("cache-control");
  private static final byte[] NO_CACHE = Ascii.bytes("no-cache");
  private static final byte[] ALLOW = Ascii.bytes("allow");
  private static final byte[] ALLOWED =
      Ascii.bytes("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE");

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
        head.append("Allow: ").append(new String(ALLOWED, ISO_8859_1)).append("\r\n");
      }
      HEADS.put(rejection, Ascii.bytes(head.toString()));
      BODIES.put(rejection, Ascii.bytes(body));
    }
  }

  private OwnAnswers() {}

  /** {@return an answer's body, not to be changed} */
  static byte[] body(Rejection rejection) {
    byte[] body = BODIES.get(rejection);
    if (body == null) {
      throw new IllegalStateException("no answer for " + rejection);
    }
    return body;
  }

  /** Writes an answer's fields but its length into a header block. */
  static void fields(Rejection rejection, BlockWriter to) {
    to.field(CONTENT_TYPE, PLAIN);
    to.field(CACHE_CONTROL, NO_CACHE);
    if (rejection == Rejection.METHOD_NOT_ALLOWED) {
      to.field(ALLOW, ALLOWED);
    }
  }

  /**
   * Writes an answer.
   *
   * @param out where to
   * @param rejection which one
   * @param date the line with the time, or empty
   * @param close whether the connection is closed behind it
   * @param toHead whether the request was a HEAD, whose answer has no body
   */
  static void write(ByteBuf out, Rejection rejection, byte[] date, boolean close, boolean toHead) {
    byte[] head = HEADS.get(rejection);
    byte[] body = body(rejection);
    if (head == null) {
      throw new IllegalStateException("no answer for " + rejection);
    }
    out.writeBytes(head).writeBytes(date).writeBytes(close ? CLOSE : KEEP);
    if (!toHead) {
      out.writeBytes(body);
    }
  }
}
