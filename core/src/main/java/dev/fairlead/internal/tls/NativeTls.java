package dev.fairlead.internal.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLEngine;

/**
 * What netty-tcnative knows and Netty's engine does not let through. Only to be called with an engine of
 * that kind: without the library this class does not load.
 */
final class NativeTls {
  private NativeTls() {}

  /** Of the cipher suites that both have, the client's first choice. Before the handshake. */
  static void clientPrefers(SSLEngine engine) {
    SSL.clearOptions(pointer(engine), SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
  }

  /** No session tickets. Before the handshake. */
  static void noTickets(SSLEngine engine) {
    SSL.setOptions(pointer(engine), SSL.SSL_OP_NO_TICKET);
  }

  /** The SNI to send; Netty's engine sends names with a dot only. Before the handshake. */
  static void askFor(SSLEngine engine, String name) {
    SSL.setTlsExtHostName(pointer(engine), name);
  }

  /** Whether it resumed a session. After the handshake, before the engine is released. */
  static boolean resumed(SSLEngine engine) {
    long pointer = pointer(engine);
    return pointer != 0 && SSL.isSessionReused(pointer);
  }

  /** The same problem, with the code by which BoringSSL chooses the alert that it sends. */
  static CertificateException alert(PeerProblem problem) {
    int code = switch (problem.failure()) {
      case TLS_UNKNOWN_CA -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
      case TLS_EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
      case TLS_NOT_YET_VALID -> CertificateVerifier.X509_V_ERR_CERT_NOT_YET_VALID;
      case TLS_REVOKED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED;
      default -> CertificateVerifier.X509_V_ERR_CERT_UNTRUSTED;
    };
    return new OpenSslCertificateException(problem.getMessage(), problem, code);
  }

  private static long pointer(SSLEngine engine) {
    return ((ReferenceCountedOpenSslEngine) engine).sslPointer();
  }
}
