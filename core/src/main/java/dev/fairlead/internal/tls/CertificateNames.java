package dev.fairlead.internal.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names in a certificate. Stateless. */
final class CertificateNames {
  private static final int DNS = 2;
  private static final int ADDRESS = 7;
  /** 2.5.4.3 */
  private static final String COMMON_NAME = "550403";

  private CertificateNames() {}

  /** Its DNS names, or its common name if it has none; lower case. */
  static List<String> of(X509Certificate certificate) {
    List<String> names = alternatives(certificate, Set.of(DNS));
    if (names.isEmpty()) {
      String name = commonName(certificate);
      names = name == null ? List.of() : List.of(name);
    }
    return names.stream().map(n -> n.toLowerCase(Locale.ROOT)).distinct().toList();
  }

  /** All that it is for, for people: its DNS names and addresses. */
  static List<String> all(X509Certificate certificate) {
    return alternatives(certificate, Set.of(DNS, ADDRESS));
  }

  private static List<String> alternatives(X509Certificate certificate, Set<Integer> kinds) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      return all == null
          ? List.of()
          : all.stream()
              .filter(n -> n.get(0) instanceof Integer kind && kinds.contains(kind))
              .map(n -> String.valueOf(n.get(1)))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  /** The common name of its subject; of several the first, as HAProxy has it. */
  static @Nullable String commonName(X509Certificate certificate) {
    try {
      byte[] subject = certificate.getSubjectX500Principal().getEncoded();
      for (Der set : Der.of(subject).elements()) {
        for (Der attribute : set.elements()) {
          List<Der> pair = attribute.elements();
          if (pair.size() == 2 && pair.get(0).content().equals(COMMON_NAME)) {
            return pair.get(1).text();
          }
        }
      }
    } catch (GeneralSecurityException e) {
      // so it has none
    }
    return null;
  }
}
