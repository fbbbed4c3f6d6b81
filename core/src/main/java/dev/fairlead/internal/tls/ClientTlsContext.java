package dev.fairlead.internal.tls;

import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsTrust;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards servers of one configuration, ready for handshakes, with the sessions that can be resumed.
 * Thread-safe; building and reloading block.
 */
public final class ClientTlsContext implements AutoCloseable {
  private static final Pattern LABEL = Pattern.compile("[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  private final ServerTls config;
  /** For the port where no session may be found: each connection has one of its own. */
  private final AtomicInteger unique = new AtomicInteger();

  private volatile AlpnContexts contexts;

  private ClientTlsContext(ServerTls config, AlpnContexts contexts) {
    this.config = config;
    this.contexts = contexts;
  }

  /**
   * Reads and checks all that a configuration names.
   *
   * @param now for the dates of certificates
   * @throws TlsMaterialException with field, file and reason for the first that is wrong
   */
  public static ClientTlsContext of(ServerTls config, Instant now) {
    return new ClientTlsContext(config, build(config, now));
  }

  private static AlpnContexts build(ServerTls config, Instant now) {
    TlsCertificate wanted = config.certificate();
    LoadedCertificate own = wanted == null ? null : CertificateFiles.load(wanted, now);
    SslProvider provider = Contexts.provider(config.provider(), own);
    TrustManager trust =
        config.verifies() ? TrustFiles.load("trust", config.trust()).manager() : new Unverified();
    return AlpnContexts.of(config.alpn(), alpn -> build(config, provider, own, trust, alpn));
  }

  private static SslContext build(
      ServerTls config,
      SslProvider provider,
      @Nullable LoadedCertificate own,
      TrustManager trust,
      List<String> alpn) {
    boolean pinned = config.trust().form() == TlsTrust.Form.PINNED;
    SslContextBuilder builder = Contexts.offering(
        SslContextBuilder.forClient(),
        provider,
        config.minVersion(),
        config.maxVersion(),
        config.ciphers(),
        alpn);
    builder
        .trustManager(trust)
        .endpointIdentificationAlgorithm(config.verifies() && !pinned ? "HTTPS" : null)
        .sessionCacheSize(config.sessionReuse() ? 0 : 1);
    if (own != null) {
      Contexts.withKey(builder, provider, own);
    }
    return Contexts.build(builder, "serverTls", config);
  }

  /** {@return the configuration} */
  public ServerTls config() {
    return config;
  }

  /**
   * Reads everything again, without using it yet.
   *
   * @throws TlsMaterialException when something is wrong; all stays as it was
   */
  public Next read(Instant now) {
    return new Next(build(config, now));
  }

  /** What was read, to be used or given up. */
  public final class Next {
    private final AlpnContexts read;

    private Next(AlpnContexts read) {
      this.read = read;
    }

    /** For connections from now on; sessions of before are not resumed. */
    public void use() {
      AlpnContexts before = contexts;
      contexts = read;
      before.release();
    }

    public void giveUp() {
      read.release();
    }
  }

  /**
   * A handler for one connection.
   *
   * @param alloc the connection's
   * @param tasks runs what is slow in a handshake, and the trust's judgement
   * @param host the server's configured host, a name or an address
   * @param port the server's
   * @param requestHost the host that the request names, without a port; null when there is none
   * @param protocol the only one of several in ALPN that is offered; null for all
   */
  public SslHandler newHandler(
      ByteBufAllocator alloc,
      Executor tasks,
      String host,
      int port,
      @Nullable String requestHost,
      @Nullable String protocol) {
    SslContext current = contexts.offering(protocol);
    while (!Contexts.retain(current)) {
      SslContext newer = contexts.offering(protocol);
      if (newer == current) {
        throw new IllegalStateException("closed");
      }
      current = newer;
    }
    try {
      String name = name(host, requestHost);
      int key = config.sessionReuse() ? port : unique.incrementAndGet() & Integer.MAX_VALUE;
      SslHandler handler = current.newHandler(alloc, name, key, tasks);
      try {
        configure(handler.engine(), name);
      } catch (RuntimeException e) {
        ReferenceCountUtil.release(handler.engine());
        throw e;
      }
      handler.setHandshakeTimeout(config.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
      return handler;
    } finally {
      Contexts.release(current);
    }
  }

  /** The name to ask for and to verify. */
  private String name(String host, @Nullable String requestHost) {
    String set = config.serverName();
    String name =
        set != null ? set : config.sniFromHost() && requestHost != null ? requestHost : host;
    if (name.startsWith("[") && name.endsWith("]")) {
      return name.substring(1, name.length() - 1);
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static void configure(SSLEngine engine, String name) {
    // Both engines send names with a dot by themselves, and those only.
    boolean lonely = LABEL.matcher(name).matches();
    if (engine instanceof ReferenceCountedOpenSslEngine) {
      if (lonely) {
        NativeTls.askFor(engine, name);
      }
      return;
    }
    SSLParameters parameters = engine.getSSLParameters();
    if (lonely) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    FullHandshake.watch(parameters);
    JdkGroups.restrict(parameters);
    engine.setSSLParameters(parameters);
  }

  /** Gives up what belongs to it; connections that use it keep what they need. Once. */
  @Override
  public void close() {
    contexts.release();
  }
}
