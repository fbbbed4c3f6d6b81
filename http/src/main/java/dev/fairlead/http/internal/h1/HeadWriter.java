package dev.fairlead.http.internal.h1;

import io.netty.buffer.ByteBuf;

/**
 * Writes heads for the next hop: the received lines in their order and case, without the hop-by-hop ones,
 * and our own framing. Pure functions.
 */
public final class HeadWriter {
  private static final byte[] HTTP11 = Ascii.bytes("HTTP/1.1");
  private static final byte[] END_11 = Ascii.bytes(" HTTP/1.1\r\n");
  private static final byte[] END_10 = Ascii.bytes(" HTTP/1.0\r\n");
  private static final byte[] CRLF = Ascii.bytes("\r\n");
  private static final byte[] HOST = Ascii.bytes("Host: ");
  private static final byte[] CONTENT_LENGTH = Ascii.bytes("Content-Length: ");
  private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] TE_TRAILERS = Ascii.bytes("TE: trailers\r\nConnection: TE\r\n");
  private static final byte[] CLOSE = Ascii.bytes("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = Ascii.bytes("Connection: keep-alive\r\n");

  /** What is added beyond the received lines fits in here, but for the forwarded client. */
  private static final int ROOM = 128;

  private HeadWriter() {}

  /** {@return about how many bytes a request's head needs} */
  public static int room(RequestHead head) {
    return head.length() + ROOM;
  }

  /** {@return about how many bytes a response's head needs} */
  public static int room(ResponseHead head) {
    return head.length() + ROOM;
  }

  /**
   * Writes a request's head.
   *
   * @param out where to
   * @param head the received head
   * @param forwarded whole field lines that are added, or empty
   * @param upgrades which upgrades may pass
   */
  public static void request(
      ByteBuf out, RequestHead head, byte[] forwarded, UpgradeRule upgrades) {
    Fields fields = head.fields();
    byte[] b = fields.bytes();
    requestLine(out, head, b);
    RequestLine line = head.requestLine();
    int host = head.hostField();
    if (head.absolute()) {
      // RFC 9112 §3.2.2: the authority of the target replaces Host.
      int behind = host < 0 ? 0 : host;
      fields.writeTo(out, 0, behind);
      out.writeBytes(HOST);
      out.writeBytes(b, line.authorityFrom(), line.authorityEnd() - line.authorityFrom());
      out.writeBytes(CRLF);
      fields.writeTo(out, host < 0 ? 0 : host + 1, fields.count());
    } else {
      fields.writeTo(out);
    }
    if (head.body() == Body.CHUNKED) {
      out.writeBytes(CHUNKED);
    } else if (head.rewritesLength()) {
      contentLength(out, head.bodyLength());
    }
    if (forwarded.length > 0) {
      out.writeBytes(forwarded);
    }
    if (upgrades.offered(head)) {
      upgrades.write(out, fields);
    } else if (head.acceptsTrailers() && head.http11()) {
      out.writeBytes(TE_TRAILERS);
    }
    out.writeBytes(CRLF);
  }

  /**
   * An HTTP/1.0 request without Host cannot be made an HTTP/1.1 request, which needs one: it is passed on
   * as what it is.
   */
  private static void requestLine(ByteBuf out, RequestHead head, byte[] b) {
    RequestLine line = head.requestLine();
    int method = line.methodEnd();
    boolean asIs = !head.http11() && head.hostField() < 0 && !head.absolute();
    if (!head.absolute()) {
      out.writeBytes(b, 0, line.targetEnd());
    } else {
      out.writeBytes(b, 0, method + 1);
      int from = line.authorityEnd();
      if (from == line.targetEnd()) {
        // RFC 9112 §3.2.4: OPTIONS for a whole server.
        out.writeByte(head.kind() == Method.OPTIONS ? '*' : '/');
      } else {
        if (b[from] == '?') {
          out.writeByte('/');
        }
        out.writeBytes(b, from, line.targetEnd() - from);
      }
    }
    out.writeBytes(asIs ? END_10 : END_11);
  }

  /**
   * Writes the head of a last or only response.
   *
   * @param out where to
   * @param head the received head
   * @param body how the body will be delimited
   * @param http11 whether the client speaks HTTP/1.1
   * @param keep whether its connection is kept
   */
  public static void response(
      ByteBuf out, ResponseHead head, Body body, boolean http11, boolean keep) {
    Fields fields = head.fields();
    statusLine(out, head, fields.bytes());
    if (head.status() == 204 || head.status() < 200) {
      head.dropLength();
    }
    fields.writeTo(out);
    if (body == Body.CHUNKED || (head.body() == Body.NONE && head.coded() && http11)) {
      if (head.status() != 204) {
        out.writeBytes(CHUNKED);
      }
    } else if (head.rewritesLength()) {
      contentLength(out, head.contentLength());
    }
    if (!keep) {
      out.writeBytes(CLOSE);
    } else if (!http11) {
      out.writeBytes(KEEP_ALIVE);
    }
    out.writeBytes(CRLF);
  }

  /**
   * Writes the head of an interim response, or of a 101.
   *
   * @param out where to
   * @param head the received head
   */
  public static void interim(ByteBuf out, ResponseHead head) {
    statusLine(out, head, head.fields().bytes());
    head.dropLength();
    head.fields().writeTo(out);
    if (head.status() == 101) {
      UpgradeRule.writeConsent(out, head.fields());
    }
    out.writeBytes(CRLF);
  }

  private static void statusLine(ByteBuf out, ResponseHead head, byte[] b) {
    out.writeBytes(HTTP11);
    out.writeBytes(b, 8, 4);
    out.writeByte(' ');
    out.writeBytes(b, head.reasonFrom(), head.reasonEnd() - head.reasonFrom());
    out.writeBytes(CRLF);
  }

  private static void contentLength(ByteBuf out, long length) {
    out.writeBytes(CONTENT_LENGTH);
    Ascii.writeDecimal(out, length);
    out.writeBytes(CRLF);
  }
}
