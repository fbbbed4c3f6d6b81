package dev.fairlead.http.internal.h1;

import dev.fairlead.balance.KeySink;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a request's head: where its parts lie in the head's bytes, which its methods are given
 * (RFC 9112 §3). Used again for the next request; on one event loop only.
 */
final class RequestLine {
  private static final byte[] SLASH = {'/'};
  private static final byte[] ASTERISK = {'*'};

  private Method method = Method.OTHER;
  private int methodEnd;
  private int targetEnd;
  private int authorityFrom;
  private int authorityEnd;
  private boolean absolute;
  private boolean http11;
  private boolean http2;
  private boolean secure;

  void reset() {
    method = Method.OTHER;
    methodEnd = 0;
    targetEnd = 0;
    authorityFrom = 0;
    authorityEnd = 0;
    absolute = false;
    http11 = true;
    http2 = false;
    secure = false;
  }

  /**
   * Reads it.
   *
   * @param b the head's bytes, which it begins
   * @param end where its line end begins
   * @param relaxed what passes
   * @return what is wrong
   */
  @Nullable
  Fault read(byte[] b, int end, Relaxed relaxed) {
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

  Method method() {
    return method;
  }

  int methodEnd() {
    return methodEnd;
  }

  int targetFrom() {
    return methodEnd + 1;
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

  boolean absolute() {
    return absolute;
  }

  boolean hasAuthority() {
    return absolute || method == Method.CONNECT;
  }

  /** Whether other bytes of the head name the same host, and the same port or none. */
  boolean isAuthority(byte[] b, int from, int to) {
    int n = to - from;
    int at = authorityFrom;
    if (n != authorityEnd - at && n != Target.hostEnd(b, at, authorityEnd) - at) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      if (Ascii.lower(b[from + i]) != Ascii.lower(b[at + i])) {
        return false;
      }
    }
    return true;
  }

  boolean http11() {
    return http11;
  }

  boolean http2() {
    return http2;
  }

  /** What follows did not come as text: its version is not in question. */
  void http2(boolean came) {
    http2 = came;
  }

  boolean secure() {
    return secure;
  }

  void secure(boolean https) {
    secure = https;
  }

  int pathFrom() {
    return absolute ? authorityEnd : method == Method.CONNECT ? targetEnd : targetFrom();
  }

  int pathEnd(byte[] b) {
    int at = pathFrom();
    while (at < targetEnd && b[at] != '?') {
      at++;
    }
    return at;
  }

  boolean pathEmpty(byte[] b) {
    int from = pathFrom();
    return from == targetEnd || b[from] == '?';
  }

  /** Writes the path, never empty, and what is behind it up to an index. */
  void writePath(byte[] b, int to, KeySink into) {
    if (pathEmpty(b)) {
      into.write('/');
    }
    into.write(b, pathFrom(), to - pathFrom());
  }

  void writeAuthority(byte[] b, KeySink into) {
    into.write(b, authorityFrom, authorityEnd - authorityFrom);
  }

  void tellMethod(byte[] b, byte[] name, Fields.Sink sink) {
    sink.field(name, b, 0, methodEnd);
  }

  /** The path and query as HTTP/2 has them (RFC 9113 §8.3.1). */
  void tellPath(byte[] b, byte[] name, Fields.Sink sink) {
    int from = pathFrom();
    if (from == targetEnd) {
      byte[] path = method == Method.OPTIONS && absolute ? ASTERISK : SLASH;
      sink.field(name, path, 0, 1);
    } else if (b[from] == '?') {
      byte[] path = new byte[targetEnd - from + 1];
      path[0] = '/';
      System.arraycopy(b, from, path, 1, targetEnd - from);
      sink.field(name, path, 0, path.length);
    } else {
      sink.field(name, b, from, targetEnd - from);
    }
  }

  void tellAuthority(byte[] b, byte[] name, Fields.Sink sink) {
    sink.field(name, b, authorityFrom, authorityEnd - authorityFrom);
  }
}
