package dev.fairlead.internal.control;

import dev.fairlead.config.Frontend;
import dev.fairlead.event.Event;
import dev.fairlead.internal.admission.Admission;
import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.admission.Room;
import dev.fairlead.internal.admission.SlotLease;
import dev.fairlead.internal.count.Tallies;
import dev.fairlead.internal.net.Connector;
import dev.fairlead.internal.net.Loops;
import dev.fairlead.internal.net.Relay;
import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Counting;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Lease;
import dev.fairlead.spi.Reachable;
import dev.fairlead.spi.Relaying;
import dev.fairlead.spi.Upstream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.util.concurrent.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The engine as the protocol of one opened frontend sees it. */
final class CoreGateway implements Gateway {
  private final Frontend frontend;
  private final Engine engine;
  private final Map<String, BackendRuntime> backends;
  private final Connector connector;
  private final Loops loops;
  private final Tallies tallies;
  private final List<Runnable> subscriptions = new CopyOnWriteArrayList<>();

  CoreGateway(
      Frontend frontend,
      Engine engine,
      Map<String, BackendRuntime> backends,
      ChannelGroup upstreamChannels) {
    this.frontend = frontend;
    this.engine = engine;
    this.backends = Map.copyOf(backends);
    this.connector = new Connector(upstreamChannels);
    this.loops = engine.loops();
    this.tallies = new Tallies(loops.count());
  }

  Tallies tallies() {
    return tallies;
  }

  @Override
  public String frontend() {
    return frontend.name();
  }

  @Override
  public Upstream upstream(String backend) {
    return runtime(backend).admission();
  }

  @Override
  public void onServerLeft(String backend, IntConsumer listener) {
    Admission admission = runtime(backend).admission();
    admission.onServerLeft(listener);
    subscriptions.add(() -> admission.forget(listener));
  }

  @Override
  public void onCrowded(String backend, EventLoop loop, IntPredicate closesIdle) {
    Admission admission = runtime(backend).admission();
    admission.onCrowded(loop, closesIdle);
    subscriptions.add(() -> admission.forgetCrowded(closesIdle));
  }

  /** The frontend has closed: whatever it subscribed to is forgotten. */
  void close() {
    subscriptions.forEach(Runnable::run);
    subscriptions.clear();
  }

  private BackendRuntime runtime(String backend) {
    BackendRuntime runtime = backends.get(backend);
    if (runtime == null) {
      throw new IllegalArgumentException(
          "backend: '%s' (expected: one of %s, which frontend '%s' names)"
              .formatted(backend, backends.keySet(), frontend.name()));
    }
    return runtime;
  }

  @Override
  public List<EventLoop> loops() {
    return loops.all();
  }

  @Override
  public Future<Channel> connect(Lease lease, Acquire request, ChannelHandler handler) {
    return connect(lease, new Connector.Purpose(request, null, handler));
  }

  @Override
  public Future<Channel> connect(
      Lease lease, Acquire request, String protocol, ChannelHandler handler) {
    return connect(lease, new Connector.Purpose(request, protocol, handler));
  }

  private Future<Channel> connect(Lease lease, Connector.Purpose purpose) {
    SlotLease slot = (SlotLease) lease;
    LiveServer live = slot.live();
    long timeout = runtime(lease.backend()).config().connectTimeout().toNanos();
    Room room = live.room();
    if (room == null) {
      return connector.connect(slot.loop(), live.destination(), timeout, purpose);
    }
    int limit = lease.server().limit();
    return new RoomedConnect(
            slot.loop(),
            room,
            timeout,
            left -> connector.connect(slot.loop(), live.destination(), left, purpose))
        .when(limit == 0 ? Integer.MAX_VALUE : limit, () -> slot.admission().makeRoom(live));
  }

  @Override
  public List<Reachable> reachable(String backend) {
    return EligibleServer.of(runtime(backend), connector);
  }

  @Override
  public @Nullable Object reuseKey(Lease lease, Acquire request) {
    return ((SlotLease) lease).live().destination().edge().reuseKey(request);
  }

  @Override
  public List<String> protocols(Lease lease) {
    return ((SlotLease) lease).live().destination().protocols();
  }

  @Override
  public void relay(Channel client, Channel server, Relaying relaying) {
    Relay.start(client, server, relaying);
  }

  @Override
  public Counting counting(EventLoop loop) {
    return tallies.at(loops.index(loop));
  }

  @Override
  public RandomGenerator random(EventLoop loop) {
    return loops.random(loops.index(loop));
  }

  @Override
  public boolean observed() {
    return engine.announcer().trafficWanted();
  }

  @Override
  public void report(Event.Traffic event) {
    engine.announcer().tell(event);
  }

  @Override
  public Event.Load load(@Nullable Lease lease) {
    int sessions = engine.openSessions();
    int own = engine.openSessions(frontend.name());
    if (!(lease instanceof SlotLease slot)) {
      return new Event.Load(sessions, own, 0, 0, 0, 0);
    }
    Admission admission = slot.admission();
    int inBackend = (int) runtime(admission.name()).inFlight();
    return new Event.Load(
        sessions, own, inBackend, slot.live().inFlight(), slot.serverQueue(), slot.backendQueue());
  }

  @Override
  public Instant instant(long nanoTime) {
    return engine.instant(nanoTime);
  }

  @Override
  public void failed(String role, Object component, Throwable failure) {
    engine.announcer().failed(role, component, frontend.name(), failure);
  }
}
