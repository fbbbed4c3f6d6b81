package dev.fairlead.http.internal;

import dev.fairlead.spi.TlsInfo;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells servers of the certificate that a client has shown and that was verified. What stands in a
 * certificate is its holder's choice: it is written so that it can neither end a field nor pass for another
 * value. Immutable.
 *
 * @param verify the field that says whether there is one
 * @param subject the field with its subject
 * @param commonName the field with the common name in its subject
 * @param serial the field with its serial number
 */
public record CertificateFields(String verify, String subject, String commonName, String serial) {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  List<String> names() {
    return List.of(verify, subject, commonName, serial);
  }

  /** Writes the field lines for a connection; of a value that is empty there is none. */
  void writeTo(StringBuilder out, @Nullable TlsInfo tls) {
    List<X509Certificate> shown = tls == null ? List.of() : tls.peerCertificates();
    if (tls == null || shown.isEmpty()) {
      line(out, verify, "NONE");
      return;
    }
    line(out, verify, "SUCCESS");
    line(out, subject, subject(tls.peerSubject()));
    line(out, commonName, text(tls.peerCommonName()));
    line(out, serial, serial(shown.get(0).getSerialNumber()));
  }

  private static void line(StringBuilder out, String name, String value) {
    if (!value.isEmpty()) {
      out.append(name).append(": ").append(value).append("\r\n");
    }
  }

  /** A distinguished name, which has its escapes already (RFC 4514 §2.4), in visible ASCII. */
  static String subject(@Nullable String name) {
    return visible(name, false);
  }

  /** Any text as RFC 4514 §2.4 would escape it, in visible ASCII. */
  static String text(@Nullable String text) {
    return visible(text, true);
  }

  private static String visible(@Nullable String text, boolean escapesBackslash) {
    if (text == null) {
      return "";
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(bytes.length + 16);
    boolean escaped = false; // the one before is a backslash that escapes this one
    for (int i = 0; i < bytes.length; i++) {
      byte c = bytes[i];
      boolean edge = c == ' ' && (i == 0 || i == bytes.length - 1); // would be trimmed
      if (c < ' ' || c == 0x7f || edge || (c == '\\' && escapesBackslash)) {
        out.append(escaped ? "" : "\\").append(HEX.toHexDigits(c));
      } else {
        out.append((char) c);
      }
      escaped = !escaped && c == '\\' && !escapesBackslash;
    }
    return out.toString();
  }

  /** In hexadecimal digits, two for each byte, as OpenSSL and Nginx write it. */
  static String serial(BigInteger number) {
    String digits = number.abs().toString(16).toUpperCase(Locale.ROOT);
    return (number.signum() < 0 ? "-" : "") + (digits.length() % 2 == 0 ? "" : "0") + digits;
  }
}
