package dev.fairlead.internal.tls;

import dev.fairlead.status.Reason;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges a peer's certificate for either provider, and says in {@link PeerProblem} what is wrong with it.
 * Since a resumed handshake shows no certificate, being asked is also how it knows a full handshake, see
 * {@link FullHandshake}. Thread-safe.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  /** What a certificate has to fulfil. */
  interface Rule {
    void client(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException;

    void server(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException;

    /** What a server names to a client that is asked for a certificate. */
    X509Certificate[] issuers();
  }

  private final Rule rule;

  PeerTrust(Rule rule) {
    this.rule = rule;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    FullHandshake.note(engine);
    try {
      rule.client(chain, type, engine);
      chain[0].checkValidity();
    } catch (CertificateException e) {
      throw told(chain, engine, e, false);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    FullHandshake.note(engine);
    try {
      rule.server(chain, type, engine);
      chain[0].checkValidity();
    } catch (CertificateException e) {
      throw told(chain, engine, e, engine != null && good(chain, type));
    }
  }

  /** Whether it is good when nobody asks for its name. */
  private boolean good(X509Certificate[] chain, String type) {
    try {
      rule.server(chain, type, null);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private static CertificateException told(
      X509Certificate[] chain, @Nullable SSLEngine engine, CertificateException e, boolean named) {
    PeerProblem problem;
    if (e instanceof PeerProblem already) {
      problem = already;
    } else {
      Reason failure = reason(e);
      if (failure == null) {
        failure = named ? Reason.TLS_WRONG_HOST : dates(chain);
      }
      problem = new PeerProblem(failure, detail(failure, chain, e), e);
    }
    return engine instanceof ReferenceCountedOpenSslEngine ? NativeTls.alert(problem) : problem;
  }

  /** What an operator needs to find the culprit. */
  private static String detail(Reason failure, X509Certificate[] chain, Throwable e) {
    X509Certificate leaf = chain[0];
    String subject = leaf.getSubjectX500Principal().getName();
    return switch (failure) {
      case TLS_WRONG_HOST -> "%s, for %s".formatted(subject, CertificateNames.all(leaf));
      case TLS_UNKNOWN_CA ->
        "%s, issued by %s"
            .formatted(subject, chain[chain.length - 1].getIssuerX500Principal().getName());
      case TLS_EXPIRED, TLS_NOT_YET_VALID ->
        "%s, valid from %s to %s"
            .formatted(
                subject, leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
      case TLS_REVOKED ->
        "%s, serial number %s".formatted(subject, leaf.getSerialNumber().toString(16));
      default -> "%s: %s".formatted(subject, e.getMessage());
    };
  }

  private static @Nullable Reason reason(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      Object reason = t instanceof CertPathValidatorException path ? path.getReason() : null;
      if (t instanceof CertificateExpiredException || reason == BasicReason.EXPIRED) {
        return Reason.TLS_EXPIRED;
      }
      if (t instanceof CertificateNotYetValidException || reason == BasicReason.NOT_YET_VALID) {
        return Reason.TLS_NOT_YET_VALID;
      }
      if (t instanceof CertificateRevokedException || reason == BasicReason.REVOKED) {
        return Reason.TLS_REVOKED;
      }
      if (reason == BasicReason.UNDETERMINED_REVOCATION_STATUS
          || reason == BasicReason.ALGORITHM_CONSTRAINED) {
        return Reason.TLS_FAILED;
      }
    }
    return null;
  }

  /** A path that cannot be built hides that a certificate on it has ended. */
  private static Reason dates(X509Certificate[] chain) {
    try {
      for (X509Certificate certificate : chain) {
        certificate.checkValidity();
      }
      return Reason.TLS_UNKNOWN_CA;
    } catch (CertificateExpiredException e) {
      return Reason.TLS_EXPIRED;
    } catch (CertificateNotYetValidException e) {
      return Reason.TLS_NOT_YET_VALID;
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return rule.issuers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    checkClientTrusted(chain, type, (SSLEngine) null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    checkServerTrusted(chain, type, (SSLEngine) null);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type, (SSLEngine) null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, type, (SSLEngine) null);
  }
}
