package dev.fairlead.edge;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed. Immutable; a method with an argument returns a changed copy. Files are
 * read when the load balancer starts and on a reload, not here.
 */
public final class TlsTrust {
  /** What the trust rests on. */
  public enum Form {
    /** The authorities that the JDK knows. */
    SYSTEM,
    /** A file of authorities in PEM. */
    PEM,
    /** Authorities in memory. */
    OBJECTS,
    /** The very certificates or keys of the peers. */
    PINNED
  }

  private static final TlsTrust SYSTEM =
      new TlsTrust(Form.SYSTEM, null, List.of(), List.of(), null);

  private final Form form;
  private final @Nullable Path file;
  private final List<X509Certificate> authorities;
  private final List<String> pins;
  private final @Nullable Path crl;

  private TlsTrust(
      Form form,
      @Nullable Path file,
      List<X509Certificate> authorities,
      List<String> pins,
      @Nullable Path crl) {
    this.form = form;
    this.file = file;
    this.authorities = authorities;
    this.pins = pins;
    this.crl = crl;
  }

  /** {@return the authorities of the JDK's {@code cacerts} (HAProxy: {@code ca-file @system-ca})} */
  public static TlsTrust system() {
    return SYSTEM;
  }

  /**
   * Authorities in a file (HAProxy: {@code ca-file}; Nginx: {@code ssl_client_certificate}, {@code
   * proxy_ssl_trusted_certificate}).
   *
   * @param authorities one or more certificates in PEM
   * @return the trust
   */
  public static TlsTrust pem(Path authorities) {
    Objects.requireNonNull(authorities, "authorities");
    return new TlsTrust(Form.PEM, authorities, List.of(), List.of(), null);
  }

  /**
   * Authorities in memory.
   *
   * @param authorities at least one
   * @return the trust
   */
  public static TlsTrust of(X509Certificate... authorities) {
    if (authorities.length == 0) {
      throw new IllegalArgumentException("authorities: empty (expected: at least one certificate)");
    }
    return new TlsTrust(Form.OBJECTS, null, List.of(authorities), List.of(), null);
  }

  /**
   * Exactly these certificates or keys. A pin names its owner by itself: neither who issued the certificate
   * nor which name is in it is asked, only that it is within its dates. For self-signed certificates of
   * servers of one's own.
   *
   * @param sha256 at least one SHA-256 of a certificate or of its public key (SubjectPublicKeyInfo): 64 hex
   *     digits, with or without colons, or Base64 with or without {@code sha256/} before it, as curl's
   *     {@code --pinnedpubkey} has it
   * @return the trust
   * @throws IllegalArgumentException when one is not such a hash
   */
  public static TlsTrust pinned(String... sha256) {
    if (sha256.length == 0) {
      throw new IllegalArgumentException("pinned: empty (expected: at least one SHA-256)");
    }
    List<String> pins = Arrays.stream(sha256).map(Pins::hex).distinct().toList();
    return new TlsTrust(Form.PINNED, null, List.of(), pins, null);
  }

  /** {@return what the trust rests on} */
  public Form form() {
    return form;
  }

  /** {@return the file of the authorities; null unless they are in one} */
  public @Nullable Path file() {
    return file;
  }

  /** {@return the authorities in memory; empty unless they are} */
  public List<X509Certificate> authorities() {
    return authorities;
  }

  /** {@return the pins as 64 lower-case hex digits; empty unless pinned} */
  public List<String> pins() {
    return pins;
  }

  /** {@return the file of revocation lists; null for none} */
  public @Nullable Path crl() {
    return crl;
  }

  /**
   * Revocation lists (HAProxy: {@code crl-file}; Nginx: {@code ssl_crl}). As there, each authority of a
   * chain then needs a list that has not ended; without it the certificate is refused.
   *
   * @param lists one or more lists in PEM, or one in DER
   * @return a changed copy
   * @throws IllegalStateException when this trust is pinned, since nobody then could revoke
   */
  public TlsTrust crl(Path lists) {
    Objects.requireNonNull(lists, "crl");
    if (form == Form.PINNED) {
      throw new IllegalStateException("crl: " + lists + " (expected: none with pinned)");
    }
    return new TlsTrust(form, file, authorities, pins, lists);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsTrust that
        && form == that.form
        && Objects.equals(file, that.file)
        && authorities.equals(that.authorities)
        && pins.equals(that.pins)
        && Objects.equals(crl, that.crl);
  }

  @Override
  public int hashCode() {
    return Objects.hash(form, file, authorities, pins, crl);
  }

  /** {@return what the trust rests on, in words} */
  @Override
  public String toString() {
    String from = switch (form) {
      case SYSTEM -> "system";
      case PEM -> String.valueOf(file);
      case OBJECTS -> authorities.size() + " authorities";
      case PINNED -> "pinned " + pins;
    };
    return crl == null ? from : from + " crl " + crl;
  }
}
