package dev.fairlead.acceptance;

/** What is spoken on one side of a proxy: a version of HTTP, plain or over TLS. */
enum Hop {
  HTTP(false, false),
  HTTPS(true, false),
  /** HTTP/2 with prior knowledge. */
  H2C(false, true),
  H2(true, true);

  private final boolean tls;
  private final boolean http2;

  Hop(boolean tls, boolean http2) {
    this.tls = tls;
    this.http2 = http2;
  }

  boolean tls() {
    return tls;
  }

  boolean http2() {
    return http2;
  }

  /** The only protocol that is offered where there is TLS. */
  String alpn() {
    return http2 ? "h2" : "http/1.1";
  }

  /** How addresses begin. */
  String scheme() {
    return tls ? "https" : "http";
  }
}
