package dev.fairlead.internal.tls;

import dev.fairlead.status.Reason;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The rules by which a {@link PeerTrust} judges. */
final class TrustRules {
  private TrustRules() {}

  /**
   * A chain to an authority, and the name if the engine asks for it: the JDK's own judgement.
   *
   * @param manager the JDK's
   */
  record Authorities(X509ExtendedTrustManager manager) implements PeerTrust.Rule {
    @Override
    public void client(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException {
      if (engine == null) {
        manager.checkClientTrusted(chain, type);
      } else {
        manager.checkClientTrusted(chain, type, engine);
      }
    }

    @Override
    public void server(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException {
      if (engine == null) {
        manager.checkServerTrusted(chain, type);
      } else {
        manager.checkServerTrusted(chain, type, engine);
      }
    }

    @Override
    public X509Certificate[] issuers() {
      return manager.getAcceptedIssuers();
    }
  }

  /**
   * The certificate or its key is one of these.
   *
   * @param pins SHA-256 in hex
   */
  record Pinned(List<String> pins) implements PeerTrust.Rule {
    @Override
    public void client(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException {
      String certificate = sha256(chain[0].getEncoded());
      String key = sha256(chain[0].getPublicKey().getEncoded());
      if (!pins.contains(certificate) && !pins.contains(key)) {
        throw new PeerProblem(
            Reason.TLS_PIN_MISMATCH,
            "SHA-256 of the certificate %s, of its key %s".formatted(certificate, key),
            null);
      }
    }

    @Override
    public void server(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException {
      client(chain, type, engine);
    }

    @Override
    public X509Certificate[] issuers() {
      return new X509Certificate[0];
    }
  }

  static String sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
