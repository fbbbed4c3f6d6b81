package dev.fairlead.internal.control;

import dev.fairlead.config.Binding;
import dev.fairlead.config.Frontend;
import dev.fairlead.event.Event;
import dev.fairlead.internal.count.Tallies;
import dev.fairlead.internal.net.Listener;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Protocol;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Stats;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A frontend from opening to its last connection's end. */
final class FrontendRuntime {
  private final Frontend config;
  private final Engine engine;
  private final ChannelGroup clients;
  private final ChannelGroup upstreams;
  private final CoreGateway gateway;
  private final Protocol protocol;
  private final Listener listener;
  private volatile List<SocketAddress> addresses = List.of();
  private @Nullable CompletableFuture<Void> stopped;

  FrontendRuntime(Frontend config, Engine engine, Map<String, BackendRuntime> backends) {
    this.config = config;
    this.engine = engine;
    this.clients = new DefaultChannelGroup(engine.control().eventLoop(), true);
    this.upstreams = new DefaultChannelGroup(engine.control().eventLoop(), true);
    this.gateway = new CoreGateway(config, engine, backends, upstreams);
    this.protocol = guarded(config.protocol(gateway));
    this.listener = new Listener(
        engine.loops(),
        config.settings().maxConnections(),
        protocol,
        clients,
        gateway.tallies(),
        engine::nextSession,
        reason -> engine.announcer().tell(new Event.AcceptPaused(config.name(), reason)),
        () -> engine.announcer().tell(new Event.AcceptResumed(config.name())));
  }

  /** A protocol that throws on a new connection costs that connection. */
  private Protocol guarded(Protocol real) {
    return new Protocol() {
      @Override
      public void accepted(Connection client) {
        try {
          real.accepted(client);
        } catch (Throwable e) {
          engine.announcer().failed("protocol", real, config.name(), e);
          client.channel().close();
        }
      }

      @Override
      public void drain() {
        try {
          real.drain();
        } catch (Throwable e) {
          engine.announcer().failed("protocol", real, config.name(), e);
        }
      }
    };
  }

  Frontend config() {
    return config;
  }

  List<SocketAddress> addresses() {
    return addresses;
  }

  int open() {
    return listener.open();
  }

  Stats stats() {
    return Tallies.sum(List.of(gateway.tallies()), listener.open(), 0);
  }

  long count(Counter counter) {
    return gateway.tallies().count(counter);
  }

  /** Listens on all bindings. Fails with what went wrong on each of them; then it listens on none. */
  CompletableFuture<Void> listen() {
    List<SocketAddress> bound = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (Binding binding : config.settings().bindings()) {
      done = done.thenCompose(d -> onControl(listener.bind(binding))).handle((address, failure) -> {
        if (failure == null) {
          bound.add(address);
        } else {
          problems.add("cannot listen on %s: %s"
              .formatted(binding.address(), Failures.root(failure).getMessage()));
        }
        return null;
      });
    }
    return done.thenCompose(d -> {
      addresses = List.copyOf(bound);
      if (problems.isEmpty()) {
        engine.announcer().tell(new Event.FrontendOpened(config.name(), addresses));
        return CompletableFuture.<Void>completedFuture(null);
      }
      return onControl(listener.close())
          .thenCompose(closed -> CompletableFuture.<Void>failedFuture(new IllegalStateException(
              "frontend '%s': %s".formatted(config.name(), String.join("; ", problems)))));
    });
  }

  /** Stops listening; a second call waits for the first. On the control loop. */
  CompletableFuture<Void> stopListening() {
    CompletableFuture<Void> first = stopped;
    if (first == null) {
      first = onControl(listener.close())
          .thenAccept(closed -> engine.announcer().tell(new Event.FrontendClosed(config.name())));
      stopped = first;
    }
    return first;
  }

  void drain() {
    protocol.drain();
  }

  /** Waits until the last connection has ended; ends those that are left when the grace is over. */
  CompletableFuture<Void> whenEmpty(Duration grace) {
    CompletableFuture<Void> empty = new CompletableFuture<>();
    listener.whenEmpty(() -> engine.control().call(() -> empty.complete(null)));
    Future<?> timer = engine
        .control()
        .eventLoop()
        .schedule(() -> clients.close(), grace.toNanos(), TimeUnit.NANOSECONDS);
    return empty.thenCompose(d -> {
      timer.cancel(false);
      gateway.close();
      return onControl(upstreams.close()).thenAccept(closed -> {});
    });
  }

  private <T> CompletableFuture<T> onControl(Future<T> future) {
    CompletableFuture<T> result = new CompletableFuture<>();
    future.addListener((Future<T> f) -> engine
        .control()
        .call(() ->
            f.isSuccess() ? result.complete(f.getNow()) : result.completeExceptionally(f.cause())));
    return result;
  }
}
