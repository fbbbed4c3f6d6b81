package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h2.BlockWriter;
import dev.fairlead.http.internal.h2.Http2Connection;

/** Writes requests as HTTP/2 header blocks. Pure functions on a connection's open block. */
final class Http2Heads {
  private static final byte[] METHOD = Ascii.bytes(":method");
  private static final byte[] SCHEME = Ascii.bytes(":scheme");
  private static final byte[] AUTHORITY = Ascii.bytes(":authority");
  private static final byte[] PATH = Ascii.bytes(":path");
  private static final byte[] PROTOCOL = Ascii.bytes(":protocol");
  private static final byte[] CONNECT = Ascii.bytes("CONNECT");
  private static final byte[] HTTP = Ascii.bytes("http");
  private static final byte[] HTTPS = Ascii.bytes("https");
  /** What the pseudo-headers say. */
  private static final byte[][] SAID = {Ascii.bytes("host")};

  /** A tunnel has no length to tell, not even that of no body. */
  private static final byte[][] SAID_BY_TUNNEL = {
    Ascii.bytes("host"), Ascii.bytes("sec-websocket-key"), Ascii.bytes("content-length")
  };

  private static final byte[] LENGTH = Ascii.bytes("content-length");
  private static final byte[] TE = Ascii.bytes("te");
  private static final byte[] TRAILERS = Ascii.bytes("trailers");

  private Http2Heads() {}

  /** {@return the Sec-WebSocket-Key of a request, or an empty one} */
  static byte[] key(RequestHead head) {
    String key = head.header("sec-websocket-key");
    return Ascii.bytes(key == null ? "" : key);
  }

  /**
   * Writes a request's head, up to the end of its block.
   *
   * @param connection where to; {@link Http2Connection#endRequest} is the caller's
   * @param head the received head
   * @param forwarded whole field lines that are added, or empty
   * @param protocol what an extended CONNECT asks for (RFC 8441); empty: it is none
   */
  static void request(
      Http2Connection connection, RequestHead head, byte[] forwarded, byte[] protocol) {
    boolean upgrade = protocol.length > 0;
    BlockWriter to = connection.beginBlock(head.length() + forwarded.length + 64);
    if (upgrade) {
      to.field(METHOD, CONNECT);
      to.field(PROTOCOL, protocol);
    } else {
      head.tellMethod(METHOD, to);
    }
    if (!head.connect()) {
      to.field(SCHEME, head.secure() ? HTTPS : HTTP);
      head.tellPath(PATH, to);
    }
    head.tellAuthority(AUTHORITY, to);
    boolean tunnel = upgrade || head.connect();
    head.fields().forEach(to, tunnel ? SAID_BY_TUNNEL : SAID);
    if (head.rewritesLength() && !tunnel) {
      to.number(LENGTH, head.bodyLength());
    }
    lines(forwarded, to);
    if (head.acceptsTrailers()) {
      to.field(TE, TRAILERS);
    }
  }

  /** Field lines of our own, each with its CRLF. */
  static void lines(byte[] lines, Fields.Sink sink) {
    int from = 0;
    while (from < lines.length) {
      int colon = from;
      while (lines[colon] != ':') {
        colon++;
      }
      int end = colon;
      while (lines[end] != '\r') {
        end++;
      }
      int value = colon + 1;
      while (value < end && lines[value] == ' ') {
        value++;
      }
      int behind = end;
      while (behind > value && lines[behind - 1] == ' ') {
        behind--;
      }
      sink.field(lines, from, colon - from, value, behind - value, false);
      from = end + 2;
    }
  }
}
