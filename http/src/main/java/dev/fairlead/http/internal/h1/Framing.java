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

  /**
   * Reads a Content-Length field.
   *
   * @param repeats whether the same number may be there more than once, in one field or in several
   * @return whether it is a plain number, and the only one
   */
  boolean contentLength(Fields fields, int field, boolean repeats) {
    if (lengthField >= 0 && !repeats) {
      return false;
    }
    byte[] b = fields.bytes();
    int from = fields.from(field);
    int to = fields.to(field);
    // What follows may read leading zeros as octal: they are written anew, and so are repetitions.
    boolean plain = lengthField < 0 && (b[from] != '0' || to - from == 1);
    int at = number(b, from, to);
    while (repeats && at >= 0 && at < to) {
      plain = false;
      at = number(b, behindComma(b, at, to), to);
    }
    if (!plain) {
      fields.drop(field);
    }
    if (lengthField < 0) {
      lengthField = field;
    }
    return at == to;
  }

  /** {@return where the number ends; -1 when there is none, or another than before} */
  private int number(byte[] b, int from, int to) {
    int at = from;
    long value = 0;
    while (at >= 0 && at < to && Ascii.isDigit(b[at]) && at - from < MOST_DIGITS) {
      value = value * 10 + (b[at] - '0');
      at++;
    }
    if (at <= from || (length >= 0 && value != length)) {
      return -1;
    }
    length = value;
    return at;
  }

  private static int behindComma(byte[] b, int from, int to) {
    int at = from;
    while (at < to && Ascii.isSpace(b[at])) {
      at++;
    }
    return at < to && b[at] == ',' ? HopByHop.skipSeparators(b, at, to) : -1;
  }

  /** {@return whether there was a length beside a coding; it is now as if it had never been there} */
  boolean ignoreLength(Fields fields) {
    if (!coded || lengthField < 0) {
      return false;
    }
    fields.drop(lengthField);
    forgetLength();
    length = -1;
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
