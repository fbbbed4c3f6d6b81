package dev.fairlead.internal.control;

import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.internal.edge.ServerEdge;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.internal.tls.ClientTlsContext;
import dev.fairlead.internal.tls.TlsMaterialException;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.Reason;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Where the connections of one watch go, and what they begin with: the server's own destination, or others
 * for options that differ. TLS of others is read in the background when it is first needed, and given back
 * when the watch ends. On the control loop only.
 */
final class WatchedDestinations implements AutoCloseable {
  private final String backend;
  private final Server server;
  private final Destination own;
  private final Engine engine;
  private final Map<Where, Other> others = new HashMap<>();

  WatchedDestinations(String backend, Server server, Destination own, Engine engine) {
    this.backend = backend;
    this.server = server;
    this.own = own;
    this.engine = engine;
  }

  /** Options without the time-out. */
  private record Where(int port, @Nullable SocketAddress address, ConnectOptions.Edge edge) {
    private static final Where OF_SERVER = new Where(0, null, ConnectOptions.Edge.DEFAULT);
  }

  /** One that is not the server's own, as soon as its TLS is read. */
  private static final class Other {
    private final Promise<Destination> ready;
    /** Known where files are read, before anything that is to be done there later. */
    private volatile @Nullable ClientTlsContext tls;

    Other(EventLoop loop) {
      ready = loop.newPromise();
    }
  }

  /** Completes on the control loop; fails with an {@link EdgeException} when TLS cannot be read. */
  Future<Destination> of(ConnectOptions options) {
    Where where = new Where(options.port(), options.address(), options.edge());
    if (where.equals(Where.OF_SERVER)) {
      return loop().newSucceededFuture(own);
    }
    Other known = others.get(where);
    if (known != null && !(known.ready.isDone() && !known.ready.isSuccess())) {
      return known.ready;
    }
    boolean elsewhere = where.address() != null
        || (where.port() > 0 && server.address() instanceof InetSocketAddress);
    SendProxy proxy = proxy(where.edge(), elsewhere);
    ServerTls tls = tls(where.edge(), elsewhere);
    Other other = new Other(loop());
    others.put(where, other);
    prepare(other, destination(where), proxy, tls);
    return other.ready;
  }

  private void prepare(
      Other other, Destination destination, @Nullable SendProxy proxy, @Nullable ServerTls tls) {
    if (tls == null) {
      destination.edge(Destinations.edge(destination.configured(), proxy, null, engine));
      other.ready.setSuccess(destination);
      return;
    }
    engine
        .serverTls()
        .use(backend, tls, engine.now())
        .thenApply(context -> {
          other.tls = context;
          return Destinations.edge(destination.configured(), proxy, context, engine);
        })
        .whenComplete((edge, failure) -> finish(other, destination, edge, failure));
  }

  private void finish(
      Other other,
      Destination destination,
      @Nullable ServerEdge edge,
      @Nullable Throwable failure) {
    try {
      loop().execute(() -> {
        if (edge != null) {
          destination.edge(edge);
          other.ready.setSuccess(destination);
        } else {
          other.ready.setFailure(problem(failure));
        }
      });
    } catch (RejectedExecutionException e) {
      // the loop has ended, and who waited with it
    }
  }

  private static Throwable problem(@Nullable Throwable failure) {
    Throwable root = failure == null ? new IllegalStateException("no TLS") : Failures.root(failure);
    return root instanceof TlsMaterialException
        ? new EdgeException(Reason.TLS_FAILED, String.valueOf(root.getMessage()), root)
        : root;
  }

  private Destination destination(Where where) {
    SocketAddress address = where.address();
    if (address != null) {
      return new Destination(address, engine.names());
    }
    if (server.address() instanceof InetSocketAddress inet) {
      return own.at(where.port() > 0 ? where.port() : inet.getPort());
    }
    return new Destination(server.address(), engine.names());
  }

  private @Nullable SendProxy proxy(ConnectOptions.Edge edge, boolean elsewhere) {
    ConnectOptions.Proxy wanted = edge.proxy();
    if (wanted == null) {
      return elsewhere ? null : server.sendProxy();
    }
    if (wanted instanceof SendProxy header) {
      return header;
    }
    throw new IllegalArgumentException("proxy: %s (expected: SendProxy)".formatted(wanted));
  }

  private @Nullable ServerTls tls(ConnectOptions.Edge edge, boolean elsewhere) {
    ServerTls base = base(edge.tls(), elsewhere);
    if (base == null) {
      return null;
    }
    String sni = edge.sni();
    ServerTls named = sni == null ? base : base.serverName(sni);
    ServerTls offering =
        edge.alpn().isEmpty() ? named : named.alpn(edge.alpn().toArray(String[]::new));
    return edge.resumes() ? offering : offering.sessionReuse(false);
  }

  private @Nullable ServerTls base(ConnectOptions.@Nullable Tls wanted, boolean elsewhere) {
    if (wanted == null) {
      return elsewhere ? null : server.tls();
    }
    if (wanted == ConnectOptions.PLAIN) {
      return null;
    }
    if (wanted == ConnectOptions.OF_SERVER) {
      return server.tls();
    }
    if (wanted instanceof ServerTls settings) {
      return settings;
    }
    throw new IllegalArgumentException("tls: %s (expected: ServerTls)".formatted(wanted));
  }

  private EventLoop loop() {
    return engine.control().eventLoop();
  }

  /** Whatever is still being read then is given back after that: files are read in turn. */
  @Override
  public void close() {
    for (Other other : others.values()) {
      engine.serverTls().release(() -> other.tls);
    }
    others.clear();
  }
}
