package dev.fairlead.internal.control;

import dev.fairlead.config.Backend;
import dev.fairlead.internal.net.Connector;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Who watches the servers of one backend. On the control loop only. */
final class Monitors {
  private final BackendRuntime backend;
  private final ControlLoop control;
  private final Announcer announcer;
  private final ChannelGroup channels;
  private final Connector connector;
  private final SplittableRandom random;

  /** By the server's id, then by source. */
  private final Map<Integer, Map<String, Watch>> watches = new HashMap<>();

  /** What the watches of a monitor have in common. */
  private final IdentityHashMap<HealthMonitor, Object> shared = new IdentityHashMap<>();

  /** What a monitor was given, and what it gave. */
  private record Watch(HealthMonitor monitor, WatchedServer server, AutoCloseable running) {}

  Monitors(BackendRuntime backend, ControlLoop control, Announcer announcer) {
    this.backend = backend;
    this.control = control;
    this.announcer = announcer;
    this.channels = new DefaultChannelGroup(control.eventLoop());
    this.connector = new Connector(channels);
    this.random = new SplittableRandom(
        31 * backend.engine().seed() + backend.config().name().hashCode());
  }

  /** The sources that watch a server, the disabled ones included. */
  static Map<String, HealthMonitor> of(ServerState server, Backend backend) {
    Map<String, HealthMonitor> monitors = new LinkedHashMap<>(backend.monitors());
    HealthMonitor own = server.config().healthCheck();
    if (own != null) {
      monitors.put(Backend.CHECK, own);
    } else if (server.config().track() != null) {
      monitors.remove(Backend.CHECK);
    }
    return monitors;
  }

  void watch(ServerState server) {
    Map<String, Watch> started = new LinkedHashMap<>();
    watches.put(server.id(), started);
    of(server, backend.config()).forEach((source, monitor) -> {
      if (!server.wish().disabled().contains(source)) {
        begin(server, source, monitor, started);
      }
    });
  }

  /** Ends and begins watches as the operator and the configuration want it. */
  void adapt(ServerState server) {
    Map<String, Watch> running = watches.get(server.id());
    if (running == null) {
      return;
    }
    for (String source : server.wish().disabled()) {
      Watch ended = running.remove(source);
      if (ended != null) {
        end(ended);
      }
    }
    Map<String, HealthMonitor> wanted = of(server, backend.config());
    for (String source : List.copyOf(running.keySet())) {
      Watch unwanted = wanted.containsKey(source) ? null : running.remove(source);
      if (unwanted != null) {
        end(unwanted);
        backend.change(List.of(new Change.Report(server.name(), server.id(), source, null)));
      }
    }
    wanted.forEach((source, monitor) -> {
      Watch present = running.get(source);
      if (present != null && !present.monitor().equals(monitor)) {
        running.remove(source);
        end(present); // what it has said stands until the new one speaks
      }
      if (!running.containsKey(source) && !server.wish().disabled().contains(source)) {
        begin(server, source, monitor, running);
      }
    });
  }

  private void begin(
      ServerState server, String source, HealthMonitor monitor, Map<String, Watch> into) {
    WatchedServer watched =
        new WatchedServer(this, backend, server, source, monitor, random.split());
    AutoCloseable running = () -> {};
    into.put(source, new Watch(monitor, watched, running));
    try {
      running = Objects.requireNonNull(monitor.watch(watched), "watch");
    } catch (Throwable e) {
      watched.failed("monitor", monitor, e);
    }
    into.put(source, new Watch(monitor, watched, running));
  }

  void unwatch(int id) {
    Map<String, Watch> watching = watches.remove(id);
    if (watching != null) {
      watching.values().forEach(this::end);
    }
  }

  void close() {
    List.copyOf(watches.keySet()).forEach(this::unwatch);
    channels.close();
  }

  private void end(Watch watch) {
    watch.server().close();
    try {
      watch.running().close();
    } catch (Throwable e) {
      announcer.failed("monitor", watch.running(), backend.config().name(), e);
    }
  }

  Connector connector() {
    return connector;
  }

  ControlLoop control() {
    return control;
  }

  Announcer announcer() {
    return announcer;
  }

  /** The one object of a monitor that all its watches share. */
  Object shared(HealthMonitor monitor, Supplier<?> first) {
    return shared.computeIfAbsent(monitor, m -> Objects.requireNonNull(first.get(), "shared"));
  }
}
