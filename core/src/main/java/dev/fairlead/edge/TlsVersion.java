package dev.fairlead.edge;

/** A version of TLS. Those before 1.2 are broken (RFC 8996) and not offered. */
public enum TlsVersion {
  /** RFC 5246. */
  TLS_1_2("TLSv1.2"),
  /** RFC 8446. */
  TLS_1_3("TLSv1.3");

  private final String protocol;

  TlsVersion(String protocol) {
    this.protocol = protocol;
  }

  /** {@return its name in the JDK and in OpenSSL, for example {@code TLSv1.3}} */
  public String protocol() {
    return protocol;
  }
}
