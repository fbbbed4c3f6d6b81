package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.Body;
import java.util.Arrays;

/**
 * The last look at a header block before it leaves, whatever wrote it and of whatever it was made: what {@code
 * HeadCheck} is for HTTP/1. It knows nothing of how heads are read: it sees each field as it is encoded, and
 * whether a peer, or who translates for it to HTTP/1, can understand them in one way only (RFC 9113 §8.2, §8.3,
 * §8.5). Used again for the next block; on one event loop only.
 */
final class BlockCheck {
  private static final int METHOD = 1;
  private static final int SCHEME = 2;
  private static final int AUTHORITY = 4;
  private static final int PATH = 8;
  private static final int PROTOCOL = 16;
  private static final int STATUS = 32;

  private static final byte[] METHOD_NAME = Ascii.bytes(":method");
  private static final byte[] SCHEME_NAME = Ascii.bytes(":scheme");
  private static final byte[] AUTHORITY_NAME = Ascii.bytes(":authority");
  private static final byte[] PATH_NAME = Ascii.bytes(":path");
  private static final byte[] PROTOCOL_NAME = Ascii.bytes(":protocol");
  private static final byte[] CONNECT = Ascii.bytes("CONNECT");
  private static final byte[] HTTP = Ascii.bytes("http");
  private static final byte[] HTTPS = Ascii.bytes("https");

  private static final byte[] HOST = Ascii.bytes("host");
  private static final byte[] TE = Ascii.bytes("te");
  private static final byte[] TRAILERS = Ascii.bytes("trailers");
  private static final byte[] UPGRADE = Ascii.bytes("upgrade");
  private static final byte[] CONNECTION = Ascii.bytes("connection");
  private static final byte[] KEEP_ALIVE = Ascii.bytes("keep-alive");
  private static final byte[] LENGTH = Ascii.bytes("content-length");
  private static final byte[] PROXY_CONNECTION = Ascii.bytes("proxy-connection");
  private static final byte[] CODING = Ascii.bytes("transfer-encoding");

  private boolean bad;
  /** Which pseudo-headers have come. */
  private int pseudo;
  /** Whether another field has come, behind which they may not. */
  private boolean behind;

  private boolean connect;
  private int hosts;
  private int lengths;
  private long length;

  /** A block begins. */
  void begin() {
    bad = false;
    pseudo = 0;
    behind = false;
    connect = false;
    hosts = 0;
    lengths = 0;
    length = 0;
  }

  /** A pseudo-header {@code :status}. */
  void status(int status) {
    bad |= behind || pseudo != 0 || status < 100 || status > 599;
    pseudo |= STATUS;
  }

  /** Any other field. */
  void field(byte[] n, int nameFrom, int nameLength, byte[] v, int from, int valueLength) {
    int nameEnd = nameFrom + nameLength;
    int end = from + valueLength;
    if (nameLength > 0 && n[nameFrom] == ':') {
      pseudo(n, nameFrom, nameEnd, v, from, end);
    } else {
      behind = true;
      bad |= !name(n, nameFrom, nameEnd) || !text(v, from, end);
      special(n, nameFrom, nameEnd, v, from, end);
    }
  }

  private void pseudo(byte[] n, int nameFrom, int nameEnd, byte[] v, int from, int end) {
    int bit = 0;
    boolean fits = word(v, from, end);
    if (Ascii.same(n, nameFrom, nameEnd, METHOD_NAME)) {
      bit = METHOD;
      connect = Arrays.equals(v, from, end, CONNECT, 0, CONNECT.length);
    } else if (Ascii.same(n, nameFrom, nameEnd, SCHEME_NAME)) {
      bit = SCHEME;
      fits = Ascii.same(v, from, end, HTTP) || Ascii.same(v, from, end, HTTPS);
    } else if (Ascii.same(n, nameFrom, nameEnd, AUTHORITY_NAME)) {
      bit = AUTHORITY;
    } else if (Ascii.same(n, nameFrom, nameEnd, PATH_NAME)) {
      bit = PATH;
      fits &= end > from && (v[from] == '/' || (v[from] == '*' && end == from + 1));
    } else if (Ascii.same(n, nameFrom, nameEnd, PROTOCOL_NAME)) {
      bit = PROTOCOL;
    }
    bad |= !fits || behind || bit == 0 || (pseudo & bit) != 0;
    pseudo |= bit;
  }

  private static boolean name(byte[] n, int from, int end) {
    int i = from;
    while (i < end && n[i] > ' ' && n[i] < 0x7f && n[i] != ':') {
      i++;
    }
    return i == end && end > from;
  }

  /** Something without white space. */
  private static boolean word(byte[] v, int from, int end) {
    int i = from;
    while (i < end && v[i] != ' ' && v[i] != '\t') {
      i++;
    }
    return i == end && end > from && text(v, from, end);
  }

  private static boolean text(byte[] v, int from, int end) {
    int i = from;
    while (i < end && (v[i] >= ' ' ? v[i] != 0x7f : v[i] < 0 || v[i] == '\t')) {
      i++;
    }
    return i == end && (end == from || (!space(v[from]) && !space(v[end - 1])));
  }

  private static boolean space(byte c) {
    return c == ' ' || c == '\t';
  }

  /** What frames, routes, or is said to the next hop only. */
  private void special(byte[] n, int nameFrom, int nameEnd, byte[] v, int from, int end) {
    switch (nameEnd - nameFrom) {
      case 2 -> bad |= Ascii.same(n, nameFrom, nameEnd, TE) && !Ascii.same(v, from, end, TRAILERS);
      case 4 -> hosts += Ascii.same(n, nameFrom, nameEnd, HOST) ? 1 : 0;
      case 7 -> bad |= Ascii.same(n, nameFrom, nameEnd, UPGRADE);
      case 10 ->
        bad |= Ascii.same(n, nameFrom, nameEnd, CONNECTION)
            || Ascii.same(n, nameFrom, nameEnd, KEEP_ALIVE);
      case 14 -> {
        if (Ascii.same(n, nameFrom, nameEnd, LENGTH)) {
          lengths++;
          number(v, from, end);
        }
      }
      case 16 -> bad |= Ascii.same(n, nameFrom, nameEnd, PROXY_CONNECTION);
      case 17 -> bad |= Ascii.same(n, nameFrom, nameEnd, CODING);
      default -> {}
    }
  }

  private void number(byte[] v, int from, int end) {
    bad |= end == from || end - from > 18;
    for (int i = from; i < end && !bad; i++) {
      bad = v[i] < '0' || v[i] > '9';
      length = length * 10 + v[i] - '0';
    }
  }

  /**
   * All fields have come.
   *
   * @param body how the body is delimited
   * @param bodyLength its length, where that is how
   * @return whether they are one request's
   */
  boolean isRequest(Body body, long bodyLength) {
    boolean tunnel = connect && (pseudo & PROTOCOL) == 0;
    int needed = METHOD | (tunnel ? AUTHORITY : SCHEME | PATH);
    int allowed = tunnel ? needed : needed | AUTHORITY | (connect ? PROTOCOL : 0);
    boolean framed = body == Body.NONE
        ? lengths == 0 || (lengths == 1 && length == 0 && !connect)
        : tells(body, bodyLength);
    return !bad
        && hosts == 0
        && (pseudo & needed) == needed
        && (pseudo | allowed) == allowed
        && framed;
  }

  /**
   * All fields have come.
   *
   * @param body how the body is delimited
   * @param bodyLength its length, or what another request's would have had; -1: nobody knows
   * @return whether they are one response's
   */
  boolean isResponse(Body body, long bodyLength) {
    boolean framed = body == Body.NONE
        ? lengths == 0 || (lengths == 1 && length == bodyLength)
        : tells(body, bodyLength);
    return !bad && pseudo == STATUS && framed;
  }

  private boolean tells(Body body, long bodyLength) {
    return body == Body.LENGTH ? lengths == 1 && length == bodyLength : lengths == 0;
  }

  /** {@return whether all that came is one interim response, or opens a tunnel} */
  boolean isInterim() {
    return !bad && pseudo == STATUS && lengths == 0;
  }

  /** {@return whether all that came are trailers, which neither frame nor route} */
  boolean areTrailers() {
    return !bad && pseudo == 0 && lengths + hosts == 0;
  }
}
