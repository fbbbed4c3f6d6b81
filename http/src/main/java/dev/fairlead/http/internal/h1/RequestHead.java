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
  public static final int MORE = Fields.MORE;
  /** The head is complete. */
  public static final int DONE = Fields.LINE;
  /** The head is faulty; see {@link #fault()}. */
  public static final int FAULT = Fields.FAULT;

  private static final byte[] TRAILERS = Ascii.bytes("trailers");
  private static final byte[] CONTINUE = Ascii.bytes("100-continue");
  private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n");
  private static final byte[] LINE_END = Ascii.bytes(" HTTP/2.0");
  private static final byte[] SLASH = {'/'};
  private static final byte[] ASTERISK = {'*'};

  private final Fields fields = new Fields();
  private final Framing framing = new Framing();
  private boolean skippedEmptyLine;
  private boolean lineDone;
  private Method method = Method.OTHER;
  private int methodEnd;
  private int targetEnd;
  private int authorityFrom;
  private int authorityEnd;
  private boolean absolute;
  private boolean http11;
  private boolean http2;
  private boolean secure;
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
    framing.reset();
    skippedEmptyLine = false;
    lineDone = false;
    method = Method.OTHER;
    methodEnd = 0;
    targetEnd = 0;
    authorityFrom = 0;
    authorityEnd = 0;
    absolute = false;
    http11 = true;
    http2 = false;
    secure = false;
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
      int result = fields.readLine(in, limits.line() + 2, Fault.LINE_TOO_LONG, limits.relaxed());
      if (result != Fields.LINE) {
        return result;
      }
      if (fields.emptyLine()) {
        if (skippedEmptyLine) {
          return fields.fault(Fault.BAD);
        }
        // RFC 9112 §2.2: one empty line is forgiven, old clients send it behind a body.
        skippedEmptyLine = true;
        fields.dropLine();
      } else {
        Fault fault = requestLine(limits.relaxed());
        if (fault != null) {
          return fields.fault(fault);
        }
        lineDone = true;
        fields.nextLine();
      }
    }
    while (true) {
      int most = limits.head() - fields.lineStart();
      int result = fields.readLine(in, most, Fault.HEAD_TOO_LARGE, limits.relaxed());
      if (result != Fields.LINE) {
        return result;
      }
      if (fields.emptyLine()) {
        Fault fault = finish(limits.relaxed());
        return fault == null ? DONE : fields.fault(fault);
      }
      if (fields.addField(limits.fields(), limits.relaxed()) == Fields.FAULT) {
        return FAULT;
      }
    }
  }

  /** {@return whether bytes of it have been received, beside an empty line before it} */
  public boolean begun() {
    return fields.length() > 0;
  }

  private @Nullable Fault requestLine(Relaxed relaxed) {
    byte[] b = fields.bytes();
    int end = fields.lineEnd();
    int at = 0;
    while (at < end && Ascii.isToken(b[at])) {
      at++;
    }
    methodEnd = at;
    if (at == 0 || at == end || b[at] != ' ') {
      return Fault.BAD;
    }
    at++;
    while (at < end && b[at] != ' ') {
      at++;
    }
    targetEnd = at;
    Fault fault = version(b, at + 1, end);
    if (fault != null) {
      return fault;
    }
    method = Method.of(b, methodEnd);
    boolean clean = Target.clean(b, methodEnd + 1, targetEnd, relaxed.nonAsciiTarget());
    if (!clean || targetEnd == methodEnd + 1) {
      return Fault.BAD;
    }
    return target(b, methodEnd + 1, targetEnd);
  }

  private @Nullable Fault version(byte[] b, int from, int end) {
    if (end - from != 8
        || b[from] != 'H'
        || b[from + 1] != 'T'
        || b[from + 2] != 'T'
        || b[from + 3] != 'P'
        || b[from + 4] != '/'
        || !Ascii.isDigit(b[from + 5])
        || b[from + 6] != '.'
        || !Ascii.isDigit(b[from + 7])) {
      return Fault.BAD;
    }
    http11 = b[from + 7] != '0' || http2;
    return b[from + 5] == '1' || http2 ? null : Fault.VERSION;
  }

  private @Nullable Fault target(byte[] b, int from, int to) {
    authorityFrom = to;
    authorityEnd = from;
    if (method == Method.CONNECT) {
      // RFC 9112 §3.2.3: host and port, and nothing else.
      authorityFrom = from;
      authorityEnd = to;
      return Target.hostAndPort(b, from, to) && Target.hasPort(b, from, to) ? null : Fault.BAD;
    }
    if (b[from] == '/') {
      return null;
    }
    if (to - from == 1 && b[from] == '*') {
      return method == Method.OPTIONS ? null : Fault.BAD;
    }
    int scheme = Target.scheme(b, from, to);
    if (scheme == 0) {
      return Fault.BAD;
    }
    absolute = true;
    secure = (b[from + 4] | 0x20) == 's';
    authorityFrom = from + scheme;
    authorityEnd = Target.authorityEnd(b, authorityFrom, to);
    return Target.hostAndPort(b, authorityFrom, authorityEnd) ? null : Fault.BAD;
  }

  private @Nullable Fault finish(Relaxed relaxed) {
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
          acceptsTrailers |= HopByHop.names(fields.bytes(), fields.from(i), fields.to(i), TRAILERS);
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
    boolean outOfPlace = !http11
        && body != Body.NONE
        && (method == Method.GET || method == Method.HEAD || method == Method.DELETE);
    return outOfPlace ? Fault.BAD : null;
  }

  private void expect(int field) {
    expectsContinue |= fields.valueIs(field, CONTINUE);
    if (!http11) {
      // RFC 9110 §10.1.1: an HTTP/1.0 client does not wait, and must not get a 100.
      fields.drop(field);
    }
  }

  private boolean validHost(int field) {
    int from = fields.from(field);
    int to = fields.to(field);
    return from == to || Target.hostAndPort(fields.bytes(), from, to);
  }

  /** {@return what is wrong} */
  public Fault fault() {
    return fields.fault();
  }

  /** {@return bytes of the head received so far} */
  public int length() {
    return fields.length();
  }

  /** {@return whether the first line has been read} */
  public boolean hasLine() {
    return lineDone;
  }

  Fields fields() {
    return fields;
  }

  int methodEnd() {
    return methodEnd;
  }

  int targetEnd() {
    return targetEnd;
  }

  int authorityFrom() {
    return authorityFrom;
  }

  int authorityEnd() {
    return authorityEnd;
  }

  /** {@return whether the target is an absolute URI, whose authority wins over Host} */
  public boolean absolute() {
    return absolute;
  }

  int hostField() {
    return hostField;
  }

  /** {@return whether it asks for an upgrade, and may: HTTP/1.1 without a body} */
  boolean asksForUpgrade() {
    return upgradeOption && hasUpgrade && http11 && body == Body.NONE;
  }

  /** {@return whether the client takes trailers} */
  public boolean acceptsTrailers() {
    return acceptsTrailers;
  }

  /** {@return whether the client waits for a 100 before it sends the body} */
  public boolean expectsContinue() {
    return expectsContinue && http11;
  }

  /** {@return the method, as far as the proxy treats it in its own way} */
  public Method kind() {
    return method;
  }

  /** {@return whether it came by HTTP/2} */
  public boolean http2() {
    return http2;
  }

  /** {@return whether it is HTTP/1.1 or a later minor version} */
  public boolean http11() {
    return http11;
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
    return method == Method.OTHER ? fields.text(0, methodEnd) : method.name();
  }

  @Override
  public String target() {
    return fields.text(methodEnd + 1, targetEnd);
  }

  @Override
  public String path() {
    int from = pathFrom();
    return from == targetEnd || fields.bytes()[from] == '?' ? "/" : fields.text(from, pathEnd());
  }

  @Override
  public String version() {
    return http2 ? "HTTP/2.0" : http11 ? "HTTP/1.1" : "HTTP/1.0";
  }

  @Override
  public @Nullable String authority() {
    return absolute ? fields.text(authorityFrom, authorityEnd) : fields.value(hostField);
  }

  @Override
  public @Nullable String header(String name) {
    return fields.value(fields.find(name));
  }

  @Override
  public void writePath(KeySink into) {
    write(into, pathFrom(), pathEnd());
  }

  @Override
  public void writePathAndQuery(KeySink into) {
    write(into, pathFrom(), targetEnd);
  }

  @Override
  public void writeTarget(KeySink into) {
    into.write(fields.bytes(), methodEnd + 1, targetEnd - methodEnd - 1);
  }

  @Override
  public boolean writeAuthority(KeySink into) {
    if (absolute) {
      into.write(fields.bytes(), authorityFrom, authorityEnd - authorityFrom);
    } else if (hostField >= 0) {
      int from = fields.from(hostField);
      into.write(fields.bytes(), from, fields.to(hostField) - from);
    }
    return absolute || hostField >= 0;
  }

  @Override
  public boolean writeQueryParameter(String name, KeySink into) {
    return Lookup.parameter(fields.bytes(), methodEnd + 1, targetEnd, name, into);
  }

  @Override
  public boolean writeCookie(String name, KeySink into) {
    boolean found = false;
    for (int i = 0; i < fields.count() && !found; i++) {
      found = fields.is(i, "cookie")
          && Lookup.cookie(fields.bytes(), fields.from(i), fields.to(i), name, into);
    }
    return found;
  }

  @Override
  public boolean writeHeader(String name, KeySink into) {
    int field = fields.find(name);
    if (field >= 0) {
      into.write(fields.bytes(), fields.from(field), fields.to(field) - fields.from(field));
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
    byte[] b = fields.bytes();
    int end = lineDone ? targetEnd + 9 : Math.min(fields.length(), 1024);
    StringBuilder text = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      boolean shown = b[i] >= 0x20 && b[i] < 0x7f && b[i] != '"';
      text.append(shown ? (char) b[i] : '?');
    }
    return text.toString();
  }

  private void write(KeySink into, int from, int to) {
    if (from == to || fields.bytes()[from] == '?') {
      into.write('/');
    }
    into.write(fields.bytes(), from, to - from);
  }

  private int pathFrom() {
    return absolute ? authorityEnd : method == Method.CONNECT ? targetEnd : methodEnd + 1;
  }

  private int pathEnd() {
    int at = pathFrom();
    while (at < targetEnd && fields.bytes()[at] != '?') {
      at++;
    }
    return at;
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
    return !skippedEmptyLine && fields.length() == PREFACE.length && fields.startsWith(PREFACE);
  }

  /** {@return whether the client asked for {@code https}, or came by TLS without saying} */
  public boolean secure() {
    return secure;
  }

  /**
   * Says whether {@code https} is meant.
   *
   * @param https where the request itself did not say
   */
  public void secure(boolean https) {
    secure = https;
  }

  /** {@return whether it wants to become a tunnel by the method CONNECT} */
  public boolean connect() {
    return method == Method.CONNECT;
  }

  /** {@return the received field lines, of which some are not passed on} */
  public Fields lines() {
    return fields;
  }

  /**
   * Writes one part of the head for an HTTP/2 server.
   *
   * @param sink gets a range of bytes
   */
  public void forMethod(Fields.Sink sink) {
    sink.field(fields.bytes(), 0, 0, 0, methodEnd, false);
  }

  /** The target's path and query, never empty, as {@link #forMethod}. */
  public void forPath(Fields.Sink sink) {
    int from = pathFrom();
    if (from == targetEnd) {
      byte[] path = method == Method.OPTIONS && absolute ? ASTERISK : SLASH;
      sink.field(path, 0, 0, 0, 1, false);
    } else if (fields.bytes()[from] == '?') {
      byte[] path = new byte[targetEnd - from + 1];
      path[0] = '/';
      System.arraycopy(fields.bytes(), from, path, 1, targetEnd - from);
      sink.field(path, 0, 0, 0, path.length, false);
    } else {
      sink.field(fields.bytes(), 0, 0, from, targetEnd - from, false);
    }
  }

  /** The host that is asked for, as {@link #forMethod}; nothing when there is none. */
  public void forAuthority(Fields.Sink sink) {
    if (absolute || method == Method.CONNECT) {
      sink.field(fields.bytes(), 0, 0, authorityFrom, authorityEnd - authorityFrom, false);
    } else if (hostField >= 0 && fields.to(hostField) > fields.from(hostField)) {
      int from = fields.from(hostField);
      sink.field(fields.bytes(), 0, 0, from, fields.to(hostField) - from, false);
    }
  }

  /** Begins a head that did not come as text; {@link RequestComposer} goes on. */
  int composeLine(byte[] b, int methodLength, int targetLength, Limits limits) {
    http2 = true;
    if (methodLength + targetLength + LINE_END.length + 1 > limits.line()) {
      return fields.fault(Fault.LINE_TOO_LONG);
    }
    fields.append(b, 0, methodLength);
    fields.append(LINE_END, 0, 1);
    fields.append(b, methodLength, targetLength);
    fields.append(LINE_END, 0, LINE_END.length);
    fields.appended();
    Fault fault = requestLine(Relaxed.NOTHING);
    if (fault == null
        && (methodEnd != methodLength || targetEnd != methodLength + 1 + targetLength)) {
      fault = Fault.BAD;
    }
    if (fault != null) {
      return fields.fault(fault);
    }
    lineDone = true;
    fields.nextLine();
    return DONE;
  }

  /**
   * Ends a head that did not come as text.
   *
   * @param ended whether its message has ended with it
   * @param tunnel whether what follows is not a body
   */
  int composed(boolean ended, boolean tunnel) {
    fields.appended(); // the empty line behind the fields
    Fault fault = finish(Relaxed.NOTHING);
    if (fault == null && (ended || tunnel) && framing.length() > 0) {
      fault = Fault.BAD;
    }
    if (fault != null) {
      return fields.fault(fault);
    }
    body = ended || tunnel ? Body.NONE : framing.hasLength() ? Body.LENGTH : Body.CHUNKED;
    return DONE;
  }
}
