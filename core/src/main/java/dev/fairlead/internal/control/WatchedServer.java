package dev.fairlead.internal.control;

import dev.fairlead.event.Event;
import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.net.Connector;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.CheckCode;
import dev.fairlead.status.CheckResult;
import dev.fairlead.status.Finding;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A server as one of its monitors sees it. */
final class WatchedServer implements Watched, AutoCloseable {
  private final Monitors monitors;
  private final BackendRuntime backend;
  private final ServerState server;
  private final String source;
  private final HealthMonitor monitor;
  private final LiveServer live;
  private final RandomGenerator random;
  private final WatchedDestinations destinations;
  private volatile boolean closed;

  WatchedServer(
      Monitors monitors,
      BackendRuntime backend,
      ServerState server,
      String source,
      HealthMonitor monitor,
      RandomGenerator random) {
    this.monitors = monitors;
    this.backend = backend;
    this.server = server;
    this.source = source;
    this.monitor = monitor;
    this.live = backend.live(server);
    this.random = random;
    this.destinations = new WatchedDestinations(
        backend.config().name(), server.config(), live.destination(), backend.engine());
  }

  @Override
  public String name() {
    return server.name();
  }

  @Override
  public String backend() {
    return backend.config().name();
  }

  @Override
  public SocketAddress address() {
    return server.config().address();
  }

  @Override
  public Map<String, String> tags() {
    return server.config().tags();
  }

  @Override
  public int weight() {
    return server.config().weight();
  }

  @Override
  public int inFlight() {
    return live.inFlight();
  }

  @Override
  public EventLoop loop() {
    return monitors.control().eventLoop();
  }

  @Override
  public Instant now() {
    return backend.engine().now();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Future<Channel> connect(ChannelHandler handler, ConnectOptions options) {
    return connect(new Connector.Purpose(true, handler), options);
  }

  @Override
  public Future<Channel> connectDatagram(ChannelHandler handler, ConnectOptions options) {
    return connect(Connector.Purpose.datagrams(handler), options);
  }

  private Future<Channel> connect(Connector.Purpose purpose, ConnectOptions options) {
    Future<Destination> to = destinations.of(options);
    if (to.isSuccess()) {
      return connect(to.getNow(), purpose, options.timeout().toNanos());
    }
    long deadline = loop().ticker().nanoTime() + options.timeout().toNanos();
    Promise<Channel> connected = loop().newPromise();
    to.addListener(found -> {
      if (!to.isSuccess()) {
        connected.tryFailure(to.cause());
      } else if (!connected.isDone()) {
        long left = Math.max(1, deadline - loop().ticker().nanoTime());
        PromiseNotifier.cascade(connect(to.getNow(), purpose, left), connected);
      }
    });
    return connected;
  }

  private Future<Channel> connect(Destination to, Connector.Purpose purpose, long nanos) {
    return monitors.connector().connect(loop(), to, nanos, purpose);
  }

  @Override
  public void report(Finding finding) {
    if (!closed) {
      backend.change(List.of(new Change.Report(server.name(), server.id(), source, finding)));
    }
  }

  @Override
  public void checked(CheckCode code, String text, Duration took) {
    if (closed) {
      return;
    }
    CheckResult result = new CheckResult(code, text, took, backend.engine().now());
    live.history(Histories.after(live.history(), source, result));
    for (LiveServer.CheckSubscription subscription : live.checkListeners()) {
      if (!subscription.source().equals(source)) {
        try {
          subscription.listener().checked(source, result);
        } catch (Throwable e) { // whatever it is, the check that tells it goes on
          failed("check listener", subscription.listener(), e);
        }
      }
    }
  }

  @Override
  public void warned(String warning) {
    if (!closed) {
      monitors.announcer().tell(new Event.CheckWarned(backend(), name(), source, warning));
    }
  }

  @Override
  public AutoCloseable onChecked(CheckListener listener) {
    LiveServer.CheckSubscription subscription = new LiveServer.CheckSubscription(source, listener);
    live.checkListeners().add(subscription);
    return () -> live.checkListeners().remove(subscription);
  }

  @Override
  public <T> T shared(Supplier<T> first) {
    @SuppressWarnings("unchecked") // one monitor asks with one type
    T common = (T) monitors.shared(monitor, first);
    return common;
  }

  @Override
  public Optional<Finding> restored() {
    return Optional.ofNullable(
        server.findings().get(source)); // nobody else can have said it before
  }

  @Override
  public AutoCloseable onOutcome(OutcomeListener listener) {
    live.outcomeListeners().add(listener);
    return () -> live.outcomeListeners().remove(listener);
  }

  @Override
  public void failed(String role, Object component, Throwable failure) {
    monitors.announcer().failed(role, component, backend() + "/" + name(), failure);
  }

  @Override
  public void close() {
    closed = true;
    destinations.close();
  }
}
