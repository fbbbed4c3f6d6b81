package dev.fairlead.internal.control;

import dev.fairlead.config.Server;
import dev.fairlead.internal.net.Destination;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Looks up many names at once, and tells of all that are unknown in one message. */
final class Destinations {
  private Destinations() {}

  static CompletableFuture<Void> resolve(
      String backend, IdentityHashMap<Server, Destination> all, EventLoop loop) {
    Queue<String> unknown = new ConcurrentLinkedQueue<>();
    CompletableFuture<?>[] lookups = all.entrySet().stream()
        .map(e -> e.getValue().resolve(loop).toCompletableFuture().handle((known, failure) -> {
          if (failure != null && !e.getKey().resolvesLater()) {
            unknown.add(e.getKey().name() + " at " + e.getKey().address());
          }
          return failure == null;
        }))
        .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(lookups).thenRun(() -> {
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException(
            "backend '%s': unknown host: %s (expected: a name that resolves, or resolveLater())"
                .formatted(backend, List.copyOf(unknown)));
      }
    });
  }
}
