package dev.fairlead.internal.tls;

import dev.fairlead.edge.TlsCertificate;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its key, read and checked.
 *
 * @param source where it came from
 * @param key the private key
 * @param chain the certificate, then the authorities above it
 * @param names the names it is chosen by, lower case
 * @param ocsp the response to staple; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and stays inside
record LoadedCertificate(
    TlsCertificate source,
    PrivateKey key,
    List<X509Certificate> chain,
    List<String> names,
    byte @Nullable [] ocsp) {

  X509Certificate leaf() {
    return chain.get(0);
  }

  /** {@code RSA}, {@code EC} or {@code EdDSA}. */
  String keyType() {
    String algorithm = leaf().getPublicKey().getAlgorithm();
    return algorithm.startsWith("Ed") ? "EdDSA" : algorithm;
  }

  /** When the first of the chain ends. */
  Instant notAfter() {
    return chain.stream()
        .map(c -> c.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }
}
