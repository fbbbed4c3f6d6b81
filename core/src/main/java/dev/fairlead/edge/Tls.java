package dev.fairlead.edge;

import dev.fairlead.spi.Check;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * TLS of an address on which a frontend listens: the certificates, and how a handshake is done (HAProxy:
 * {@code bind … ssl}; Nginx: {@code listen … ssl}). Immutable; a method with an argument returns a changed
 * copy. The defaults are Mozilla's "intermediate" guidelines, version 6.0.
 *
 * <pre>{@code
 * Tls.of(TlsCertificate.pem(Path.of("example.crt"), Path.of("example.key")))
 *     .clientCertificates(ClientAuth.OPTIONAL, TlsTrust.pem(Path.of("clients-ca.pem")))
 *     .watchFiles(Duration.ofSeconds(10))
 * }</pre>
 */
public final class Tls {
  private final List<TlsCertificate> certificates;
  private final Offer offer;
  private final boolean strictSni;
  private final ClientAuth clientAuth;
  private final @Nullable TlsTrust clientTrust;
  private final Duration handshakeTimeout;
  private final int maxHandshakes;
  private final Duration sessionTimeout;
  private final boolean sessionTickets;
  private final Duration ticketKeyRotation;
  private final @Nullable Duration watchFiles;

  private Tls(Draft draft) {
    this.certificates = List.copyOf(draft.certificates);
    this.offer = draft.offer;
    this.strictSni = draft.strictSni;
    this.clientAuth = draft.clientAuth;
    this.clientTrust = draft.clientTrust;
    this.handshakeTimeout = draft.handshakeTimeout;
    this.maxHandshakes = draft.maxHandshakes;
    this.sessionTimeout = draft.sessionTimeout;
    this.sessionTickets = draft.sessionTickets;
    this.ticketKeyRotation = draft.ticketKeyRotation;
    this.watchFiles = draft.watchFiles;
  }

  /**
   * TLS with these certificates.
   *
   * @param first the default: for clients that name no server, or one that no certificate is for
   * @param more chosen by the name that the client asks for; of two that have the same name and an RSA and
   *     an EC key, clients that can get the EC one
   * @return the configuration
   */
  public static Tls of(TlsCertificate first, TlsCertificate... more) {
    List<TlsCertificate> all = new ArrayList<>(more.length + 1);
    all.add(Objects.requireNonNull(first, "certificate"));
    all.addAll(List.of(more));
    return new Tls(new Draft(all));
  }

  /** {@return the certificates; the first is the default} */
  public List<TlsCertificate> certificates() {
    return certificates;
  }

  /**
   * Other certificates (HAProxy: {@code crt}, {@code crt-list}).
   *
   * @param all at least one; the first is the default
   * @return a changed copy
   */
  public Tls certificates(List<TlsCertificate> all) {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("certificates: empty (expected: at least one)");
    }
    Draft draft = new Draft(this);
    draft.certificates = all;
    return new Tls(draft);
  }

  /** {@return whether a client must ask for a name that a certificate is for; default false} */
  public boolean strictSni() {
    return strictSni;
  }

  /**
   * Whether a client must ask for a name that a certificate is for; if not, the default certificate is
   * shown (HAProxy: {@code strict-sni}; Nginx: {@code ssl_reject_handshake} in a default server).
   *
   * @param strict true: others are refused with the alert {@code unrecognized_name}
   * @return a changed copy
   */
  public Tls strictSni(boolean strict) {
    Draft draft = new Draft(this);
    draft.strictSni = strict;
    return new Tls(draft);
  }

  /** {@return protocols of ALPN by preference; empty, the default, for what the frontend speaks} */
  public List<String> alpn() {
    return offer.alpn();
  }

  /**
   * The protocols of ALPN (RFC 7301; HAProxy: {@code alpn}). A client that has none of them goes on
   * without.
   *
   * @param protocols by preference, for example {@code h2}, {@code http/1.1}
   * @return a changed copy
   */
  public Tls alpn(String... protocols) {
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
   * Other versions (HAProxy: {@code ssl-min-ver}, {@code ssl-max-ver}; Nginx: {@code ssl_protocols}).
   *
   * @param min the oldest
   * @param max the newest
   * @return a changed copy
   */
  public Tls versions(TlsVersion min, TlsVersion max) {
    return with(offer.versions(min, max));
  }

  /** {@return cipher suites; empty, the default, for Mozilla's, of which the client prefers one} */
  public List<String> ciphers() {
    return offer.ciphers();
  }

  /**
   * Other cipher suites, of TLS 1.2 and of TLS 1.3 (HAProxy: {@code ciphers}, {@code ciphersuites}; Nginx:
   * {@code ssl_ciphers}, {@code ssl_prefer_server_ciphers on}). By default those of Mozilla's intermediate
   * guidelines are offered and the client's preference counts; of a list that is given here the order
   * counts. BoringSSL always offers all three suites of TLS 1.3 if one of them is in the list.
   *
   * @param names IANA names by preference, for example {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}; none
   *     for the default
   * @return a changed copy
   */
  public Tls ciphers(String... names) {
    return with(offer.ciphers(names));
  }

  /** {@return whether clients have to show a certificate; default {@link ClientAuth#NONE}} */
  public ClientAuth clientAuth() {
    return clientAuth;
  }

  /** {@return whose client certificates are believed; null when none are asked for} */
  public @Nullable TlsTrust clientTrust() {
    return clientTrust;
  }

  /**
   * Asks clients for a certificate (HAProxy: {@code verify}, {@code ca-file}, {@code crl-file}; Nginx:
   * {@code ssl_verify_client}, {@code ssl_client_certificate}, {@code ssl_crl}).
   *
   * @param auth whether they have to show one
   * @param trust whose certificates are believed
   * @return a changed copy
   */
  public Tls clientCertificates(ClientAuth auth, TlsTrust trust) {
    Draft draft = new Draft(this);
    draft.clientAuth = Objects.requireNonNull(auth, "clientAuth");
    Objects.requireNonNull(trust, "clientTrust");
    draft.clientTrust = auth == ClientAuth.NONE ? null : trust;
    return new Tls(draft);
  }

  /** {@return how long a handshake may take; default 10 seconds} */
  public Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  /**
   * Another bound of a handshake, from the first byte expected to the last, the wait for a turn among {@link
   * #maxHandshakes()} included (HAProxy: {@code timeout client-hs}; Nginx: {@code ssl_handshake_timeout}).
   *
   * @param timeout more than 0, at most 365 days
   * @return a changed copy
   */
  public Tls handshakeTimeout(Duration timeout) {
    Draft draft = new Draft(this);
    draft.handshakeTimeout = Check.positive("handshakeTimeout", timeout);
    return new Tls(draft);
  }

  /** {@return how many handshakes may be under way at once; 0, the default, for any number} */
  public int maxHandshakes() {
    return maxHandshakes;
  }

  /**
   * Another limit of handshakes that are under way at once on this address. Further clients wait for their
   * turn in the order of their coming, which is a part of their {@link #handshakeTimeout(Duration)}.
   *
   * @param limit 0 or more; 0 for any number
   * @return a changed copy
   */
  public Tls maxHandshakes(int limit) {
    Draft draft = new Draft(this);
    draft.maxHandshakes = Check.range("maxHandshakes", limit, 0, Integer.MAX_VALUE);
    return new Tls(draft);
  }

  /** {@return how long a session may be resumed; default 5 minutes} */
  public Duration sessionTimeout() {
    return sessionTimeout;
  }

  /**
   * Another time in which a session may be resumed (HAProxy: {@code tune.ssl.lifetime}; Nginx: {@code
   * ssl_session_timeout}). With BoringSSL and TLS 1.3 only the life of the ticket keys counts.
   *
   * @param timeout more than 0, at most 365 days; fractions of a second count as a whole one
   * @return a changed copy
   */
  public Tls sessionTimeout(Duration timeout) {
    Draft draft = new Draft(this);
    draft.sessionTimeout = Check.positive("sessionTimeout", timeout);
    return new Tls(draft);
  }

  /** {@return whether clients get session tickets; default true} */
  public boolean sessionTickets() {
    return sessionTickets;
  }

  /**
   * Whether clients get session tickets (RFC 5077, RFC 8446 §2.2; HAProxy: {@code no-tls-tickets}; Nginx:
   * {@code ssl_session_tickets}). Without them nobody resumes with TLS 1.3. The JDK's provider knows one
   * switch for the whole process only, {@code -Djdk.tls.server.enableSessionTicketExtension=false}, and this
   * setting does not change it.
   *
   * @param tickets true for yes
   * @return a changed copy
   */
  public Tls sessionTickets(boolean tickets) {
    Draft draft = new Draft(this);
    draft.sessionTickets = tickets;
    return new Tls(draft);
  }

  /** {@return how often a new key encrypts session tickets; default 1 hour} */
  public Duration ticketKeyRotation() {
    return ticketKeyRotation;
  }

  /**
   * Another rhythm of new ticket keys (HAProxy: {@code tls-ticket-keys}; Nginx: {@code
   * ssl_session_ticket_key}). A key encrypts for one turn and decrypts for one more, then it is forgotten;
   * a change of certificates keeps the keys. The JDK's provider makes and rotates keys of its own.
   *
   * @param every more than 0, at most 365 days
   * @return a changed copy
   */
  public Tls ticketKeyRotation(Duration every) {
    Draft draft = new Draft(this);
    draft.ticketKeyRotation = Check.positive("ticketKeyRotation", every);
    return new Tls(draft);
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
  public Tls provider(TlsProvider who) {
    return with(offer.provider(who));
  }

  /** {@return how often the files are looked at; null, the default, for never} */
  public @Nullable Duration watchFiles() {
    return watchFiles;
  }

  /**
   * Looks for changes of all files named here, and takes them over together when they are good: established
   * connections stay as they are. What is not good changes nothing and is told by an event.
   *
   * @param every more than 0, at most 365 days
   * @return a changed copy
   */
  public Tls watchFiles(Duration every) {
    Draft draft = new Draft(this);
    draft.watchFiles = Check.positive("watchFiles", every);
    return new Tls(draft);
  }

  private Tls with(Offer changed) {
    Draft draft = new Draft(this);
    draft.offer = changed;
    return new Tls(draft);
  }

  /** {@return the certificates and what asks for a client's} */
  @Override
  public String toString() {
    return "tls " + certificates + (clientTrust == null ? "" : " clients " + clientTrust);
  }

  /** The fields while a copy is made. */
  private static final class Draft {
    private List<TlsCertificate> certificates;
    private Offer offer = Offer.DEFAULT;
    private boolean strictSni;
    private ClientAuth clientAuth = ClientAuth.NONE;
    private @Nullable TlsTrust clientTrust;
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private int maxHandshakes;
    private Duration sessionTimeout = Duration.ofMinutes(5);
    private boolean sessionTickets = true;
    private Duration ticketKeyRotation = Duration.ofHours(1);
    private @Nullable Duration watchFiles;

    Draft(List<TlsCertificate> certificates) {
      this.certificates = certificates;
    }

    Draft(Tls from) {
      this(from.certificates);
      offer = from.offer;
      strictSni = from.strictSni;
      clientAuth = from.clientAuth;
      clientTrust = from.clientTrust;
      handshakeTimeout = from.handshakeTimeout;
      maxHandshakes = from.maxHandshakes;
      sessionTimeout = from.sessionTimeout;
      sessionTickets = from.sessionTickets;
      ticketKeyRotation = from.ticketKeyRotation;
      watchFiles = from.watchFiles;
    }
  }
}
