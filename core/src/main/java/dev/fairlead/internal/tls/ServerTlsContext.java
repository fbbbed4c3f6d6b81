package dev.fairlead.internal.tls;

import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** One certificate of an address, ready for handshakes. Thread-safe. */
public final class ServerTlsContext {
  private final LoadedCertificate certificate;
  private final SslContext context;
  private final boolean isNative;
  private final Tls tls;

  private ServerTlsContext(
      LoadedCertificate certificate, SslContext context, boolean isNative, Tls tls) {
    this.certificate = certificate;
    this.context = context;
    this.isNative = isNative;
    this.tls = tls;
  }

  static ServerTlsContext build(
      LoadedCertificate certificate,
      Tls tls,
      List<String> alpn,
      TrustFiles.@Nullable LoadedTrust trust) {
    SslProvider provider = Contexts.provider(tls.provider(), certificate);
    boolean isNative = Contexts.isNative(provider);
    SslContextBuilder builder = Contexts.withKey(
        SslContextBuilder.forServer(new OwnKey(certificate)), provider, certificate);
    Contexts.offering(builder, provider, tls.minVersion(), tls.maxVersion(), tls.ciphers(), alpn);
    builder
        .sessionTimeout(Contexts.seconds(tls.sessionTimeout()))
        .clientAuth(netty(tls.clientAuth()))
        .enableOcsp(isNative && certificate.ocsp() != null);
    if (trust != null) {
      builder.trustManager(trust.manager());
    }
    SslContext context = Contexts.build(builder, "certificate", certificate.source());
    if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
      sessions.setSessionIdContext(sessionScope(certificate, tls, trust));
    }
    return new ServerTlsContext(certificate, context, isNative, tls);
  }

  private static io.netty.handler.ssl.ClientAuth netty(ClientAuth auth) {
    return switch (auth) {
      case NONE -> io.netty.handler.ssl.ClientAuth.NONE;
      case OPTIONAL -> io.netty.handler.ssl.ClientAuth.OPTIONAL;
      case REQUIRED -> io.netty.handler.ssl.ClientAuth.REQUIRE;
    };
  }

  /**
   * A session is resumed only where the same names stand for the same trust: neither at another virtual
   * host (RFC 6066 §3), nor after an authority was taken away or a list has revoked somebody.
   */
  private static byte[] sessionScope(
      LoadedCertificate certificate, Tls tls, TrustFiles.@Nullable LoadedTrust trust) {
    String scope = "%s %s %s"
        .formatted(certificate.names(), tls.clientAuth(), trust == null ? "" : trust.digest());
    return HexFormat.of().parseHex(TrustRules.sha256(scope.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * A handler for one connection. It does not read or write before it is in a pipeline.
   *
   * @param alloc the connection's
   * @param tasks runs what is slow in a handshake, and the trust's judgement
   * @return the handler; null when the snapshot that this belongs to has been closed since: take the newer
   */
  public @Nullable SslHandler newHandler(ByteBufAllocator alloc, Executor tasks) {
    if (!Contexts.retain(context)) {
      return null;
    }
    try {
      SslHandler handler = context.newHandler(alloc, tasks);
      try {
        configure(handler.engine());
      } catch (RuntimeException e) {
        ReferenceCountUtil.release(handler.engine());
        throw e;
      }
      handler.setHandshakeTimeout(tls.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
      return handler;
    } finally {
      Contexts.release(context);
    }
  }

  private void configure(SSLEngine engine) {
    boolean clientPrefers = tls.ciphers().isEmpty();
    if (!isNative) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setUseCipherSuitesOrder(!clientPrefers);
      FullHandshake.watch(parameters);
      JdkGroups.restrict(parameters);
      engine.setSSLParameters(parameters);
      return;
    }
    if (clientPrefers) {
      NativeTls.clientPrefers(engine);
    }
    if (!tls.sessionTickets()) {
      NativeTls.noTickets(engine);
    }
    byte[] ocsp = certificate.ocsp();
    if (ocsp != null) {
      ((ReferenceCountedOpenSslEngine) engine).setOcspResponse(ocsp);
    }
  }

  /** The certificate that clients are shown. */
  public X509Certificate leaf() {
    return certificate.leaf();
  }

  LoadedCertificate certificate() {
    return certificate;
  }

  /** Whether this is BoringSSL's and not the JDK's. */
  boolean isNative() {
    return isNative;
  }

  void use(TicketKeys keys) {
    if (isNative && tls.sessionTickets() && Contexts.retain(context)) {
      try {
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
          sessions.setTicketKeys(keys.forOpenSsl());
        }
      } finally {
        Contexts.release(context);
      }
    }
  }

  void close() {
    Contexts.release(context);
  }
}
