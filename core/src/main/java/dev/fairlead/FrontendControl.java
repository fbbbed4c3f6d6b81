package dev.fairlead;

import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.internal.control.Engine;
import dev.fairlead.status.CertificateStatus;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A running frontend, to look at and to change. Thread-safe. */
public final class FrontendControl {
  private final Engine engine;
  private final String name;

  FrontendControl(Engine engine, String name) {
    this.engine = engine;
    this.name = name;
  }

  /** {@return the frontend's name} */
  public String name() {
    return name;
  }

  /** {@return where it listens} */
  public List<SocketAddress> addresses() {
    return engine.addresses(name);
  }

  /** {@return the certificates that it serves now} */
  public List<CertificateStatus> certificates() {
    return engine.certificates(name);
  }

  /**
   * Serves other certificates on all bindings with TLS (HAProxy: {@code set ssl cert} and {@code commit
   * ssl cert}): connections that come from now on get them, established ones go on untouched. When
   * anything is wrong, all stays as it was.
   *
   * @param certificates at least one; the first is the default
   * @return completes when they are served; fails naming field, file and reason
   * @throws IllegalArgumentException when there are none
   */
  public CompletionStage<Void> certificates(List<TlsCertificate> certificates) {
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("certificates: empty (expected: at least one)");
    }
    return engine.replaceCertificates(name, List.copyOf(certificates));
  }

  /**
   * Reads the files of all certificates again. When anything is wrong, the old ones stay.
   *
   * @return completes when they are served; fails naming field, file and reason
   */
  public CompletionStage<Void> reloadCertificates() {
    return engine.reloadCertificates(name);
  }
}
