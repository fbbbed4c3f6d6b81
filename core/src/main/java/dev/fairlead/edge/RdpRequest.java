package dev.fairlead.edge;

import dev.fairlead.balance.KeySink;
import dev.fairlead.edge.Condition.Answer;
import io.netty.buffer.ByteBuf;

/**
 * The connection request that an RDP client begins with ([MS-RDPBCGR] §2.2.1.1): a TPKT packet (RFC 1006
 * §6) with an X.224 connection request, then perhaps a cookie and a negotiation request.
 */
final class RdpRequest {
  private static final int HEAD = 11; // of TPKT and X.224
  private static final String COOKIE = "cookie:";

  private RdpRequest() {}

  /** Whether a whole one is there. */
  static Answer look(ByteBuf in) {
    int start = in.readerIndex();
    int come = in.readableBytes();
    if ((come > 0 && in.getByte(start) != 3) || (come > 1 && in.getByte(start + 1) != 0)) {
      return Answer.NO;
    }
    if (come < 4) {
      return Answer.OPEN;
    }
    int length = in.getUnsignedShort(start + 2);
    boolean fits = length >= HEAD
        && (come < 5 || in.getUnsignedByte(start + 4) == length - 5)
        && (come < 6 || (in.getByte(start + 5) & 0xf0) == 0xe0);
    if (!fits) {
      return Answer.NO;
    }
    return come < length ? Answer.OPEN : Answer.YES;
  }

  /**
   * Writes the value of the cookie in a whole request, read as HAProxy reads it.
   *
   * @return whether there is one of that name, in any case, and not empty
   */
  static boolean writeCookie(ByteBuf in, String name, KeySink into) {
    if (look(in) != Answer.YES) {
      return false;
    }
    int start = in.readerIndex();
    int end = start + in.getUnsignedShort(start + 2);
    int at = skip(in, start + HEAD, end, COOKIE);
    while (at >= 0 && at < end && in.getByte(at) == ' ') {
      at++;
    }
    int equals = at < 0 ? -1 : skip(in, at, end, name);
    if (equals < 0 || equals == end || in.getByte(equals) != '=') {
      return false;
    }
    int from = equals + 1;
    int to = from;
    while (to < end && in.getByte(to) != '\r') {
      to++;
    }
    if (to == from || to + 1 >= end || in.getByte(to + 1) != '\n') {
      return false;
    }
    for (int i = from; i < to; i++) {
      into.write(in.getByte(i));
    }
    return true;
  }

  /** Behind a text in any case; -1 when it does not stand there. */
  private static int skip(ByteBuf in, int from, int end, String lowerCase) {
    if (end - from < lowerCase.length()) {
      return -1;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      int c = in.getByte(from + i);
      if ((c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c) != lowerCase.charAt(i)) {
        return -1;
      }
    }
    return from + lowerCase.length();
  }
}
