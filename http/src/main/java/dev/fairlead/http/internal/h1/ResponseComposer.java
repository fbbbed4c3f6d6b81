package dev.fairlead.http.internal.h1;

import java.util.Arrays;

/**
 * Makes a {@link ResponseHead} of the fields of an HTTP/2 header block (RFC 9113 §8.3.2), as if it had come
 * as text. Consent to an extended CONNECT (RFC 8441) becomes the 101 that means the same. Used again for
 * the next head; on one event loop only.
 */
public final class ResponseComposer {
  private static final byte[] STATUS = Ascii.bytes(":status");
  private static final byte[] LENGTH = Ascii.bytes("content-length");
  private static final byte[] ZERO = Ascii.bytes("0");
  private static final byte[] CONNECTION = Ascii.bytes("connection");
  private static final byte[] UPGRADE = Ascii.bytes("upgrade");
  private static final byte[] ACCEPT = Ascii.bytes("sec-websocket-accept");

  private ResponseHead head = new ResponseHead();
  private Limits limits = new Limits(0, 0, 0);
  private boolean statusSeen;
  private boolean bad;
  /** What the extended CONNECT asked for, and the answer to its key; empty: it was none. */
  private byte[] protocol = {};

  private byte[] accept = {};

  /** A composer of nothing. */
  public ResponseComposer() {}

  /**
   * Begins a head.
   *
   * @param to an empty one
   * @param within how large it may be
   * @param wanted the protocol that an extended CONNECT asked for; empty: it was none
   * @param answer the {@code Sec-WebSocket-Accept} that a consent has
   */
  public void begin(ResponseHead to, Limits within, byte[] wanted, byte[] answer) {
    head = to;
    limits = within;
    statusSeen = false;
    bad = false;
    protocol = wanted;
    accept = answer;
  }

  /** One field of the block. */
  public void field(
      byte[] n, int nameFrom, int nameLength, byte[] v, int from, int length, boolean secret) {
    if (bad) {
      return;
    }
    if (nameLength > 0 && n[nameFrom] == ':') {
      bad = statusSeen
          || !Arrays.equals(n, nameFrom, nameFrom + nameLength, STATUS, 0, STATUS.length)
          || !status(v, from, length);
      statusSeen = true;
      return;
    }
    int name = Name.of(n, nameFrom, nameFrom + nameLength);
    bad = !statusSeen || (Name.hopByHop(name) && name != Name.HTTP2_SETTINGS);
    if (!bad && !(head.status() == 101 && name == Name.CONTENT_LENGTH)) {
      bad = head.fields().add(n, nameFrom, nameLength, v, from, length, limits) == Lines.FAULT;
      if (secret && !bad) {
        head.fields().keepSecret();
      }
    }
  }

  private boolean status(byte[] v, int from, int length) {
    if (length != 3) {
      return false;
    }
    int status = 0;
    for (int i = from; i < from + 3; i++) {
      if (!Ascii.isDigit(v[i])) {
        return false;
      }
      status = status * 10 + v[i] - '0';
    }
    if (status == 101) {
      return false; // RFC 9113 §8.6
    }
    if (protocol.length > 0 && status >= 200 && status < 300) {
      status = 101;
    }
    return head.composeLine(StatusLines.of(status));
  }

  /**
   * All fields have come.
   *
   * @param toHead whether the request was a HEAD
   * @param ended whether the response has ended with them
   * @return whether they make a head
   */
  public boolean finish(boolean toHead, boolean ended) {
    if (bad || !statusSeen) {
      return false;
    }
    int status = head.status();
    if (status == 101) {
      add(CONNECTION, UPGRADE);
      add(UPGRADE, protocol);
      if (accept.length > 0) {
        add(ACCEPT, accept);
      }
    } else if (ended && !toHead && status >= 200 && status != 204 && status != 304) {
      boolean told = head.fields().find("content-length") >= 0;
      if (!told) {
        add(LENGTH, ZERO);
      }
    }
    return !bad && head.composed(toHead, ended);
  }

  private void add(byte[] name, byte[] value) {
    bad |= head.fields().add(name, 0, name.length, value, 0, value.length, limits) == Lines.FAULT;
  }
}
