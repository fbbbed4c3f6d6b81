package dev.fairlead.http.internal.h1;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The head of a response: the received bytes and where its parts lie. Parsed as strictly as a request's.
 * Used again for the next response; on one event loop only.
 */
public final class ResponseHead {
  /** More bytes are needed. */
  public static final int MORE = Lines.MORE;
  /** The head is complete. */
  public static final int DONE = Lines.LINE;
  /** The head is faulty. */
  public static final int FAULT = Lines.FAULT;

  private final Fields fields = new Fields();
  private final Lines lines = fields.lines();
  private final Framing framing = new Framing();
  private boolean lineDone;
  private boolean http11;
  private boolean http2;
  private int status;
  private int reasonFrom;
  private int reasonEnd;
  private boolean keepAlive;
  private boolean upgradeOption;
  private boolean hasUpgrade;
  private Body body = Body.NONE;

  /** An empty head. */
  public ResponseHead() {
    reset();
  }

  /** Forgets everything. */
  public void reset() {
    fields.reset();
    framing.reset();
    lineDone = false;
    http11 = true;
    http2 = false;
    status = 0;
    reasonFrom = 0;
    reasonEnd = 0;
    keepAlive = false;
    upgradeOption = false;
    hasUpgrade = false;
    body = Body.NONE;
  }

  /**
   * Takes bytes up to the end of the head.
   *
   * @param in what was received
   * @param limits how large it may be
   * @param toHead whether the request was a HEAD, whose response has no body
   * @return {@link #MORE}, {@link #DONE} or {@link #FAULT}
   */
  public int read(ByteBuf in, Limits limits, boolean toHead) {
    while (true) {
      int most = limits.head() - lines.start();
      int result = lines.read(in, most, Fault.HEAD_TOO_LARGE, limits.relaxed());
      if (result != Lines.LINE) {
        return result;
      }
      if (!lineDone) {
        if (!statusLine()) {
          return lines.fault(Fault.BAD);
        }
        lineDone = true;
        lines.next();
      } else if (lines.empty()) {
        return finish(toHead, limits.relaxed()) ? DONE : lines.fault(Fault.BAD);
      } else if (fields.addField(limits.fields(), limits.relaxed()) == Lines.FAULT) {
        return FAULT;
      }
    }
  }

  private boolean statusLine() {
    byte[] b = lines.bytes();
    int end = lines.end();
    if (end < 12
        || b[0] != 'H'
        || b[1] != 'T'
        || b[2] != 'T'
        || b[3] != 'P'
        || b[4] != '/'
        || b[5] != '1'
        || b[6] != '.'
        || !Ascii.isDigit(b[7])
        || b[8] != ' '
        || !Ascii.isDigit(b[9])
        || !Ascii.isDigit(b[10])
        || !Ascii.isDigit(b[11])) {
      return false;
    }
    http11 = b[7] != '0';
    status = (b[9] - '0') * 100 + (b[10] - '0') * 10 + (b[11] - '0');
    if (status < 100 || status > 599 || (end > 12 && b[12] != ' ')) {
      return false;
    }
    reasonFrom = Math.min(13, end);
    reasonEnd = end;
    return true;
  }

  private boolean finish(boolean toHead, Relaxed relaxed) {
    int options = 0;
    for (int i = 0; i < fields.count(); i++) {
      switch (fields.name(i)) {
        case Name.CONTENT_LENGTH -> {
          if (!framing.contentLength(fields, i, relaxed.repeatedLength())) {
            return false;
          }
        }
        case Name.TRANSFER_ENCODING -> {
          if (!http11 || !framing.transferEncoding(fields, i)) {
            return false;
          }
        }
        case Name.CONNECTION -> {
          int more = HopByHop.read(fields, i);
          if (more < 0) {
            return false;
          }
          options |= more;
        }
        case Name.UPGRADE -> hasUpgrade = true;
        default -> {}
      }
    }
    boolean repaired = relaxed.lengthBesideCoding() && framing.ignoreLength(fields);
    if (framing.fault() != null) {
      return false;
    }
    keepAlive = !repaired
        && (options & HopByHop.CLOSE) == 0
        && (http11 || (options & HopByHop.KEEP_ALIVE) != 0);
    upgradeOption = (options & HopByHop.UPGRADE) != 0;
    if (toHead || status < 200 || status == 204 || status == 304) {
      body = Body.NONE;
    } else if (framing.coded()) {
      body = Body.CHUNKED;
    } else if (framing.hasLength()) {
      body = framing.length() == 0 ? Body.NONE : Body.LENGTH;
    } else {
      body = Body.UNTIL_CLOSE;
    }
    return true;
  }

  /** {@return what is wrong, or null} */
  public @Nullable Fault fault() {
    return lines.fault();
  }

  /** {@return the status code, 100..599} */
  public int status() {
    return status;
  }

  /** {@return whether the message is not the last one of its request} */
  public boolean interim() {
    return status < 200 && status != 101;
  }

  /** {@return whether the server will keep the connection} */
  public boolean keepAlive() {
    return keepAlive;
  }

  /** {@return how its body is delimited} */
  public Body body() {
    return body;
  }

  /** {@return the Content-Length, or -1; without a body it tells what a GET would have got} */
  public long contentLength() {
    return framing.length();
  }

  /** {@return bytes of the head} */
  public int length() {
    return lines.length();
  }

  /** {@return whether it announces a body that its status cannot have, so that one may follow or not} */
  public boolean doubtful() {
    return (status < 200 || status == 204) && (framing.coded() || framing.length() > 0);
  }

  boolean coded() {
    return framing.coded();
  }

  /** {@return whether a Content-Length has to be written anew} */
  public boolean rewritesLength() {
    return framing.rewritesLength(fields);
  }

  /** There is no body and never one: a length would only mislead. */
  public void dropLength() {
    if (framing.hasLength()) {
      fields.drop(framing.lengthField());
      framing.forgetLength();
    }
  }

  int reasonFrom() {
    return reasonFrom;
  }

  int reasonEnd() {
    return reasonEnd;
  }

  /** {@return whether it names what the connection becomes} */
  boolean upgrades() {
    return upgradeOption && hasUpgrade;
  }

  /** {@return whether it came by HTTP/2} */
  public boolean http2() {
    return http2;
  }

  /** {@return whether it is HTTP/1.1 or a later minor version} */
  public boolean http11() {
    return http11;
  }

  /** {@return whether a field of a name, in any case, is passed on} */
  public boolean passes(String name) {
    return fields.passes(name);
  }

  /**
   * Adds a field line behind all others. Only once the head is complete.
   *
   * @param line with its CRLF
   */
  public void add(byte[] line) {
    fields.addLine(line);
  }

  /**
   * Drops the trailers that the head's {@code Connection} names: they are hop-by-hop as well.
   *
   * @param trailers of the same message
   */
  public void dropHopByHop(Fields trailers) {
    HopByHop.dropNamed(fields, trailers);
  }

  /** {@return the received field lines, of which some are not passed on} */
  public Fields fields() {
    return fields;
  }

  /** {@return the value of the first field of a name, or null} */
  public @Nullable String header(String name) {
    return fields.value(fields.find(name));
  }

  /** {@return whether its status is one that opens the tunnel that a CONNECT asked for} */
  public boolean success() {
    return status >= 200 && status < 300;
  }

  /** Begins a head that did not come as text; {@link ResponseComposer} goes on. */
  boolean composeLine(byte[] line) {
    http2 = true;
    lines.append(line, 0, line.length);
    lines.endAppended();
    if (!statusLine()) {
      return false;
    }
    lineDone = true;
    lines.next();
    return true;
  }

  /** {@return whether it tells its length} */
  boolean hasLength() {
    return framing.hasLength();
  }

  /**
   * Ends a head that did not come as text.
   *
   * @param toHead whether the request was a HEAD
   * @param ended whether its message has ended with it
   */
  boolean composed(boolean toHead, boolean ended) {
    lines.endAppended(); // the empty line behind the fields
    if (!finish(toHead, Relaxed.NOTHING)) {
      return false;
    }
    boolean without = toHead || status < 200 || status == 204 || status == 304;
    if (ended && !without && framing.length() > 0) {
      return false;
    }
    if (ended || without) {
      body = Body.NONE;
    } else {
      body = framing.hasLength() ? Body.LENGTH : Body.CHUNKED;
    }
    return true;
  }
}
