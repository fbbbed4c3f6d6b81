package dev.fairlead.edge;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What OpenSSL, and so everybody who reads HAProxy's PROXY headers, calls what Java calls otherwise. */
final class OpensslNames {
  /** By object identifier (RFC 8017, RFC 5758, RFC 8410). */
  private static final Map<String, String> SIGNATURES = Map.ofEntries(
      Map.entry("1.2.840.113549.1.1.5", "RSA-SHA1"),
      Map.entry("1.2.840.113549.1.1.10", "RSASSA-PSS"),
      Map.entry("1.2.840.113549.1.1.11", "RSA-SHA256"),
      Map.entry("1.2.840.113549.1.1.12", "RSA-SHA384"),
      Map.entry("1.2.840.113549.1.1.13", "RSA-SHA512"),
      Map.entry("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
      Map.entry("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
      Map.entry("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
      Map.entry("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
      Map.entry("1.3.101.112", "ED25519"),
      Map.entry("1.3.101.113", "ED448"));

  private OpensslNames() {}

  /** A cipher suite by its IANA name; those of TLS 1.3 have the same. */
  static String cipher(String iana) {
    int with = iana.indexOf("_WITH_");
    if (with < 0) {
      return iana;
    }
    String exchange = iana.substring("TLS_".length(), with).replace('_', '-');
    String bulk = iana.substring(with + "_WITH_".length())
        .replace("3DES_EDE_CBC", "DES-CBC3")
        .replace("AES_128", "AES128")
        .replace("AES_256", "AES256")
        .replace("ARIA_", "ARIA")
        .replace("CAMELLIA_128", "CAMELLIA128")
        .replace("CAMELLIA_256", "CAMELLIA256")
        .replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305")
        .replaceFirst("^(AES\\d+|CAMELLIA\\d+)_CBC", "$1")
        .replaceFirst("CCM_8$", "CCM8")
        .replace('_', '-');
    return exchange.equals("RSA") ? bulk : exchange + "-" + bulk;
  }

  /** How a certificate is signed, such as {@code RSA-SHA256}; null when that has no name here. */
  static @Nullable String signature(X509Certificate certificate) {
    return SIGNATURES.get(certificate.getSigAlgOID());
  }

  /** Kind and size of a key, such as {@code RSA2048} or {@code EC256}; HAProxy names no others. */
  static @Nullable String key(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      return "RSA" + rsa.getModulus().bitLength();
    }
    return key instanceof ECPublicKey ec ? "EC" + ec.getParams().getOrder().bitLength() : null;
  }
}
