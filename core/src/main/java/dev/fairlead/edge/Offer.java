package dev.fairlead.edge;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What one side of a handshake offers; the same for both directions.
 *
 * @param min the oldest version
 * @param max the newest version
 * @param ciphers IANA names; empty for Mozilla's
 * @param alpn protocols by preference; empty for the default
 * @param provider who does the cryptography
 */
record Offer(
    TlsVersion min, TlsVersion max, List<String> ciphers, List<String> alpn, TlsProvider provider) {
  static final Offer DEFAULT =
      new Offer(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3, List.of(), List.of(), TlsProvider.AUTO);

  private static final Pattern CIPHER = Pattern.compile("TLS_[A-Z0-9_]+");

  Offer versions(TlsVersion oldest, TlsVersion newest) {
    Objects.requireNonNull(oldest, "min");
    Objects.requireNonNull(newest, "max");
    if (oldest.compareTo(newest) > 0) {
      throw new IllegalArgumentException(
          "versions: %s, %s (expected: the older one first)".formatted(oldest, newest));
    }
    return new Offer(oldest, newest, ciphers, alpn, provider);
  }

  Offer ciphers(String... names) {
    for (String name : names) {
      if (!CIPHER.matcher(Objects.requireNonNull(name, "ciphers")).matches()) {
        throw new IllegalArgumentException(
            "ciphers: '%s' (expected: an IANA name such as TLS_AES_128_GCM_SHA256)"
                .formatted(name));
      }
    }
    return new Offer(min, max, distinct(names), alpn, provider);
  }

  Offer alpn(String... protocols) {
    for (String name : protocols) {
      int length = Objects.requireNonNull(name, "alpn").length();
      if (length < 1 || length > 255 || !StandardCharsets.US_ASCII.newEncoder().canEncode(name)) {
        throw new IllegalArgumentException(
            "alpn: '%s' (expected: 1 to 255 ASCII characters)".formatted(name));
      }
    }
    return new Offer(min, max, ciphers, distinct(protocols), provider);
  }

  Offer provider(TlsProvider who) {
    return new Offer(min, max, ciphers, alpn, Objects.requireNonNull(who, "provider"));
  }

  private static List<String> distinct(String... values) {
    return Arrays.stream(values).distinct().toList();
  }
}
