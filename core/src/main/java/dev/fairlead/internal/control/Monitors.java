package dev.fairlead.internal.control;

import dev.fairlead.config.Backend;
import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.net.Connector;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.Finding;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Who watches the servers of one backend. On the control loop only. */
final class Monitors {
  private final BackendRuntime backend;
  private final ControlLoop control;
  private final Announcer announcer;
  private final ChannelGroup channels;
  private final Connector connector;
  private final SplittableRandom random;
  private final Map<Integer, List<AutoCloseable>> watches = new HashMap<>();

  Monitors(BackendRuntime backend, ControlLoop control, Announcer announcer) {
    this.backend = backend;
    this.control = control;
    this.announcer = announcer;
    this.channels = new DefaultChannelGroup(control.eventLoop());
    this.connector = new Connector(channels);
    this.random = new SplittableRandom(backend.config().name().hashCode());
  }

  void watch(ServerState server) {
    Map<String, HealthMonitor> monitors = new LinkedHashMap<>(backend.config().monitors());
    HealthMonitor own = server.config().healthCheck();
    if (own != null) {
      monitors.put(Backend.CHECK, own);
    }
    List<AutoCloseable> started = new ArrayList<>();
    watches.put(server.id(), started);
    monitors.forEach((source, monitor) -> {
      View view = new View(server, source, backend.live(server));
      started.add(view);
      try {
        started.add(Objects.requireNonNull(monitor.watch(view), "watch"));
      } catch (Throwable e) {
        view.failed("monitor", monitor, e);
      }
    });
  }

  void unwatch(int id) {
    List<AutoCloseable> watching = watches.remove(id);
    if (watching != null) {
      watching.forEach(this::end);
    }
  }

  void close() {
    List.copyOf(watches.keySet()).forEach(this::unwatch);
    channels.close();
  }

  private void end(AutoCloseable watch) {
    try {
      watch.close();
    } catch (Throwable e) {
      announcer.failed("monitor", watch, backend.config().name(), e);
    }
  }

  /** A server as one of its monitors sees it. */
  private final class View implements Watched, AutoCloseable {
    private final ServerState server;
    private final String source;
    private final LiveServer live;
    private final RandomGenerator chance = random.split();
    private volatile boolean closed;

    View(ServerState server, String source, LiveServer live) {
      this.server = server;
      this.source = source;
      this.live = live;
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
    public EventLoop loop() {
      return control.eventLoop();
    }

    @Override
    public RandomGenerator random() {
      return chance;
    }

    @Override
    public Future<Channel> connect(ChannelHandler handler, ConnectOptions options) {
      return connector.connect(
          loop(),
          destination(options),
          options.timeout().toNanos(),
          new Connector.Purpose(null, true, handler));
    }

    private Destination destination(ConnectOptions options) {
      SocketAddress other = options.address();
      if (other != null) {
        return others.computeIfAbsent(
            other, a -> new Destination(a, backend.engine().names()));
      }
      return options.port() > 0 && address() instanceof InetSocketAddress
          ? ports.computeIfAbsent(options.port(), live.destination()::at)
          : live.destination();
    }

    private final Map<SocketAddress, Destination> others = new HashMap<>();
    private final Map<Integer, Destination> ports = new HashMap<>();

    @Override
    public void report(Finding finding) {
      if (!closed) {
        backend.change(List.of(new Change.Report(server.name(), server.id(), source, finding)));
      }
    }

    @Override
    public AutoCloseable onOutcome(OutcomeListener listener) {
      live.outcomeListeners().add(listener);
      return () -> live.outcomeListeners().remove(listener);
    }

    @Override
    public void failed(String role, Object component, Throwable failure) {
      announcer.failed(role, component, backend() + "/" + name(), failure);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
