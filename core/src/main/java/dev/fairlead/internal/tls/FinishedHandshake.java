package dev.fairlead.internal.tls;

import dev.fairlead.spi.TlsInfo;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What a handshake was, out of its session. The certificates are looked at when asked for. */
public final class FinishedHandshake implements TlsInfo {
  private final SSLSession session;
  private final String version;
  private final String cipher;
  private final @Nullable String alpn;
  private final @Nullable String serverName;
  private final boolean resumed;
  private final @Nullable X509Certificate own;

  private FinishedHandshake(SslHandler handler, @Nullable X509Certificate own) {
    this.own = own;
    SSLEngine engine = handler.engine();
    this.session = engine.getSession();
    this.version = session.getProtocol();
    this.cipher = session.getCipherSuite();
    this.alpn = handler.applicationProtocol();
    this.serverName = requested(session);
    this.resumed = engine instanceof ReferenceCountedOpenSslEngine
        ? NativeTls.resumed(engine)
        : !FullHandshake.noted(engine);
  }

  /**
   * Of a handshake that has just finished, on its event loop.
   *
   * @param handler the one whose handshake it was
   * @param own the certificate that we have shown; neither engine knows it of a resumed session
   */
  public static TlsInfo of(SslHandler handler, @Nullable X509Certificate own) {
    return new FinishedHandshake(handler, own);
  }

  private static @Nullable String requested(SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName name : extended.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          return host.getAsciiName().toLowerCase(Locale.ROOT);
        }
      }
    }
    return null;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String cipher() {
    return cipher;
  }

  @Override
  public @Nullable String alpn() {
    return alpn;
  }

  @Override
  public @Nullable String serverName() {
    return serverName;
  }

  @Override
  public boolean resumed() {
    return resumed;
  }

  @Override
  public byte[] sessionId() {
    return session.getId();
  }

  @Override
  public @Nullable X509Certificate ownCertificate() {
    return own;
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    try {
      List<X509Certificate> all = new ArrayList<>();
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          all.add(x509);
        }
      }
      return all;
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  @Override
  public @Nullable String peerSubject() {
    List<X509Certificate> all = peerCertificates();
    return all.isEmpty() ? null : all.get(0).getSubjectX500Principal().getName();
  }

  @Override
  public @Nullable String peerCommonName() {
    List<X509Certificate> all = peerCertificates();
    return all.isEmpty() ? null : CertificateNames.commonName(all.get(0));
  }
}
