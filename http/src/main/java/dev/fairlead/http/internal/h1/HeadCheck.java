package dev.fairlead.http.internal.h1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The last look at a head of HTTP/1, and at trailers, before they leave for a server or for a client, whatever
 * wrote it and of whatever it was made. It knows nothing of how heads are read: it sees the bytes once, and
 * whether their reader can understand them in one way only. Used again for the next head; on one event loop only.
 */
public final class HeadCheck {
  private static final byte[] VERSION = Ascii.bytes(" HTTP/1.");
  private static final byte[] CONNECT = Ascii.bytes("CONNECT ");
  private static final byte[] STATUS = Ascii.bytes("HTTP/1.1 ");
  private static final byte[] HOST = Ascii.bytes("host");
  private static final byte[] LENGTH = Ascii.bytes("content-length");
  private static final byte[] CODING = Ascii.bytes("transfer-encoding");
  private static final byte[] CHUNKED = Ascii.bytes("chunked");
  private static final int KEPT_SIZE = 8 * 1024;

  private byte[] b = new byte[1024];
  private int end;
  private int hosts;
  private int lengths;
  private int codings;
  private long length;

  /** A check that has seen nothing. */
  public HeadCheck() {}

  /**
   * Looks at a request's head.
   *
   * @param out at whose end it was written
   * @param from where it begins
   * @param body how the body will be sent
   * @param bodyLength its length, where that is how
   * @return whether all of it is one request line and field lines, and frames the body as it will be sent
   */
  public boolean holds(ByteBuf out, int from, Body body, long bodyLength) {
    look(out, from);
    int line = lineEnd(0);
    return requestLine(line)
        && fields(line + 2)
        && (hosts == 1 || (hosts == 0 && b[line - 1] == '0'))
        && framed(body, bodyLength);
  }

  /**
   * Looks at a response's head.
   *
   * @param out at whose end it was written
   * @param from where it begins
   * @param body how the body will be sent
   * @param bodyLength its length, where that is how
   * @param toHead whether to a HEAD, so that it tells of a body that is not sent
   * @return whether all of it is one status line and field lines, and frames the body as it will be sent
   */
  public boolean holdsResponse(ByteBuf out, int from, Body body, long bodyLength, boolean toHead) {
    look(out, from);
    int line = lineEnd(0);
    return statusLine(line)
        && fields(line + 2)
        && (body == Body.NONE ? unframed(toHead) : delimited(body, bodyLength));
  }

  /**
   * Looks at the head of an interim response, or of one that opens a tunnel.
   *
   * @param out at whose end it was written
   * @param from where it begins
   * @return whether all of it is one status line and field lines, none of which frames
   */
  public boolean holdsInterim(ByteBuf out, int from) {
    look(out, from);
    int line = lineEnd(0);
    return statusLine(line) && fields(line + 2) && lengths + codings == 0;
  }

  /**
   * Looks at the end of a body in chunks.
   *
   * @param out at whose end it was written
   * @param from where the last chunk begins
   * @return whether all of it is an empty chunk and field lines, none of which frames or routes
   */
  public boolean holdsEnd(ByteBuf out, int from) {
    look(out, from);
    return lineEnd(0) == 1 && b[0] == '0' && fields(3) && hosts + lengths + codings == 0;
  }

  private void look(ByteBuf out, int from) {
    end = out.writerIndex() - from;
    if (b.length < end || b.length > KEPT_SIZE) {
      b = new byte[Math.max(end, 1024)];
    }
    out.getBytes(from, b, 0, end);
    hosts = 0;
    lengths = 0;
    codings = 0;
    length = 0;
  }

  /** {@return where the line ends that begins at an index, before its CRLF; -1 when something else ends it} */
  private int lineEnd(int from) {
    int i = from;
    while (i < end && (b[i] >= ' ' ? b[i] != 0x7f : b[i] < 0 || b[i] == '\t')) {
      i++;
    }
    return i + 1 < end && b[i] == '\r' && b[i + 1] == '\n' ? i : -1;
  }

  private boolean requestLine(int to) {
    int method = word(0, to);
    int target = word(method + 1, to);
    return method > 0
        && target > method + 1
        && to == target + VERSION.length + 1
        && version(target);
  }

  private boolean statusLine(int to) {
    int code = STATUS.length;
    if (to < code + 4) {
      return false;
    }
    for (int i = 0; i < code; i++) {
      if (b[i] != STATUS[i]) {
        return false;
      }
    }
    return b[code] >= '1'
        && b[code] <= '5'
        && digit(b[code + 1])
        && digit(b[code + 2])
        && b[code + 3] == ' ';
  }

  private static boolean digit(byte c) {
    return c >= '0' && c <= '9';
  }

  private boolean version(int from) {
    for (int i = 0; i < VERSION.length; i++) {
      if (b[from + i] != VERSION[i]) {
        return false;
      }
    }
    byte minor = b[from + VERSION.length];
    return minor == '0' || minor == '1';
  }

  private int word(int from, int to) {
    int i = from;
    while (i < to && b[i] != ' ' && b[i] != '\t') {
      i++;
    }
    return i;
  }

  private boolean fields(int first) {
    int from = first;
    while (true) {
      int to = lineEnd(from);
      if (to <= from) {
        return to == from && to + 2 == end;
      }
      int colon = from;
      while (b[colon] > ' ' && b[colon] != ':') {
        colon++;
      }
      if (colon == from || b[colon] != ':' || !field(from, colon, to)) {
        return false;
      }
      from = to + 2;
    }
  }

  private boolean field(int from, int colon, int to) {
    if (Ascii.same(b, from, colon, HOST)) {
      hosts++;
    } else if (Ascii.same(b, from, colon, CODING)) {
      codings++;
      return Ascii.same(b, behindSpace(colon + 1), to, CHUNKED);
    } else if (Ascii.same(b, from, colon, LENGTH)) {
      lengths++;
      return number(behindSpace(colon + 1), to);
    }
    return true;
  }

  private int behindSpace(int from) {
    int i = from;
    while (b[i] == ' ' || b[i] == '\t') {
      i++;
    }
    return i;
  }

  private int beforeSpace(int from, int lineEnd) {
    int i = lineEnd;
    while (i > from && (b[i - 1] == ' ' || b[i - 1] == '\t')) {
      i--;
    }
    return i;
  }

  private boolean number(int from, int lineEnd) {
    int to = beforeSpace(from, lineEnd);
    for (int i = from; i < to; i++) {
      if (!digit(b[i])) {
        return false;
      }
      length = length * 10 + b[i] - '0';
    }
    return to > from && to - from <= 18;
  }

  private boolean framed(Body body, long bodyLength) {
    if (end >= CONNECT.length && Arrays.equals(b, 0, CONNECT.length, CONNECT, 0, CONNECT.length)) {
      return body == Body.NONE
          && codings == 0
          && length == 0; // what follows is a tunnel's, or nothing
    }
    return switch (body) {
      case NONE -> codings == 0 && lengths <= 1 && length == 0;
      case LENGTH -> codings == 0 && lengths == 1 && length == bodyLength;
      case CHUNKED -> codings == 1 && lengths == 0;
      case UNTIL_CLOSE -> false;
    };
  }

  private boolean delimited(Body body, long bodyLength) {
    return body == Body.UNTIL_CLOSE ? codings + lengths == 0 : framed(body, bodyLength);
  }

  /** No body follows: where the status does not say so by itself, a length of nothing does. */
  private boolean unframed(boolean toHead) {
    int at = STATUS.length;
    if (b[at] == '2' && b[at + 1] == '0' && b[at + 2] == '4') {
      return codings + lengths == 0;
    }
    boolean silent = toHead || (b[at] == '3' && b[at + 1] == '0' && b[at + 2] == '4');
    return silent ? codings + lengths <= 1 : codings == 0 && lengths == 1 && length == 0;
  }
}
