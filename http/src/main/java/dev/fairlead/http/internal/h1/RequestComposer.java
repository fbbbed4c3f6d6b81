package dev.fairlead.http.internal.h1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link RequestHead} of the fields of an HTTP/2 header block (RFC 9113 §8.3.1), as if it had come
 * as text: what the parser of that text would refuse is refused here, too. An extended CONNECT (RFC 8441)
 * becomes the {@code Upgrade} that means the same. Used again for the next head; on one event loop only.
 */
public final class RequestComposer {
  private static final byte[] METHOD = Ascii.bytes(":method");
  private static final byte[] SCHEME = Ascii.bytes(":scheme");
  private static final byte[] AUTHORITY = Ascii.bytes(":authority");
  private static final byte[] PATH = Ascii.bytes(":path");
  private static final byte[] PROTOCOL = Ascii.bytes(":protocol");
  private static final byte[] CONNECT = Ascii.bytes("CONNECT");
  private static final byte[] HTTP = Ascii.bytes("http");
  private static final byte[] HTTPS = Ascii.bytes("https");
  private static final byte[] HOST = Ascii.bytes("host");
  private static final byte[] COOKIE = Ascii.bytes("cookie");
  private static final byte[] TRAILERS = Ascii.bytes("trailers");
  private static final byte[] CONNECTION = Ascii.bytes("connection");
  private static final byte[] UPGRADE = Ascii.bytes("upgrade");
  private static final byte[] KEY = Ascii.bytes("sec-websocket-key");
  private static final byte[] GET = Ascii.bytes("GET");

  private byte @Nullable [] method;
  private byte @Nullable [] scheme;
  private byte @Nullable [] authority;
  private byte @Nullable [] path;
  private byte @Nullable [] protocol;
  private byte[] line = new byte[256];
  private byte[] cookies = new byte[256];
  private int cookieLength;
  /** Whether a piece of the cookie must stay out of compression. */
  private boolean secretCookie;

  private RequestHead head = new RequestHead();
  private Limits limits = new Limits(0, 0, 0);
  private boolean lineDone;
  private boolean hostSeen;
  private @Nullable Fault fault;

  /** A composer of nothing. */
  public RequestComposer() {}

  /**
   * Begins a head.
   *
   * @param to an empty one
   * @param within how large it may be
   */
  public void begin(RequestHead to, Limits within) {
    head = to;
    limits = within;
    method = null;
    scheme = null;
    authority = null;
    path = null;
    protocol = null;
    cookieLength = 0;
    secretCookie = false;
    lineDone = false;
    hostSeen = false;
    fault = null;
  }

  /** {@return whether the request is an extended CONNECT} */
  public boolean extended() {
    return protocol != null;
  }

  /** One field of the block. */
  public void field(
      byte[] n, int nameFrom, int nameLength, byte[] v, int from, int length, boolean secret) {
    if (fault != null) {
      return;
    }
    if (nameLength > 0 && n[nameFrom] == ':') {
      pseudo(n, nameFrom, nameLength, v, from, length);
      return;
    }
    line();
    if (fault == null) {
      int before = head.fields().count();
      regular(n, nameFrom, nameLength, v, from, length);
      if (secret && fault == null) {
        if (head.fields().count() > before) {
          head.fields().keepSecret();
        } else {
          secretCookie = true;
        }
      }
    }
  }

  private void pseudo(byte[] n, int nameFrom, int nameLength, byte[] v, int from, int length) {
    int end = nameFrom + nameLength;
    boolean fits = !lineDone;
    if (length > limits.head()) {
      fault(Fault.LINE_TOO_LONG);
    } else if (fits && is(n, nameFrom, end, METHOD) && method == null) {
      method = copy(v, from, length);
    } else if (fits && is(n, nameFrom, end, SCHEME) && scheme == null) {
      scheme = copy(v, from, length);
    } else if (fits && is(n, nameFrom, end, AUTHORITY) && authority == null) {
      authority = copy(v, from, length);
    } else if (fits && is(n, nameFrom, end, PATH) && path == null) {
      path = copy(v, from, length);
    } else if (fits && is(n, nameFrom, end, PROTOCOL) && protocol == null) {
      protocol = copy(v, from, length);
    } else {
      fault(Fault.BAD); // unknown, twice, or behind a regular field
    }
  }

  private static byte[] copy(byte[] v, int from, int length) {
    return Arrays.copyOfRange(v, from, from + length);
  }

  private static boolean is(byte[] b, int from, int to, byte[] name) {
    return Arrays.equals(b, from, to, name, 0, name.length);
  }

  private void fault(Fault what) {
    if (fault == null) {
      fault = what;
    }
  }

  /** All pseudo-headers have come. */
  private void line() {
    if (lineDone) {
      return;
    }
    lineDone = true;
    byte[] m = method;
    byte[] target = target();
    if (m == null || target == null) {
      fault(Fault.BAD);
      return;
    }
    byte[] as = protocol == null ? m : GET;
    if (as.length + target.length > line.length) {
      line = new byte[as.length + target.length];
    }
    System.arraycopy(as, 0, line, 0, as.length);
    System.arraycopy(target, 0, line, as.length, target.length);
    if (head.composeLine(line, as.length, target.length, limits) != RequestHead.DONE) {
      fault(head.fault());
    } else {
      head.secure(scheme != null && scheme.length == HTTPS.length);
      host();
    }
  }

  /** What stands behind the method; null where the pseudo-headers do not fit together. */
  private byte @Nullable [] target() {
    byte[] m = method;
    boolean connect = m != null && Arrays.equals(m, CONNECT);
    if (connect && protocol == null) {
      return scheme == null && path == null ? authority : null;
    }
    byte[] s = scheme;
    byte[] p = path;
    boolean whole = s != null
        && p != null
        && p.length > 0
        && (Arrays.equals(s, HTTP) || Arrays.equals(s, HTTPS))
        && (p[0] == '/' || (p.length == 1 && p[0] == '*'))
        && (connect ? authority != null : protocol == null);
    return whole ? p : null;
  }

  private void host() {
    byte[] a = authority;
    if (a != null && a.length > 0) {
      add(HOST, 0, HOST.length, a, 0, a.length);
    }
  }

  private void regular(byte[] n, int nameFrom, int nameLength, byte[] v, int from, int length) {
    int end = nameFrom + nameLength;
    int name = Name.of(n, nameFrom, end);
    if (name == Name.TE) {
      if (!Ascii.same(v, from, from + length, TRAILERS)) {
        fault(Fault.BAD);
        return;
      }
    } else if (Name.hopByHop(name) && name != Name.HTTP2_SETTINGS) {
      fault(Fault.BAD); // RFC 9113 §8.2.2
      return;
    }
    if (name == Name.HOST && hostSeen) {
      fault(Fault.BAD);
    } else if (name == Name.HOST && authority != null && authority.length > 0) {
      hostSeen = true;
      sameHost(v, from, length);
    } else if (protocol != null && is(n, nameFrom, end, KEY)) {
      return; // ours takes its place: RFC 8441 §5 has none
    } else if (is(n, nameFrom, end, COOKIE)) {
      cookie(v, from, length);
    } else {
      add(n, nameFrom, nameLength, v, from, length);
    }
  }

  /** RFC 9113 §8.3.1: a Host that says something else is an attack. */
  private void sameHost(byte[] v, int from, int length) {
    byte[] a = authority;
    if (a == null || a.length != length) {
      fault(Fault.BAD);
      return;
    }
    for (int i = 0; i < length; i++) {
      if (Ascii.lower(a[i]) != Ascii.lower(v[from + i])) {
        fault(Fault.BAD);
        return;
      }
    }
  }

  /** RFC 9113 §8.2.3: pieces of a cookie are put together again. */
  private void cookie(byte[] v, int from, int length) {
    int needed = cookieLength + length + 2;
    if (needed > limits.head()) {
      fault(Fault.HEAD_TOO_LARGE);
      return;
    }
    if (needed > cookies.length) {
      cookies = Arrays.copyOf(cookies, Math.max(needed, cookies.length * 2));
    }
    if (cookieLength > 0) {
      cookies[cookieLength++] = ';';
      cookies[cookieLength++] = ' ';
    }
    System.arraycopy(v, from, cookies, cookieLength, length);
    cookieLength += length;
  }

  private void add(byte[] n, int nameFrom, int nameLength, byte[] v, int from, int length) {
    if (head.fields().add(n, nameFrom, nameLength, v, from, length, limits) == Lines.FAULT) {
      fault(head.fault());
    }
  }

  private void add(byte[] name, byte[] value) {
    add(name, 0, name.length, value, 0, value.length);
  }

  /**
   * All fields have come.
   *
   * @param ended whether the request has ended with them
   * @param key a {@code Sec-WebSocket-Key} for an extended CONNECT, whose client has none
   * @return what is wrong, or null
   */
  public @Nullable Fault finish(boolean ended, byte[] key) {
    line();
    if (fault == null && cookieLength > 0) {
      add(COOKIE, 0, COOKIE.length, cookies, 0, cookieLength);
      if (secretCookie && fault == null) {
        head.fields().keepSecret();
      }
    }
    byte[] wanted = protocol;
    if (fault == null && wanted != null) {
      add(CONNECTION, UPGRADE);
      add(UPGRADE, wanted);
      add(KEY, key);
    }
    boolean tunnel = wanted != null || head.connect();
    if (fault == null && head.composed(ended, tunnel) != RequestHead.DONE) {
      fault(head.fault());
    }
    return fault;
  }
}
