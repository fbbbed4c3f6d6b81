package dev.fairlead.http.internal.h1;

import org.jspecify.annotations.Nullable;

/**
 * How long the body of a message is (RFC 9112 §6), decided from its Content-Length and
 * Transfer-Encoding fields. Whatever is ambiguous is a fault; nothing is guessed or repaired. Used again
 * for the next head.
 */
final class Framing {
  private static final byte[] CHUNKED = Ascii.bytes("chunked");
  /** Leaves room for sums without overflow. */
  private static final int MOST_DIGITS = 18;

  private int lengthField;
  private long length;
  private boolean coded;
  private boolean chunkedLast;
  private boolean chunkedBefore;
  private boolean otherCoding;

  void reset() {
    lengthField = -1;
    length = -1;
    coded = false;
    chunkedLast = false;
    chunkedBefore = false;
    otherCoding = false;
  }

  /** {@return whether the field is a single, plain number} */
  boolean contentLength(Fields fields, int field) {
    byte[] b = fields.bytes();
    int from = fields.from(field);
    int to = fields.to(field);
    if (lengthField >= 0 || from == to) {
      return false;
    }
    lengthField = field;
    long value = 0;
    for (int i = from; i < to; i++) {
      if (!Ascii.isDigit(b[i]) || i - from >= MOST_DIGITS) {
        return false;
      }
      value = value * 10 + (b[i] - '0');
    }
    length = value;
    if (to - from > 1 && b[from] == '0') {
      // What follows may read leading zeros as octal: they are written anew.
      fields.drop(field);
    }
    return true;
  }

  /** {@return whether the field is a well-formed list of codings without parameters} */
  boolean transferEncoding(Fields fields, int field) {
    byte[] b = fields.bytes();
    int at = fields.from(field);
    int to = fields.to(field);
    coded = true;
    do {
      int from = at;
      while (at < to && Ascii.isToken(b[at])) {
        at++;
      }
      if (at == from) {
        return false;
      }
      chunkedBefore |= chunkedLast;
      chunkedLast = Ascii.same(b, from, at, CHUNKED);
      otherCoding |= !chunkedLast;
      while (at < to && Ascii.isSpace(b[at])) {
        at++;
      }
      if (at == to) {
        return true;
      }
      if (b[at] != ',') {
        return false;
      }
      at++;
      while (at < to && Ascii.isSpace(b[at])) {
        at++;
      }
    } while (true);
  }

  boolean coded() {
    return coded;
  }

  boolean hasLength() {
    return lengthField >= 0;
  }

  /** {@return whether the Content-Length that is there has to be written anew} */
  boolean rewritesLength(Fields fields) {
    return lengthField >= 0 && fields.dropped(lengthField);
  }

  void forgetLength() {
    lengthField = -1;
  }

  int lengthField() {
    return lengthField;
  }

  /** {@return the Content-Length, or -1} */
  long length() {
    return length;
  }

  /** {@return what is wrong with both fields together, or null} */
  @Nullable
  Fault fault() {
    if (!coded) {
      return null;
    }
    if (hasLength() || !chunkedLast || chunkedBefore) {
      return Fault.BAD;
    }
    return otherCoding ? Fault.CODING : null;
  }
}
