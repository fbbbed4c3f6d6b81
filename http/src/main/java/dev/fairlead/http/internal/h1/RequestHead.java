package dev.fairlead.http.internal.h1;

import dev.fairlead.balance.KeySink;
import dev.fairlead.http.spi.RequestInfo;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: the received bytes and where its parts lie. Parsed strictly (RFC 9112): a head
 * that two readers could read differently is a fault. Used again for the next request; on one event loop
 * only.
 */
public final class RequestHead implements RequestInfo {
  /** More bytes are needed. */
  public static final int MORE = Lines.MORE;
  /** The head is complete. */
  public static final int DONE = Lines.LINE;
  /** The head is faulty; see {@link #fault()}. */
  public static final int FAULT = Lines.FAULT;

  private static final byte[] TRAILERS = Ascii.bytes("trailers");
  private static final byte[] CONTINUE = Ascii.bytes("100-continue");
  private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n");
  private static final byte[] LINE_END = Ascii.bytes(" HTTP/2.0");

  private final Fields fields = new Fields();
  private final Lines lines = fields.lines();
  private final RequestLine line = new RequestLine();
  private final Framing framing = new Framing();
  private boolean skippedEmptyLine;
  private boolean lineDone;
  private boolean keepAlive;
  private boolean upgradeOption;
  private boolean acceptsTrailers;
  private boolean expectsContinue;
  private int hostField;
  private boolean hasUpgrade;
  private Body body = Body.NONE;

  /** An empty head. */
  public RequestHead() {
    reset();
  }

  /** Forgets everything. */
  public void reset() {
    fields.reset();
    line.reset();
    framing.reset();
    skippedEmptyLine = false;
    lineDone = false;
    keepAlive = false;
    upgradeOption = false;
    acceptsTrailers = false;
    expectsContinue = false;
    hostField = -1;
    hasUpgrade = false;
    body = Body.NONE;
  }

  /**
   * Takes bytes up to the end of the head.
   *
   * @param in what was received
   * @param limits how large it may be
   * @return {@link #MORE}, {@link #DONE} or {@link #FAULT}
   */
  public int read(ByteBuf in, Limits limits) {
    while (!lineDone) {
      int result = lines.read(in, limits.line() + 2, Fault.LINE_TOO_LONG, limits.relaxed());
      if (result != Lines.LINE) {
        return result;
      }
      if (lines.empty()) {
        if (skippedEmptyLine) {
          return lines.fault(Fault.BAD);
        }
        // RFC 9112 §2.2: one empty line is forgiven, old clients send it behind a body.
        skippedEmptyLine = true;
        lines.drop();
      } else {
        Fault fault = line.read(lines.bytes(), lines.end(), limits.relaxed());
        if (fault != null) {
          return lines.fault(fault);
        }
        lineDone = true;
        lines.next();
      }
    }
    while (true) {
      int most = limits.head() - lines.start();
      int result = lines.read(in, most, Fault.HEAD_TOO_LARGE, limits.relaxed());
      if (result != Lines.LINE) {
        return result;
      }
      if (lines.empty()) {
        Fault fault = finish(limits.relaxed());
        return fault == null ? DONE : lines.fault(fault);
      }
      if (fields.addField(limits.fields(), limits.relaxed()) == Lines.FAULT) {
        return FAULT;
      }
    }
  }

  /** {@return whether bytes of it have been received, beside an empty line before it} */
  public boolean begun() {
    return lines.length() > 0;
  }

  private @Nullable Fault finish(Relaxed relaxed) {
    boolean http11 = line.http11();
    int options = 0;
    for (int i = 0; i < fields.count(); i++) {
      switch (fields.name(i)) {
        case Name.HOST -> {
          if (hostField >= 0 || !validHost(i)) {
            return Fault.BAD;
          }
          hostField = i;
        }
        case Name.CONTENT_LENGTH -> {
          if (!framing.contentLength(fields, i, relaxed.repeatedLength())) {
            return Fault.BAD;
          }
        }
        case Name.TRANSFER_ENCODING -> {
          if (!http11 || !framing.transferEncoding(fields, i)) {
            return Fault.BAD;
          }
        }
        case Name.CONNECTION -> {
          int more = HopByHop.read(fields, i);
          if (more < 0) {
            return Fault.BAD;
          }
          options |= more;
        }
        case Name.UPGRADE -> hasUpgrade = true;
        case Name.TE ->
          acceptsTrailers |= HopByHop.names(lines.bytes(), fields.from(i), fields.to(i), TRAILERS);
        case Name.EXPECT -> expect(i);
        default -> {}
      }
    }
    if (http11 && hostField < 0) {
      return Fault.BAD;
    }
    boolean repaired = relaxed.lengthBesideCoding() && framing.ignoreLength(fields);
    Fault fault = framing.fault();
    if (fault != null) {
      return fault;
    }
    keepAlive = !repaired
        && (options & HopByHop.CLOSE) == 0
        && (http11 || (options & HopByHop.KEEP_ALIVE) != 0);
    upgradeOption = (options & HopByHop.UPGRADE) != 0;
    body = framing.coded() ? Body.CHUNKED : framing.length() > 0 ? Body.LENGTH : Body.NONE;
    // HTTP/1.0 does not define a body for these; a reader that follows it takes the body for a
    // request.
    Method method = line.method();
    boolean outOfPlace = !http11
        && body != Body.NONE
        && (method == Method.GET || method == Method.HEAD || method == Method.DELETE);
    return outOfPlace || (method == Method.CONNECT && !asksForTunnel()) ? Fault.BAD : null;
  }

  /**
   * A CONNECT has no body: a server that knows would take one for the tunnel's first bytes, or for the next
   * request (RFC 9110 §9.3.6). And its Host is that of its target (RFC 9112 §3.2), though the port may be missing.
   */
  private boolean asksForTunnel() {
    return body == Body.NONE
        && (hostField < 0
            || line.isAuthority(lines.bytes(), fields.from(hostField), fields.to(hostField)));
  }

  private void expect(int field) {
    expectsContinue |= fields.valueIs(field, CONTINUE);
    if (!line.http11()) {
      // RFC 9110 §10.1.1: an HTTP/1.0 client does not wait, and must not get a 100.
      fields.drop(field);
    }
  }

  private boolean validHost(int field) {
    int from = fields.from(field);
    int to = fields.to(field);
    return from == to || Target.hostAndPort(lines.bytes(), from, to);
  }

  /** {@return what is wrong} */
  public Fault fault() {
    return lines.fault();
  }

  /** {@return bytes of the head received so far} */
  public int length() {
    return lines.length();
  }

  /** {@return whether the first line has been read} */
  public boolean hasLine() {
    return lineDone;
  }

  RequestLine requestLine() {
    return line;
  }

  /** {@return whether the target is an absolute URI, whose authority wins over Host} */
  public boolean absolute() {
    return line.absolute();
  }

  int hostField() {
    return hostField;
  }

  /** {@return whether it asks for an upgrade, and may: HTTP/1.1 without a body, and not for a tunnel anyway} */
  boolean asksForUpgrade() {
    return upgradeOption && hasUpgrade && line.http11() && body == Body.NONE && !connect();
  }

  /** {@return whether the client takes trailers} */
  public boolean acceptsTrailers() {
    return acceptsTrailers;
  }

  /** {@return whether the client waits for a 100 before it sends the body} */
  public boolean expectsContinue() {
    return expectsContinue && line.http11();
  }

  /** {@return the method, as far as the proxy treats it in its own way} */
  public Method kind() {
    return line.method();
  }

  /** {@return whether it came by HTTP/2} */
  public boolean http2() {
    return line.http2();
  }

  /** {@return whether it is HTTP/1.1 or a later minor version} */
  public boolean http11() {
    return line.http11();
  }

  /** {@return whether the client wants to keep the connection} */
  public boolean keepAlive() {
    return keepAlive;
  }

  /** {@return how its body is delimited} */
  public Body body() {
    return body;
  }

  /** {@return the body's length; 0 for none, -1 when not known} */
  public long bodyLength() {
    return body == Body.CHUNKED ? -1 : Math.max(0, framing.length());
  }

  /** {@return whether a Content-Length has to be written anew} */
  public boolean rewritesLength() {
    return framing.rewritesLength(fields);
  }

  @Override
  public String method() {
    Method method = line.method();
    return method == Method.OTHER ? lines.text(0, line.methodEnd()) : method.name();
  }

  @Override
  public String target() {
    return lines.text(line.targetFrom(), line.targetEnd());
  }

  @Override
  public String path() {
    return line.pathEmpty(lines.bytes())
        ? "/"
        : lines.text(line.pathFrom(), line.pathEnd(lines.bytes()));
  }

  @Override
  public String version() {
    return line.http2() ? "HTTP/2.0" : line.http11() ? "HTTP/1.1" : "HTTP/1.0";
  }

  @Override
  public @Nullable String authority() {
    return line.absolute()
        ? lines.text(line.authorityFrom(), line.authorityEnd())
        : fields.value(hostField);
  }

  @Override
  public @Nullable String header(String name) {
    return fields.value(fields.find(name));
  }

  @Override
  public void writePath(KeySink into) {
    line.writePath(lines.bytes(), line.pathEnd(lines.bytes()), into);
  }

  @Override
  public void writePathAndQuery(KeySink into) {
    line.writePath(lines.bytes(), line.targetEnd(), into);
  }

  @Override
  public void writeTarget(KeySink into) {
    into.write(lines.bytes(), line.targetFrom(), line.targetEnd() - line.targetFrom());
  }

  @Override
  public boolean writeAuthority(KeySink into) {
    if (line.absolute()) {
      line.writeAuthority(lines.bytes(), into);
    } else if (hostField >= 0) {
      int from = fields.from(hostField);
      into.write(lines.bytes(), from, fields.to(hostField) - from);
    }
    return line.absolute() || hostField >= 0;
  }

  @Override
  public boolean writeQueryParameter(String name, KeySink into) {
    return Lookup.parameter(lines.bytes(), line.targetFrom(), line.targetEnd(), name, into);
  }

  @Override
  public boolean writeCookie(String name, KeySink into) {
    boolean found = false;
    for (int i = 0; i < fields.count() && !found; i++) {
      found = fields.is(i, "cookie")
          && Lookup.cookie(lines.bytes(), fields.from(i), fields.to(i), name, into);
    }
    return found;
  }

  @Override
  public boolean writeHeader(String name, KeySink into) {
    int field = fields.find(name);
    if (field >= 0) {
      into.write(lines.bytes(), fields.from(field), fields.to(field) - fields.from(field));
    }
    return field >= 0;
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

  /** {@return whether names have unusual characters; such fields are dropped, where that is wanted} */
  public boolean unusualNames(boolean drop) {
    return fields.unusualNames(drop);
  }

  /** Drops all fields that a server might take for one of a name. */
  public void dropLike(String name) {
    fields.dropLike(name);
  }

  /** {@return the request line as received, for the log; what cannot be shown is replaced} */
  public String line() {
    byte[] b = lines.bytes();
    int end = lineDone ? line.targetEnd() + 9 : Math.min(lines.length(), 1024);
    StringBuilder text = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      boolean shown = b[i] >= 0x20 && b[i] < 0x7f && b[i] != '"';
      text.append(shown ? (char) b[i] : '?');
    }
    return text.toString();
  }

  /**
   * Drops the trailers that the head's {@code Connection} names: they are hop-by-hop as well.
   *
   * @param trailers of the same message
   */
  public void dropHopByHop(Fields trailers) {
    HopByHop.dropNamed(fields, trailers);
  }

  /** {@return whether it is the first line of what an HTTP/2 client sends first (RFC 9113 §3.4)} */
  public boolean http2Preface() {
    return !skippedEmptyLine && lines.length() == PREFACE.length && lines.startsWith(PREFACE);
  }

  /** {@return whether the client asked for {@code https}, or came by TLS without saying} */
  public boolean secure() {
    return line.secure();
  }

  /**
   * Says whether {@code https} is meant.
   *
   * @param https where the request itself did not say
   */
  public void secure(boolean https) {
    line.secure(https);
  }

  /** {@return whether it wants to become a tunnel by the method CONNECT} */
  public boolean connect() {
    return line.method() == Method.CONNECT;
  }

  /** {@return the received field lines, of which some are not passed on} */
  public Fields fields() {
    return fields;
  }

  /**
   * Tells the method as a field.
   *
   * @param name of the field
   * @param sink gets it
   */
  public void tellMethod(byte[] name, Fields.Sink sink) {
    line.tellMethod(lines.bytes(), name, sink);
  }

  /** Tells the target's path and query, never empty, as {@link #tellMethod}. */
  public void tellPath(byte[] name, Fields.Sink sink) {
    line.tellPath(lines.bytes(), name, sink);
  }

  /** Tells the host that is asked for, as {@link #tellMethod}; nothing when there is none. */
  public void tellAuthority(byte[] name, Fields.Sink sink) {
    if (line.hasAuthority()) {
      line.tellAuthority(lines.bytes(), name, sink);
    } else if (hostField >= 0 && fields.to(hostField) > fields.from(hostField)) {
      int from = fields.from(hostField);
      sink.field(name, lines.bytes(), from, fields.to(hostField) - from);
    }
  }

  /** Begins a head that did not come as text; {@link RequestComposer} goes on. */
  int composeLine(Part method, Part target, Limits limits) {
    int methodLength = method.length();
    int targetLength = target.length();
    line.http2(true);
    if (methodLength + targetLength + LINE_END.length + 1 > limits.line()) {
      return lines.fault(Fault.LINE_TOO_LONG);
    }
    lines.append(method.bytes(), 0, methodLength);
    lines.append(LINE_END, 0, 1);
    lines.append(target.bytes(), 0, targetLength);
    lines.append(LINE_END, 0, LINE_END.length);
    lines.endAppended();
    Fault fault = line.read(lines.bytes(), lines.end(), Relaxed.NOTHING);
    if (fault == null
        && (line.methodEnd() != methodLength
            || line.targetEnd() != methodLength + 1 + targetLength)) {
      fault = Fault.BAD;
    }
    if (fault != null) {
      return lines.fault(fault);
    }
    lineDone = true;
    lines.next();
    return DONE;
  }

  /**
   * Ends a head that did not come as text.
   *
   * @param ended whether its message has ended with it
   * @param tunnel whether what follows is not a body
   */
  int composed(boolean ended, boolean tunnel) {
    lines.endAppended(); // the empty line behind the fields
    Fault fault = finish(Relaxed.NOTHING);
    if (fault == null && (ended || tunnel) && framing.length() > 0) {
      fault = Fault.BAD;
    }
    if (fault != null) {
      return lines.fault(fault);
    }
    body = ended || tunnel ? Body.NONE : framing.hasLength() ? Body.LENGTH : Body.CHUNKED;
    return DONE;
  }
}
