package dev.fairlead.internal.tls;

import java.util.List;

/**
 * Mozilla's "intermediate" guidelines for TLS, version 6.0 (ssl-config.mozilla.org): TLS 1.2 and 1.3,
 * forward secrecy and authenticated encryption only, the client's preference counts.
 */
final class Mozilla {
  static final List<String> CIPHERS = List.of(
      "TLS_AES_128_GCM_SHA256",
      "TLS_AES_256_GCM_SHA384",
      "TLS_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** Post-quantum first; only BoringSSL and the newest JDKs have it. */
  static final String HYBRID_GROUP = "X25519MLKEM768";

  /** By the JDK's names. */
  static final List<String> GROUPS = List.of("x25519", "secp256r1", "secp384r1");

  private Mozilla() {}
}
