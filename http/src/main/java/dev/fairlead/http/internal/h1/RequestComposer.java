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
  private static final byte[] ASTERISK = Ascii.bytes("*");

  private final Part method = new Part();
  private final Part scheme = new Part();
  private final Part authority = new Part();
  private final Part path = new Part();
  private final Part protocol = new Part();
  private byte[] cookies = new byte[256];
  private int cookieLength;
  private boolean cookieSeen;
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
    method.clear();
    scheme.clear();
    authority.clear();
    path.clear();
    protocol.clear();
    cookieLength = 0;
    cookieSeen = false;
    secretCookie = false;
    lineDone = false;
    hostSeen = false;
    fault = null;
  }

  /** {@return whether the request is an extended CONNECT} */
  public boolean extended() {
    return protocol.present();
  }

  /** {@return whether it is one that asks for a protocol, given in lower case} */
  public boolean asksFor(byte[] name) {
    return protocol.present() && Ascii.same(protocol.bytes(), 0, protocol.length(), name);
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
    if (length > limits.head()) {
      fault(Fault.LINE_TOO_LONG);
    } else {
      Part part = lineDone ? null : part(n, nameFrom, end);
      if (part == null || part.present()) {
        fault(Fault.BAD); // unknown, twice, or behind a regular field
      } else {
        part.set(v, from, length);
      }
    }
  }

  private @Nullable Part part(byte[] n, int from, int to) {
    if (is(n, from, to, METHOD)) {
      return method;
    }
    if (is(n, from, to, SCHEME)) {
      return scheme;
    }
    if (is(n, from, to, AUTHORITY)) {
      return authority;
    }
    if (is(n, from, to, PATH)) {
      return path;
    }
    return is(n, from, to, PROTOCOL) ? protocol : null;
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
    Part target = target();
    if (target == null) {
      fault(Fault.BAD);
      return;
    }
    if (protocol.present()) {
      method.set(GET, 0, GET.length);
    }
    if (head.composeLine(method, target, limits) != RequestHead.DONE) {
      fault(head.fault());
    } else {
      head.secure(scheme.is(HTTPS));
      host();
    }
  }

  /** What stands behind the method; null where the pseudo-headers do not fit together. */
  private @Nullable Part target() {
    boolean connect = method.is(CONNECT);
    if (connect && !protocol.present()) {
      return !scheme.present() && !path.present() && authority.present() ? authority : null;
    }
    boolean whole = method.present()
        && (scheme.is(HTTP) || scheme.is(HTTPS))
        && path.filled()
        && (path.bytes()[0] == '/' || path.is(ASTERISK))
        && (connect ? authority.present() : !protocol.present());
    return whole ? path : null;
  }

  private void host() {
    if (authority.filled()) {
      add(HOST, 0, HOST.length, authority.bytes(), 0, authority.length());
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
    } else if (name == Name.HOST && authority.filled()) {
      hostSeen = true;
      sameHost(v, from, length);
      if (!is(n, nameFrom, end, HOST)) {
        fault(Fault.BAD); // RFC 9113 §8.2.1: in capitals
      }
    } else if (protocol.present() && is(n, nameFrom, end, KEY)) {
      return; // ours takes its place: RFC 8441 §5 has none
    } else if (is(n, nameFrom, end, COOKIE)) {
      cookie(v, from, length);
    } else {
      add(n, nameFrom, nameLength, v, from, length);
    }
  }

  /** RFC 9113 §8.3.1: a Host that says something else is an attack. */
  private void sameHost(byte[] v, int from, int length) {
    byte[] a = authority.bytes();
    boolean same = authority.length() == length;
    for (int i = 0; i < length && same; i++) {
      same = Ascii.lower(a[i]) == Ascii.lower(v[from + i]);
    }
    if (!same) {
      fault(Fault.BAD);
    }
  }

  /** RFC 9113 §8.2.3: pieces of a cookie are put together again; those that are empty say nothing. */
  private void cookie(byte[] v, int from, int length) {
    cookieSeen = true;
    if (length == 0) {
      return;
    }
    if (Ascii.isSpace(v[from]) || Ascii.isSpace(v[from + length - 1])) {
      fault(Fault.BAD); // RFC 9113 §8.2.1
      return;
    }
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
   * @param key a {@code Sec-WebSocket-Key} for a WebSocket, whose client has none; empty: it is none
   * @return what is wrong, or null
   */
  public @Nullable Fault finish(boolean ended, byte[] key) {
    line();
    if (fault == null && cookieSeen) {
      add(COOKIE, 0, COOKIE.length, cookies, 0, cookieLength);
      if (secretCookie && fault == null) {
        head.fields().keepSecret();
      }
    }
    if (fault == null && protocol.present()) {
      add(CONNECTION, UPGRADE);
      add(UPGRADE, 0, UPGRADE.length, protocol.bytes(), 0, protocol.length());
      if (key.length > 0) {
        add(KEY, key);
      }
    }
    boolean tunnel = protocol.present() || head.connect();
    if (fault == null && head.composed(ended, tunnel) != RequestHead.DONE) {
      fault(head.fault());
    }
    return fault;
  }
}
