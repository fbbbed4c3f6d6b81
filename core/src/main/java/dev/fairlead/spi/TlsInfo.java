package dev.fairlead.spi;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a finished TLS handshake was. Of one connection; may be read from any thread, also after the
 * connection has closed. Most of it is worked out when it is first asked for.
 */
public interface TlsInfo {
  /** {@return the version, for example {@code TLSv1.3} (HAProxy: {@code ssl_fc_protocol})} */
  String version();

  /** {@return the cipher suite by its IANA name (HAProxy: {@code ssl_fc_cipher}, by OpenSSL's name)} */
  String cipher();

  /** {@return the protocol that ALPN agreed on; null for none (HAProxy: {@code ssl_fc_alpn})} */
  @Nullable
  String alpn();

  /** {@return the name that the client asked for, lower case; null for none (HAProxy: {@code ssl_fc_sni})} */
  @Nullable
  String serverName();

  /** {@return whether an earlier session was resumed (HAProxy: {@code ssl_fc_is_resumed})} */
  boolean resumed();

  /** {@return the identifier of the session; empty when it has none (HAProxy: {@code ssl_fc_session_id})} */
  byte[] sessionId();

  /** {@return the certificate that we have shown; null when it is not known (HAProxy: {@code ssl_f_der})} */
  @Nullable
  X509Certificate ownCertificate();

  /**
   * {@return the verified certificates that the peer has shown, its own first; empty for none (HAProxy:
   * {@code ssl_c_der}, {@code ssl_c_chain_der})}
   */
  List<X509Certificate> peerCertificates();

  /**
   * {@return the subject of the peer's verified certificate as RFC 2253 writes it, for example {@code
   * CN=device-7,O=Example}; null without one (HAProxy: {@code ssl_c_s_dn})}
   */
  @Nullable
  String peerSubject();

  /**
   * {@return the common name in the subject of the peer's verified certificate; null without one (HAProxy:
   * {@code ssl_c_s_dn(cn)})}
   */
  @Nullable
  String peerCommonName();
}
