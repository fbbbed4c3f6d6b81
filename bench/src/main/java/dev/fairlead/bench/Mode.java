package dev.fairlead.bench;

import java.util.Locale;

/** What is compared. */
enum Mode {
  /** HTTP/1.1 on connections that are kept. */
  HTTP,
  /** HTTP/2 without TLS, many streams on few connections, to HTTP/1.1 servers. */
  H2,
  /** The same, to HTTP/2 servers. */
  H2H2,
  /** HTTP/1.1, passed on as bytes. */
  TCP,
  /** HTTP/1.1 on connections that are kept, over TLS 1.3. */
  TLS,
  /** New TLS 1.3 connections that only do their full handshake. */
  HANDSHAKES;

  static Mode named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Whether clients speak HTTP/2. */
  boolean http2() {
    return this == H2 || this == H2H2;
  }

  boolean secure() {
    return this == TLS || this == HANDSHAKES;
  }

  /**
   * The one cipher suite that all use. BoringSSL as a server goes by the client's preference and cannot be
   * told another: the others are told what the client prefers.
   */
  String cipherSuite() {
    return this == TLS ? "TLS_AES_256_GCM_SHA384" : "TLS_AES_128_GCM_SHA256";
  }

  /** What is counted. */
  String unit() {
    return this == HANDSHAKES ? "handshake" : "request";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
