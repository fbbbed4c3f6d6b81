package dev.fairlead.http;

import dev.fairlead.http.internal.CertificateFields;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells servers in fields of each request which certificate the client has shown and {@code Tls} has
 * verified (HAProxy: {@code http-request set-header X-SSL-Client-DN %{+Q}[ssl_c_s_dn]} and the like; Nginx:
 * {@code proxy_set_header} with {@code $ssl_client_s_dn}). Fields of these names that a client sends are
 * never passed on, in no case, with {@code _} for {@code -} neither, nor in trailers. Immutable; a method
 * with an argument returns a changed copy.
 *
 * <ul>
 *   <li>{@code X-SSL-Client-Verify}: {@code SUCCESS}, or {@code NONE} for a client without a certificate or
 *       without TLS; then it is the only one
 *   <li>{@code X-SSL-Client-DN}: the subject as RFC 2253 writes it, such as {@code CN=device-7,O=Example}
 *   <li>{@code X-SSL-Client-CN}: the common name in it; left out where there is none
 *   <li>{@code X-SSL-Client-Serial}: the serial number in upper-case hexadecimal digits
 * </ul>
 *
 * <p>Values are visible ASCII, whatever stands in the certificate: other bytes of UTF-8, and spaces that
 * would be trimmed, are written as {@code \XX} (RFC 4514 §2.4); in the common name a backslash is too.
 */
public final class ClientCertificateHeaders {
  private static final ClientCertificateHeaders DEFAULTS =
      new ClientCertificateHeaders(new CertificateFields(
          "X-SSL-Client-Verify", "X-SSL-Client-DN", "X-SSL-Client-CN", "X-SSL-Client-Serial"));

  private final CertificateFields fields;

  private ClientCertificateHeaders(CertificateFields fields) {
    this.fields = fields;
  }

  /** {@return the names above} */
  public static ClientCertificateHeaders defaults() {
    return DEFAULTS;
  }

  /**
   * Another field for whether there is a verified certificate.
   *
   * @param name a field name; not one that frames or routes a message
   * @return a changed copy
   * @throws IllegalArgumentException when it is not such a name, or another one of these
   */
  public ClientCertificateHeaders verify(String name) {
    return checked(new CertificateFields(
        Names.field("verify", name), fields.subject(), fields.commonName(), fields.serial()));
  }

  /**
   * Another field for the subject.
   *
   * @param name a field name; not one that frames or routes a message
   * @return a changed copy
   * @throws IllegalArgumentException when it is not such a name, or another one of these
   */
  public ClientCertificateHeaders subject(String name) {
    return checked(new CertificateFields(
        fields.verify(), Names.field("subject", name), fields.commonName(), fields.serial()));
  }

  /**
   * Another field for the common name.
   *
   * @param name a field name; not one that frames or routes a message
   * @return a changed copy
   * @throws IllegalArgumentException when it is not such a name, or another one of these
   */
  public ClientCertificateHeaders commonName(String name) {
    return checked(new CertificateFields(
        fields.verify(), fields.subject(), Names.field("commonName", name), fields.serial()));
  }

  /**
   * Another field for the serial number.
   *
   * @param name a field name; not one that frames or routes a message
   * @return a changed copy
   * @throws IllegalArgumentException when it is not such a name, or another one of these
   */
  public ClientCertificateHeaders serial(String name) {
    return checked(new CertificateFields(
        fields.verify(), fields.subject(), fields.commonName(), Names.field("serial", name)));
  }

  private static ClientCertificateHeaders checked(CertificateFields fields) {
    List<String> names =
        List.of(fields.verify(), fields.subject(), fields.commonName(), fields.serial());
    Set<String> different = new HashSet<>();
    for (String name : names) {
      if (!different.add(name.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "clientCertificateHeaders: %s (expected: four different names)".formatted(names));
      }
    }
    return new ClientCertificateHeaders(fields);
  }

  CertificateFields fields() {
    return fields;
  }

  /** {@return the names} */
  @Override
  public String toString() {
    return "%s, %s, %s, %s"
        .formatted(fields.verify(), fields.subject(), fields.commonName(), fields.serial());
  }
}
