package dev.fairlead.internal.tls;

import dev.fairlead.status.Reason;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** What is wrong with a peer's certificate, in our words; thrown into the handshake by {@link PeerTrust}. */
final class PeerProblem extends CertificateException {
  private static final long serialVersionUID = 1;

  private final Reason failure;

  PeerProblem(Reason failure, String detail, @Nullable Throwable cause) {
    super(detail, telling(cause));
    this.failure = failure;
  }

  Reason failure() {
    return failure;
  }

  /** The JDK and Netty choose the alert by a direct cause of this kind. */
  private static @Nullable Throwable telling(@Nullable Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof CertPathValidatorException) {
        return t;
      }
    }
    return cause;
  }
}
