package dev.fairlead.internal.edge;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.internal.tls.FileState;
import dev.fairlead.internal.tls.ServerTlsContext;
import dev.fairlead.internal.tls.ServerTlsContexts;
import dev.fairlead.internal.tls.TicketKeys;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one binding as it is now: its certificates change while connections come, and a connection has
 * those of one moment. Handlers come from any loop; all that changes it blocks, and is done by one thread
 * at a time.
 */
public final class ServedTls implements AutoCloseable {
  /**
   * What one client gets.
   *
   * @param handler does its handshake
   * @param certificate that it is shown
   */
  record Served(SslHandler handler, X509Certificate certificate) {}

  private final List<String> alpn;
  private final Executor tasks;
  private volatile Tls config;
  private volatile ServerTlsContexts contexts;
  private final FileState filesAtStart;
  private TicketKeys keys = TicketKeys.generate();

  /**
   * Reads the certificates.
   *
   * @param alpn what the frontend speaks, where the configuration does not say
   * @param tasks does what is slow in a handshake
   * @throws RuntimeException naming field, file and reason
   */
  public ServedTls(Tls config, List<String> alpn, Executor tasks, Instant now) {
    this.alpn = alpn;
    this.tasks = tasks;
    this.config = config;
    this.filesAtStart = FileState.of(config);
    this.contexts = ServerTlsContexts.of(config, alpn, keys, now);
  }

  /** What the files held just before they were read first: no change since then is missed. */
  public FileState filesAtStart() {
    return filesAtStart;
  }

  public Tls config() {
    return config;
  }

  /** For what is slow in one handshake. */
  HandshakeTasks newTasks() {
    return new HandshakeTasks(tasks);
  }

  /** The handler for a client; null when no certificate is for the name that it asked for. */
  @Nullable
  Served handler(ByteBufAllocator alloc, ClientHello.Hello hello, HandshakeTasks own) {
    while (true) {
      ServerTlsContexts now = contexts;
      ServerTlsContext context = now.pick(hello.sni(), hello.ecdsa());
      if (context == null) {
        return null;
      }
      SslHandler handler = context.newHandler(alloc, own);
      if (handler != null) {
        return new Served(handler, context.leaf());
      } else if (now == contexts) { // not replaced just now, so given up
        throw new IllegalStateException("closed");
      }
    }
  }

  /** When each certificate ends. */
  public List<ServerTlsContexts.Expiry> expiries() {
    return contexts.expiries();
  }

  /**
   * Reads certificates, without using them yet.
   *
   * @throws RuntimeException naming field, file and reason
   */
  public Next read(List<TlsCertificate> certificates, Instant now) {
    Tls next = config.certificates(certificates);
    return new Next(next, ServerTlsContexts.of(next, alpn, keys, now));
  }

  /** Certificates that were read, to be used or given up. */
  public final class Next {
    private final Tls nextConfig;
    private final ServerTlsContexts nextContexts;

    private Next(Tls nextConfig, ServerTlsContexts nextContexts) {
      this.nextConfig = nextConfig;
      this.nextContexts = nextContexts;
    }

    /** Connections that come from now on get these. */
    public void use() {
      ServerTlsContexts before = contexts;
      contexts = nextContexts;
      config = nextConfig;
      before.close();
    }

    public void giveUp() {
      nextContexts.close();
    }
  }

  /** A new key for session tickets; those of the key before are still understood. */
  public void rotateTicketKeys() {
    keys = keys.rotated();
    contexts.use(keys);
  }

  @Override
  public void close() {
    contexts.close();
  }
}
