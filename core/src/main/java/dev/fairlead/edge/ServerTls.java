package dev.fairlead.edge;

import dev.fairlead.spi.Check;
import dev.fairlead.spi.ConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards a server (HAProxy: {@code server … ssl}; Nginx: {@code proxy_pass https://…}). Immutable; a
 * method with an argument returns a changed copy. Unlike Nginx, and unlike HAProxy before {@code verify
 * required} is written, a server is verified: its certificate must come from a trusted authority and be for
 * the name that is asked for.
 *
 * <pre>{@code
 * ServerTls.of().trust(TlsTrust.pem(Path.of("internal-ca.pem"))).serverName("api.internal")
 * }</pre>
 *
 * <p>The name is, the first that there is: {@link #serverName(String)}; the host of the request, with {@link
 * #sniFromHost(boolean)}; the host that the server was configured with. It is sent as SNI (RFC 6066 §3) and
 * looked for in the certificate. An IP address is looked for among the certificate's IP addresses, and no
 * SNI is sent.
 */
public final class ServerTls implements ConnectOptions.Tls {
  private static final ServerTls DEFAULT = new ServerTls(new Draft());

  private final Offer offer;
  private final TlsTrust trust;
  private final boolean verifies;
  private final @Nullable String serverName;
  private final boolean sniFromHost;
  private final @Nullable TlsCertificate certificate;
  private final boolean sessionReuse;
  private final Duration handshakeTimeout;
  private final @Nullable Duration watchFiles;

  private ServerTls(Draft draft) {
    this.offer = draft.offer;
    this.trust = draft.trust;
    this.verifies = draft.verifies;
    this.serverName = draft.serverName;
    this.sniFromHost = draft.sniFromHost;
    this.certificate = draft.certificate;
    this.sessionReuse = draft.sessionReuse;
    this.handshakeTimeout = draft.handshakeTimeout;
    this.watchFiles = draft.watchFiles;
  }

  /** {@return TLS that verifies against the authorities of the system} */
  public static ServerTls of() {
    return DEFAULT;
  }

  /** {@return whose certificates are believed; default {@link TlsTrust#system()}} */
  public TlsTrust trust() {
    return trust;
  }

  /**
   * Other authorities (HAProxy: {@code ca-file}, {@code crl-file}; Nginx: {@code
   * proxy_ssl_trusted_certificate}, {@code proxy_ssl_crl}).
   *
   * @param authorities whose certificates are believed
   * @return a changed copy that verifies
   */
  public ServerTls trust(TlsTrust authorities) {
    Draft draft = new Draft(this);
    draft.trust = Objects.requireNonNull(authorities, "trust");
    draft.verifies = true;
    return new ServerTls(draft);
  }

  /**
   * Trusts exactly these certificates or keys: {@link TlsTrust#pinned} in short.
   *
   * @param sha256 at least one SHA-256 of a certificate or of its public key
   * @return a changed copy that verifies
   * @throws IllegalArgumentException when one is not such a hash
   */
  public ServerTls pinned(String... sha256) {
    return trust(TlsTrust.pinned(sha256));
  }

  /** {@return whether the server's certificate and name are verified; default true} */
  public boolean verifies() {
    return verifies;
  }

  /**
   * Believes every server (HAProxy: {@code verify none}; Nginx: {@code proxy_ssl_verify off}). Whoever gets
   * between can then read and change everything.
   *
   * @return a changed copy
   */
  public ServerTls withoutVerification() {
    Draft draft = new Draft(this);
    draft.verifies = false;
    return new ServerTls(draft);
  }

  /** {@return the name to ask for and to verify; null for the server's configured host} */
  public @Nullable String serverName() {
    return serverName;
  }

  /**
   * The name to ask for and to verify (HAProxy: {@code sni str(…)}, {@code verifyhost}; Nginx: {@code
   * proxy_ssl_name}).
   *
   * @param host a host name; IDN in either form
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a host name
   */
  public ServerTls serverName(String host) {
    Draft draft = new Draft(this);
    draft.serverName = ServerNames.host("serverName", host);
    return new ServerTls(draft);
  }

  /** {@return whether the host of the request is asked for; default false} */
  public boolean sniFromHost() {
    return sniFromHost;
  }

  /**
   * Whether to ask for and verify the host that an HTTP request names, without its port (HAProxy: {@code
   * sni-auto}); for servers that stand for many names. Protocols without a host use the configured one.
   *
   * @param fromHost true for yes
   * @return a changed copy
   */
  public ServerTls sniFromHost(boolean fromHost) {
    Draft draft = new Draft(this);
    draft.sniFromHost = fromHost;
    return new ServerTls(draft);
  }

  /** {@return the certificate to show to a server that asks; null for none} */
  public @Nullable TlsCertificate certificate() {
    return certificate;
  }

  /**
   * A certificate to show to a server that asks for one (HAProxy: {@code crt}; Nginx: {@code
   * proxy_ssl_certificate}).
   *
   * @param own ours
   * @return a changed copy
   */
  public ServerTls certificate(TlsCertificate own) {
    Draft draft = new Draft(this);
    draft.certificate = Objects.requireNonNull(own, "certificate");
    return new ServerTls(draft);
  }

  /** {@return protocols of ALPN by preference; empty, the default, for none} */
  public List<String> alpn() {
    return offer.alpn();
  }

  /**
   * The protocols of ALPN to offer (HAProxy: {@code alpn}). A connection for a request that HTTP/2 cannot carry,
   * such as a WebSocket to a server without RFC 8441, offers {@code http/1.1} only, if that is one of them
   * (HAProxy: {@code ws auto}).
   *
   * @param protocols by preference, for example {@code h2}, {@code http/1.1}
   * @return a changed copy
   */
  public ServerTls alpn(String... protocols) {
    return with(offer.alpn(protocols));
  }

  /** {@return the oldest version; default TLS 1.2} */
  public TlsVersion minVersion() {
    return offer.min();
  }

  /** {@return the newest version; default TLS 1.3} */
  public TlsVersion maxVersion() {
    return offer.max();
  }

  /**
   * Other versions (HAProxy: {@code ssl-min-ver}, {@code ssl-max-ver}; Nginx: {@code proxy_ssl_protocols}).
   *
   * @param min the oldest
   * @param max the newest
   * @return a changed copy
   */
  public ServerTls versions(TlsVersion min, TlsVersion max) {
    return with(offer.versions(min, max));
  }

  /** {@return cipher suites by preference; empty, the default, for Mozilla's} */
  public List<String> ciphers() {
    return offer.ciphers();
  }

  /**
   * Other cipher suites, of TLS 1.2 and of TLS 1.3 (HAProxy: {@code ciphers}, {@code ciphersuites}; Nginx:
   * {@code proxy_ssl_ciphers}).
   *
   * @param names IANA names by preference; none for Mozilla's intermediate ones
   * @return a changed copy
   */
  public ServerTls ciphers(String... names) {
    return with(offer.ciphers(names));
  }

  /** {@return who does the cryptography; default {@link TlsProvider#AUTO}} */
  public TlsProvider provider() {
    return offer.provider();
  }

  /**
   * Another provider of cryptography.
   *
   * @param who does it
   * @return a changed copy
   */
  public ServerTls provider(TlsProvider who) {
    return with(offer.provider(who));
  }

  /** {@return whether sessions are resumed; default true} */
  public boolean sessionReuse() {
    return sessionReuse;
  }

  /**
   * Whether a new connection resumes the session of an earlier one to the same name and port (HAProxy:
   * {@code no-ssl-reuse}; Nginx: {@code proxy_ssl_session_reuse}). A resumed session does not show the
   * certificate again.
   *
   * @param reuse true for yes
   * @return a changed copy
   */
  public ServerTls sessionReuse(boolean reuse) {
    Draft draft = new Draft(this);
    draft.sessionReuse = reuse;
    return new ServerTls(draft);
  }

  /** {@return how long a handshake may take; default 5 seconds} */
  public Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  /**
   * Another bound of a handshake, within the backend's {@code connectTimeout} or a check's time-out: that is
   * for TCP connection and handshake together (HAProxy: {@code timeout connect}).
   *
   * @param timeout more than 0, at most 365 days
   * @return a changed copy
   */
  public ServerTls handshakeTimeout(Duration timeout) {
    Draft draft = new Draft(this);
    draft.handshakeTimeout = Check.positive("handshakeTimeout", timeout);
    return new ServerTls(draft);
  }

  /** {@return how often the files are looked at; null, the default, for never} */
  public @Nullable Duration watchFiles() {
    return watchFiles;
  }

  /**
   * Looks for changes of all files named here, and takes them over together when they are good: established
   * connections stay as they are. What is not good changes nothing and is told by an event. By call: {@code
   * BackendControl.reloadCertificates}.
   *
   * @param every more than 0, at most 365 days
   * @return a changed copy
   */
  public ServerTls watchFiles(Duration every) {
    Draft draft = new Draft(this);
    draft.watchFiles = Check.positive("watchFiles", every);
    return new ServerTls(draft);
  }

  private ServerTls with(Offer changed) {
    Draft draft = new Draft(this);
    draft.offer = changed;
    return new ServerTls(draft);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerTls that
        && offer.equals(that.offer)
        && trust.equals(that.trust)
        && verifies == that.verifies
        && Objects.equals(serverName, that.serverName)
        && sniFromHost == that.sniFromHost
        && Objects.equals(certificate, that.certificate)
        && sessionReuse == that.sessionReuse
        && handshakeTimeout.equals(that.handshakeTimeout)
        && Objects.equals(watchFiles, that.watchFiles);
  }

  @Override
  public int hashCode() {
    return Objects.hash(offer, trust, verifies, serverName, certificate);
  }

  /** {@return the trust, and the name if one is set} */
  @Override
  public String toString() {
    String text = verifies ? "tls trust " + trust : "tls without verification";
    return serverName == null ? text : text + " name " + serverName;
  }

  /** The fields while a copy is made. */
  private static final class Draft {
    private Offer offer = Offer.DEFAULT;
    private TlsTrust trust = TlsTrust.system();
    private boolean verifies = true;
    private @Nullable String serverName;
    private boolean sniFromHost;
    private @Nullable TlsCertificate certificate;
    private boolean sessionReuse = true;
    private Duration handshakeTimeout = Duration.ofSeconds(5);
    private @Nullable Duration watchFiles;

    Draft() {}

    Draft(ServerTls from) {
      offer = from.offer;
      trust = from.trust;
      verifies = from.verifies;
      serverName = from.serverName;
      sniFromHost = from.sniFromHost;
      certificate = from.certificate;
      sessionReuse = from.sessionReuse;
      handshakeTimeout = from.handshakeTimeout;
      watchFiles = from.watchFiles;
    }
  }
}
