package dev.fairlead.edge;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain with its private key: where it lies, or the objects themselves. Immutable; a method
 * with an argument returns a changed copy. Files are read when the load balancer starts and on a reload,
 * not here; what is wrong with them is told then, by field, file and reason.
 *
 * <pre>{@code
 * TlsCertificate.pem(Path.of("/etc/ssl/example.crt"), Path.of("/etc/ssl/example.key"))
 * TlsCertificate.pkcs12(Path.of("shop.p12"), password).names("shop.example.com")
 * }</pre>
 *
 * <p>Keys are RSA, EC (P-256, P-384, P-521) or, with the JDK's provider, Ed25519 and Ed448. In PEM a key
 * is PKCS#8, plain or encrypted, or the older plain {@code RSA PRIVATE KEY} and {@code EC PRIVATE KEY}.
 */
public final class TlsCertificate {
  /** How a certificate is given. */
  public enum Form {
    /** One or two files in PEM. */
    PEM,
    /** A PKCS#12 file. */
    PKCS12,
    /** Objects in memory. */
    OBJECTS
  }

  private final Form form;
  private final @Nullable Path file;
  private final @Nullable Path keyFile;
  private final @Nullable Supplier<char[]> password;
  private final @Nullable PrivateKey key;
  private final List<X509Certificate> chain;
  private final List<String> names;
  private final @Nullable Path ocspResponse;

  private TlsCertificate(Draft draft) {
    this.form = draft.form;
    this.file = draft.file;
    this.keyFile = draft.keyFile;
    this.password = draft.password;
    this.key = draft.key;
    this.chain = draft.chain;
    this.names = draft.names;
    this.ocspResponse = draft.ocspResponse;
  }

  /**
   * Two files in PEM (Nginx: {@code ssl_certificate}, {@code ssl_certificate_key}).
   *
   * @param chain the certificate, then the authorities above it, without the root
   * @param key its private key
   * @return the certificate
   */
  public static TlsCertificate pem(Path chain, Path key) {
    Draft draft = new Draft(Form.PEM);
    draft.file = Objects.requireNonNull(chain, "chain");
    draft.keyFile = Objects.requireNonNull(key, "key");
    return new TlsCertificate(draft);
  }

  /**
   * One file in PEM with chain and key, in any order (HAProxy: {@code crt}).
   *
   * @param file the file
   * @return the certificate
   */
  public static TlsCertificate pem(Path file) {
    return pem(file, file);
  }

  /**
   * A PKCS#12 file with exactly one key.
   *
   * @param file the file
   * @param password of file and key; empty for none
   * @return the certificate
   */
  public static TlsCertificate pkcs12(Path file, char[] password) {
    Draft draft = new Draft(Form.PKCS12);
    draft.file = Objects.requireNonNull(file, "file");
    draft.password = new Password(password);
    return new TlsCertificate(draft);
  }

  /**
   * Objects in memory, for instance from a vault or a hardware module.
   *
   * @param key the private key
   * @param chain the certificate, then the authorities above it; at least one
   * @return the certificate
   */
  public static TlsCertificate of(PrivateKey key, X509Certificate... chain) {
    if (chain.length == 0) {
      throw new IllegalArgumentException("chain: empty (expected: at least one certificate)");
    }
    Draft draft = new Draft(Form.OBJECTS);
    draft.key = Objects.requireNonNull(key, "key");
    draft.chain = List.of(chain);
    return new TlsCertificate(draft);
  }

  /** {@return how it is given} */
  public Form form() {
    return form;
  }

  /** {@return the file of the chain, or of both; null for objects} */
  public @Nullable Path file() {
    return file;
  }

  /** {@return the file of a PEM key, which may be the same; null for the other forms} */
  public @Nullable Path keyFile() {
    return keyFile;
  }

  /** {@return the key object; null for files} */
  public @Nullable PrivateKey key() {
    return key;
  }

  /** {@return the certificate objects; empty for files} */
  public List<X509Certificate> chain() {
    return chain;
  }

  /** {@return where the password comes from, asked at each load; null for none} */
  public @Nullable Supplier<char[]> password() {
    return password;
  }

  /**
   * The password of an encrypted PKCS#8 key or of a PKCS#12 file.
   *
   * @param characters the password; copied
   * @return a changed copy
   */
  public TlsCertificate password(char[] characters) {
    return password(new Password(characters));
  }

  /**
   * Where the password of an encrypted PKCS#8 key or of a PKCS#12 file comes from. Two certificates with
   * the same supplier object are equal.
   *
   * @param source asked at each load, off the event loops; its array is filled with zeros after use
   * @return a changed copy
   */
  public TlsCertificate password(Supplier<char[]> source) {
    Draft draft = new Draft(this);
    draft.password = Objects.requireNonNull(source, "password");
    return new TlsCertificate(draft);
  }

  /** {@return the names it is chosen by; empty for those in the certificate} */
  public List<String> names() {
    return names;
  }

  /**
   * Other names to choose it by than the DNS names in the certificate, or its common name if it has none
   * (HAProxy: the SNI filter of {@code crt-list}; Nginx: {@code server_name}).
   *
   * @param hosts host names, or {@code *.} and a host name for any one label; IDN in either form
   * @return a changed copy
   * @throws IllegalArgumentException when one is neither
   */
  public TlsCertificate names(String... hosts) {
    Draft draft = new Draft(this);
    draft.names = Arrays.stream(hosts)
        .map(h -> ServerNames.pattern("names", h))
        .distinct()
        .toList();
    return new TlsCertificate(draft);
  }

  /** {@return the file of the OCSP response to staple; null for none} */
  public @Nullable Path ocspResponse() {
    return ocspResponse;
  }

  /**
   * An OCSP response to staple (RFC 6066 §8; HAProxy: the {@code .ocsp} file; Nginx: {@code
   * ssl_stapling_file}). With BoringSSL only: the JDK fetches responses itself if {@code
   * -Djdk.tls.server.enableStatusRequestExtension=true} is set, and cannot be given one.
   *
   * @param derFile the response in DER, as {@code openssl ocsp -respout} writes it
   * @return a changed copy
   */
  public TlsCertificate ocspResponse(Path derFile) {
    Draft draft = new Draft(this);
    draft.ocspResponse = Objects.requireNonNull(derFile, "ocspResponse");
    return new TlsCertificate(draft);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsCertificate that
        && form == that.form
        && Objects.equals(file, that.file)
        && Objects.equals(keyFile, that.keyFile)
        && Objects.equals(password, that.password)
        && Objects.equals(key, that.key)
        && chain.equals(that.chain)
        && names.equals(that.names)
        && Objects.equals(ocspResponse, that.ocspResponse);
  }

  @Override
  public int hashCode() {
    return Objects.hash(form, file, keyFile, chain, names);
  }

  /** {@return the file, or the subject of the certificate; nothing secret} */
  @Override
  public String toString() {
    Path from = file;
    return from == null ? chain.get(0).getSubjectX500Principal().getName() : from.toString();
  }

  /** The fields while a copy is made. */
  private static final class Draft {
    private final Form form;
    private @Nullable Path file;
    private @Nullable Path keyFile;
    private @Nullable Supplier<char[]> password;
    private @Nullable PrivateKey key;
    private List<X509Certificate> chain = List.of();
    private List<String> names = List.of();
    private @Nullable Path ocspResponse;

    Draft(Form form) {
      this.form = form;
    }

    Draft(TlsCertificate from) {
      this(from.form);
      file = from.file;
      keyFile = from.keyFile;
      password = from.password;
      key = from.key;
      chain = from.chain;
      names = from.names;
      ocspResponse = from.ocspResponse;
    }
  }
}
