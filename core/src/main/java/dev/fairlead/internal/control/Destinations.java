package dev.fairlead.internal.control;

import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.internal.edge.ServerEdge;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.internal.tls.ClientTlsContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how servers are reached: looks up their names and reads what their TLS needs, all at once and
 * in the background, and tells of all that is wrong in one message.
 */
final class Destinations {
  private Destinations() {}

  static CompletableFuture<IdentityHashMap<Server, Destination>> of(
      String backend, Collection<Server> servers, Engine engine) {
    IdentityHashMap<Server, Destination> found = new IdentityHashMap<>();
    servers.forEach(s -> found.put(s, new Destination(s.address(), engine.names())));
    Instant now = engine.now();
    Queue<String> unknown = new ConcurrentLinkedQueue<>();
    Queue<String> problems = new ConcurrentLinkedQueue<>();
    CompletableFuture<?>[] looked = found.entrySet().stream()
        .flatMap(e -> {
          Server server = e.getKey();
          return List.of(
              resolve(server, e.getValue(), unknown, engine),
              prepare(backend, server, e.getValue(), now, engine)
                  .exceptionally(failure ->
                      problems.add(server.name() + ": " + Failures.root(failure).getMessage())))
              .stream();
        })
        .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(looked).thenApply(d -> {
      if (!unknown.isEmpty()) {
        problems.add("unknown host: %s (expected: a name that resolves, or resolveLater())"
            .formatted(List.copyOf(unknown)));
      }
      if (!problems.isEmpty()) {
        found.values().forEach(destination -> release(destination, engine));
        throw new IllegalArgumentException(
            "backend '%s': %s".formatted(backend, String.join("; ", problems)));
      }
      return found;
    });
  }

  private static CompletableFuture<Boolean> resolve(
      Server server, Destination destination, Queue<String> unknown, Engine engine) {
    CompletionStage<Void> known = destination.resolve(engine.control().eventLoop());
    return known
        .handle((d, failure) -> {
          if (failure != null && !server.resolvesLater()) {
            unknown.add(server.name() + " at " + server.address());
          }
          return failure == null;
        })
        .toCompletableFuture();
  }

  /** Only reading what TLS needs may block. */
  private static CompletableFuture<Boolean> prepare(
      String backend, Server server, Destination destination, Instant now, Engine engine) {
    ServerTls tls = server.tls();
    if (tls == null) {
      destination.edge(edge(server.address(), server.sendProxy(), null, engine));
      return CompletableFuture.completedFuture(true);
    }
    return engine.serverTls().use(backend, tls, now).thenApply(context -> {
      destination.edge(edge(server.address(), server.sendProxy(), context, engine));
      return true;
    });
  }

  /** Nobody will connect there any more. Once. */
  static void release(Destination destination, Engine engine) {
    ClientTlsContext tls = destination.edge().tls();
    if (tls != null) {
      engine.serverTls().release(() -> tls);
    }
  }

  /** What connections to an address begin with. */
  static ServerEdge edge(
      SocketAddress address,
      @Nullable SendProxy proxy,
      @Nullable ClientTlsContext tls,
      Engine engine) {
    if (tls == null && proxy == null) {
      return ServerEdge.NONE;
    }
    String host = address instanceof InetSocketAddress inet ? inet.getHostString() : "";
    return new ServerEdge(proxy, tls, host, engine.handshakes());
  }
}
