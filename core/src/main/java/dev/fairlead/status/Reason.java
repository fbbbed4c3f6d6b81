package dev.fairlead.status;

/**
 * What exactly went wrong where a connection did not get past its edge: on the client's side before a
 * protocol got it, or on a server's side before it could be used. HAProxy's two letters say who and when,
 * this says why.
 */
public enum Reason {
  /** A PROXY header was required, and something else came. */
  PROXY_HEADER_MISSING("no PROXY header where one is required"),
  /** The PROXY header breaks its specification. */
  PROXY_HEADER_BAD("malformed PROXY header"),
  /** The PROXY header did not come whole in time. */
  PROXY_HEADER_TIMEOUT("no whole PROXY header in time"),
  /** The connection ended before it was past the edge. */
  LEFT("closed before anything could be done with it"),
  /** A connection rule rejected it. */
  RULE_REJECTED("rejected by a connection rule"),
  /** A connection rule dropped it without a word. */
  RULE_DROPPED("dropped by a connection rule"),
  /** The frontend that it was to be handed to has no place left, or is closed. */
  FRONTEND_FULL("the frontend it was handed to is at its limit, or closed"),
  /** A client spoke no TLS where TLS is required. */
  TLS_NOT_SPOKEN("what the peer sent is not TLS"),
  /** No certificate is for the name that the client asked for, and any other one is refused. */
  TLS_UNKNOWN_NAME("no certificate for the name asked for by SNI"),
  /** The handshake took too long. */
  TLS_TIMEOUT("the handshake took too long"),
  /** The peer's certificate was issued by nobody who is trusted. */
  TLS_UNKNOWN_CA("the certificate is from an authority that is not trusted"),
  /** The peer's certificate is for another name. */
  TLS_WRONG_HOST("the certificate is for another name"),
  /** The peer's certificate is no longer valid. */
  TLS_EXPIRED("the certificate has expired"),
  /** The peer's certificate is not valid yet. */
  TLS_NOT_YET_VALID("the certificate is not valid yet"),
  /** The peer's certificate was revoked. */
  TLS_REVOKED("the certificate has been revoked"),
  /** The peer's certificate is none of those that were pinned. */
  TLS_PIN_MISMATCH("the certificate is not a pinned one"),
  /** The peer sent no certificate. */
  TLS_NO_CERTIFICATE("the peer showed no certificate"),
  /** No TLS version or cipher suite is common to both. */
  TLS_NOTHING_SHARED("no version or cipher suite in common"),
  /** The peer refused by an alert. */
  TLS_PEER_REFUSED("the peer refused the handshake"),
  /** The connection was closed during the handshake. */
  TLS_CLOSED("the peer closed the connection during the handshake"),
  /** The connection ended without close_notify: what had come may not be all. */
  TLS_TRUNCATED("closed without TLS close_notify"),
  /** Any other failure of TLS. */
  TLS_FAILED("the handshake failed"),
  /** A request asks for what a server's HTTP/2 cannot carry, and the server is not asked for HTTP/1.1. */
  NO_EXTENDED_CONNECT("the server's HTTP/2 has no extended CONNECT (RFC 8441)");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  /** {@return the reason in words, for operators} */
  public String text() {
    return text;
  }
}
