package dev.fairlead.internal.control;

import dev.fairlead.config.Binding;
import dev.fairlead.config.Frontend;
import dev.fairlead.event.Event;
import dev.fairlead.internal.count.Tallies;
import dev.fairlead.internal.edge.Gate;
import dev.fairlead.internal.edge.Reception;
import dev.fairlead.internal.net.Listener;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Protocol;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Stats;
import io.netty.channel.Channel;
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
final class FrontendRuntime implements Reception {
  private final Frontend config;
  private final Engine engine;
  private final ChannelGroup clients;
  private final ChannelGroup upstreams;
  private final CoreGateway gateway;
  private final Protocol protocol;
  private final Listener listener;
  private final List<Gate> gates;
  private final Certificates certificates;
  private volatile List<SocketAddress> addresses = List.of();
  private @Nullable CompletableFuture<Void> stopped;

  /** @param gates what stands before the protocol at each binding, in the order of the bindings */
  FrontendRuntime(
      Frontend config, Engine engine, Map<String, BackendRuntime> backends, List<Gate> gates) {
    this.config = config;
    this.engine = engine;
    this.gates = gates;
    this.certificates = new Certificates(config.name(), engine, gates);
    this.clients = new DefaultChannelGroup(engine.control().eventLoop(), true);
    this.upstreams = new DefaultChannelGroup(engine.control().eventLoop(), true);
    this.gateway = new CoreGateway(config, engine, backends, upstreams);
    this.protocol = config.protocol(gateway);
    this.listener = new Listener(
        engine.loops(),
        config.settings().maxConnections(),
        this,
        reason -> engine.announcer().tell(new Event.AcceptPaused(config.name(), reason)),
        () -> engine.announcer().tell(new Event.AcceptResumed(config.name())));
  }

  @Override
  public long arrived(Channel client) {
    clients.add(client);
    count(client, Counter.SESSIONS);
    return engine.nextSession();
  }

  /** A protocol that throws on a new connection costs that connection. */
  @Override
  public void admit(Connection connection) {
    try {
      protocol.accepted(connection);
    } catch (Throwable e) {
      failed("protocol", protocol, e);
      connection.channel().close();
    }
  }

  @Override
  public @Nullable Reception handOver(Connection connection, String frontend) {
    FrontendRuntime other = engine.frontends().get(frontend);
    if (other == null || !other.listener.join()) {
      return null;
    }
    other.clients.add(connection.channel());
    other.count(connection.channel(), Counter.SESSIONS);
    clients.remove(connection.channel());
    listener.left();
    return other;
  }

  @Override
  public void refused(Connection connection, Reason reason, String text) {
    if (gateway.observed()) {
      gateway.report(new Event.ConnectionRefused(
          config.name(),
          connection.number(),
          connection.client(),
          engine.instant(connection.acceptedNanos()),
          reason,
          text));
    }
  }

  @Override
  public void failed(String role, Object component, Throwable failure) {
    engine.announcer().failed(role, component, config.name(), failure);
  }

  @Override
  public void count(Channel client, Counter counter) {
    gateway.counting(client.eventLoop()).add(counter, 1);
  }

  @Override
  public void left() {
    listener.left();
  }

  Frontend config() {
    return config;
  }

  List<SocketAddress> addresses() {
    return addresses;
  }

  Certificates certificates() {
    return certificates;
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
    List<Binding> bindings = config.settings().bindings();
    for (int i = 0; i < bindings.size(); i++) {
      Binding binding = bindings.get(i);
      Gate gate = gates.get(i);
      done = done.thenCompose(d -> onControl(listener.bind(binding, gate)))
          .handle((address, failure) -> {
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
        certificates.start();
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
    try {
      protocol.drain();
    } catch (Throwable e) {
      failed("protocol", protocol, e);
    }
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
      certificates.close();
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
