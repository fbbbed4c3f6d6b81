package dev.fairlead.internal.control;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Picker;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.internal.admission.Admission;
import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.admission.Routing;
import dev.fairlead.internal.count.Tallies;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.internal.net.Loops;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.Change;
import dev.fairlead.state.Restored;
import dev.fairlead.state.ServerListDiff;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Counter;
import dev.fairlead.status.SavedState.SavedServer;
import dev.fairlead.status.ServerHistory;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.Stats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A running backend: applies changes on the control loop, publishes what follows, and tells it. Changes
 * that wait at the same time are published as one.
 */
public final class BackendRuntime {
  private static final ServerHistory NOTHING_KNOWN =
      new ServerHistory(Instant.EPOCH, "", List.of(), 0, Map.of());

  private static final long WORTH_A_REST = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(250);

  private final Backend config;
  private final Engine engine;
  private final ControlLoop control;
  private final Loops loops;
  private final Announcer announcer;
  private final Admission admission;
  private final Monitors monitors;
  private final Idleness idleness;
  private final LevelPickers pickers;
  private final SlowStarts slowStarts;
  private final Marks marks;
  private final Runnable membersChanged;

  // Below: on the control loop only, but for reading through `view`.
  private final Map<Integer, LiveServer> live = new HashMap<>();
  private final List<LiveServer> leaving = new ArrayList<>();
  private final List<Pending> pending = new ArrayList<>();
  private final IdentityHashMap<Server, Destination> destinations = new IdentityHashMap<>();
  private final Tallies departed;
  private boolean resting;
  private long restUntil;
  private BackendState state;
  private volatile View view;

  /** What can be read without asking the control loop. */
  private record View(BackendState state, Map<String, LiveServer> live, List<Tallies> all) {}

  /** Changes that are to be applied together, and who waits for them. */
  private record Pending(
      Function<BackendState, List<Change>> changes,
      IdentityHashMap<Server, Destination> known,
      CompletableFuture<BackendStatus> done) {}

  BackendRuntime(
      Backend config,
      Map<String, SavedServer> saved,
      IdentityHashMap<Server, Destination> known,
      Engine engine,
      Runnable membersChanged) {
    this.config = config;
    this.engine = engine;
    this.control = engine.control();
    this.loops = engine.loops();
    this.announcer = engine.announcer();
    this.membersChanged = membersChanged;
    this.pickers = new LevelPickers(
        () -> new Pickers(config.balancer(), config.name(), this::inFlight, announcer));
    this.departed = new Tallies(loops.count());
    this.state = BackendState.of(config, saved);
    destinations.putAll(known);
    for (ServerState server : state.servers()) {
      LiveServer fresh = newLive(server);
      SavedServer before = saved.get(server.name());
      if (before != null && Restored.isOf(before, server.config())) {
        fresh.history(Histories.restored(before));
      }
      live.put(server.id(), fresh);
    }
    destinations.clear();
    this.view = new View(state, Map.of(), List.of());
    this.admission = new Admission(
        config.name(),
        loops,
        config.maxQueue(),
        config.queueTimeout().toNanos(),
        new Routing(state, null, List.of(), List.of(), Map.of()),
        announcer::failed,
        this::afterTurn);
    admission.publish(routing(true)); // now there is something to read counts from
    this.monitors = new Monitors(this, control, announcer);
    this.idleness = new Idleness(this, control, loops);
    this.marks = new Marks(loops, this::live);
    this.slowStarts = new SlowStarts(control.eventLoop(), this::change);
    this.view = view();
  }

  public Backend config() {
    return config;
  }

  public Admission admission() {
    return admission;
  }

  /** Completes when a server has nothing in flight; after the grace, what is left is ended. */
  public CompletableFuture<BackendStatus> whenIdle(LiveServer server, Duration grace) {
    return idleness.whenIdle(server, grace);
  }

  Engine engine() {
    return engine;
  }

  private LiveServer newLive(ServerState server) {
    Destination prepared = destinations.remove(server.config());
    Destination destination =
        prepared == null ? new Destination(server.config().address(), engine.names()) : prepared;
    String proto = server.config().proto();
    if (proto != null) {
      destination.proto(proto);
    }
    LiveServer fresh = new LiveServer(
        server.name(),
        server.id(),
        server.index(),
        server.config().maxQueue(),
        destination,
        loops.count(),
        engine.now());
    if (server.config().maxConnectionsIsStrict()) {
      fresh.limitConnections();
    }
    return fresh;
  }

  /** The live server of an id; on the control loop. */
  LiveServer live(ServerState server) {
    LiveServer found = live.get(server.id());
    if (found == null) {
      throw new AssertionError(server.name());
    }
    return found;
  }

  /** Begins to watch the servers; on the control loop. */
  void startMonitors() {
    state.servers().forEach(monitors::watch);
  }

  /** Reads all again that the TLS of its servers needs. From anywhere. */
  public CompletableFuture<Void> reloadCertificates() {
    return engine.serverTls().reload(config.name());
  }

  /** Ends the watch and refuses all who wait; on the control loop. */
  void stop() {
    monitors.close();
    applyPending();
    slowStarts.close();
    admission.close();
    live.values().forEach(server -> Destinations.release(server.destination(), engine));
  }

  /** Applies changes, all or none; completes with the first status that contains them. From anywhere. */
  public CompletableFuture<BackendStatus> change(List<Change> changes) {
    return change(state -> changes, new IdentityHashMap<>());
  }

  private CompletableFuture<BackendStatus> change(
      Function<BackendState, List<Change>> changes, IdentityHashMap<Server, Destination> known) {
    CompletableFuture<BackendStatus> done = new CompletableFuture<>();
    control
        .call(() -> {
          enqueue(new Pending(changes, known, done));
          return true;
        })
        .whenComplete((queued, failure) -> {
          if (failure != null) {
            done.completeExceptionally(failure);
          }
        });
    return done;
  }

  /** Runs a task once what is reported on the control loop's next turn is in force, or refused. From anywhere. */
  private void afterTurn(Runnable task) {
    change(List.of()).whenComplete((status, failure) -> task.run());
  }

  /** Adds a server, when its name is known. From anywhere. */
  public CompletableFuture<BackendStatus> add(Server server) {
    Server adopted = config.adopt(server);
    return resolved(List.of(adopted))
        .thenCompose(known -> change(state -> List.of(new Change.Add(adopted)), known));
  }

  /** Brings the servers to a list from outside, when their names are known. From anywhere. */
  public CompletableFuture<BackendStatus> replaceAll(List<Server> servers) {
    List<Server> adopted = servers.stream().map(config::adopt).toList();
    return resolved(adopted)
        .thenCompose(known -> change(now -> ServerListDiff.between(now, adopted), known));
  }

  /** Looks up the names of servers that are to join. */
  private CompletableFuture<IdentityHashMap<Server, Destination>> resolved(List<Server> servers) {
    return Destinations.of(config.name(), servers, engine);
  }

  private void enqueue(Pending next) {
    pending.add(next);
    if (pending.size() > 1) {
      return; // joins the batch
    }
    long rest = restUntil - now();
    if (resting && rest > 0) {
      control.eventLoop().schedule(this::applyPending, rest, TimeUnit.NANOSECONDS);
    } else {
      control.eventLoop().execute(this::applyPending);
    }
  }

  private long now() {
    return control.eventLoop().ticker().nanoTime();
  }

  /**
   * All that waits now. A backend of very many servers takes a while to publish: it rests three times as long
   * afterwards, so that a fleet whose checks turn one by one leaves the loop to the checks.
   */
  private void applyPending() {
    if (pending.isEmpty()) {
      return;
    }
    List<Pending> batch = List.copyOf(pending);
    long begin = now();
    try {
      apply(batch);
    } catch (Throwable e) { // a bug, but nobody shall wait for ever
      batch.forEach(waiting -> waiting.done().completeExceptionally(e));
      announcer.failed("change", this, config.name(), e);
    }
    long took = now() - begin;
    resting = took > WORTH_A_REST;
    restUntil = begin + took + Math.min(3 * took, LONGEST_REST);
  }

  private void apply(List<Pending> batch) {
    pending.clear();
    batch.forEach(next -> destinations.putAll(next.known()));
    BackendState before = state;
    BackendState.Draft draft = before.draft();
    List<Event> events = new ArrayList<>();
    List<Pending> applied = new ArrayList<>();
    Set<String> updated = new HashSet<>();
    for (Pending next : batch) {
      try {
        List<Change> changes = next.changes().apply(draft.now());
        BackendState.Draft further = draft.apply(changes);
        engine.tracking().check(config.name(), further.now(), changes);
        draft = further;
        events.addAll(draft.events());
        updated.addAll(updated(changes));
        applied.add(next);
      } catch (RuntimeException e) {
        next.done().completeExceptionally(e);
      }
    }
    BackendState.Applied settled = draft.settle();
    state = settled.state();
    events.addAll(settled.events());
    if (state != before) {
      publish();
      events.forEach(this::writeDown);
      events.forEach(this::adaptChecks);
      updated.forEach(this::adaptChecks);
      marks.follow(state, events);
      events.forEach(announcer::tell);
      engine.tracking().follow(config.name());
    }
    BackendStatus status = status();
    applied.forEach(p -> p.done().complete(status));
    destinations.values().forEach(unused -> Destinations.release(unused, engine));
    destinations.clear(); // of servers that were there already
  }

  private void adaptChecks(Event event) {
    if (event instanceof Event.CheckingChanged change) {
      adaptChecks(change.server());
    }
  }

  private void adaptChecks(String name) {
    ServerState server = state.server(name);
    if (server != null) {
      monitors.adapt(server);
    }
  }

  private static List<String> updated(List<Change> changes) {
    return changes.stream()
        .filter(change -> change instanceof Change.Update)
        .map(Change::server)
        .toList();
  }

  private void writeDown(Event event) {
    ServerState server = state.server(Histories.server(event));
    if (server != null) {
      LiveServer found = live(server);
      found.history(Histories.after(found.history(), event, engine.now()));
    }
  }

  private void publish() {
    Map<Integer, LiveServer> gone = new HashMap<>(live);
    List<ServerState> joined = new ArrayList<>();
    for (ServerState server : state.servers()) {
      if (gone.remove(server.id()) == null) {
        live.put(server.id(), newLive(server));
        joined.add(server);
      }
    }
    gone.forEach(live::remove);
    admission.publish(routing(false));
    for (LiveServer left : gone.values()) {
      monitors.unwatch(left.id());
      leaving.add(left);
      admission.serverLeft(left.id());
      Destinations.release(left.destination(), engine);
    }
    joined.forEach(monitors::watch);
    leaving.removeIf(this::absorbed);
    slowStarts.follow(state);
    view = view();
    if (!gone.isEmpty() || !joined.isEmpty()) {
      membersChanged.run();
    }
  }

  /** The numbers of a server that left go into the backend's sum, once nothing runs on it any more. */
  private boolean absorbed(LiveServer left) {
    if (left.inFlight() > 0) {
      return false;
    }
    departed.absorb(left.tallies());
    return true;
  }

  private Routing routing(boolean first) {
    int size = state.servers().stream().mapToInt(s -> s.index() + 1).max().orElse(0);
    List<Routing.@Nullable Slots> slots =
        new ArrayList<Routing.@Nullable Slots>(Collections.nCopies(size, null));
    List<Candidate> all = new ArrayList<>(size);
    List<Candidate> eligible = new ArrayList<>(size);
    Map<String, Candidate> sticky = new HashMap<>();
    BitSet chosen = new BitSet();
    state.eligible().forEach(s -> chosen.set(s.index()));
    for (ServerState server : state.servers()) {
      Candidate candidate = candidate(server);
      boolean willing = chosen.get(server.index());
      boolean sticks = server.acceptsSticky();
      slots.set(server.index(), new Routing.Slots(candidate, live(server), willing, sticks));
      all.add(candidate);
      if (willing) {
        eligible.add(candidate);
      }
      if (sticks) {
        sticky.put(server.name(), candidate);
      }
    }
    Picker picker = pickers.of(state, eligible, all, first);
    return new Routing(state, picker, List.copyOf(eligible), slots, Map.copyOf(sticky));
  }

  private Candidate candidate(ServerState server) {
    return new Candidate(
        server.name(),
        server.id(),
        server.index(),
        server.config().address(),
        state.strategyWeight(server),
        server.effectiveLimit(),
        server.config().tags(),
        live(server));
  }

  /** Leases held on all servers, those that have left included. */
  long inFlight() {
    return admission.tallies().current();
  }

  private View view() {
    Map<String, LiveServer> byName = new HashMap<>();
    List<Tallies> all = new ArrayList<>();
    all.add(admission.tallies());
    all.add(departed);
    leaving.forEach(l -> all.add(l.tallies()));
    for (ServerState server : state.servers()) {
      LiveServer found = live(server);
      byName.put(server.name(), found);
      all.add(found.tallies());
    }
    return new View(state, Map.copyOf(byName), List.copyOf(all));
  }

  /** A snapshot. From anywhere. */
  public BackendStatus status() {
    View now = view;
    return now.state().status(admission.waiting(), s -> readings(now, s));
  }

  private static ServerState.Readings readings(View now, ServerState server) {
    LiveServer found = now.live().get(server.name());
    return found == null
        ? new ServerState.Readings(0, 0, NOTHING_KNOWN)
        : new ServerState.Readings(found.inFlight(), found.queued(), found.history());
  }

  /** What is to be kept over a restart. From anywhere. */
  public Map<String, SavedServer> save() {
    View now = view;
    Map<String, SavedServer> saved = new LinkedHashMap<>();
    for (ServerState server : now.state().servers()) {
      saved.put(server.name(), Histories.saved(server, readings(now, server).history()));
    }
    return saved;
  }

  /** The live server of a name, or null. From anywhere. */
  public @Nullable LiveServer find(String server) {
    return view.live().get(server);
  }

  public @Nullable ServerStatus serverStatus(String server) {
    View now = view;
    ServerState found = now.state().server(server);
    return found == null ? null : now.state().status(found, readings(now, found));
  }

  /** The servers' names, in configuration order. From anywhere. */
  public List<String> serverNames() {
    return view.state().servers().stream().map(ServerState::name).toList();
  }

  /** The sources that watch a server, the disabled ones included; none when it has left. */
  public Set<String> sources(String server) {
    ServerState found = view.state().server(server);
    if (found == null) {
      return Set.of();
    }
    Set<String> sources = new LinkedHashSet<>(Monitors.of(found, config).keySet());
    if (found.config().track() != null) {
      sources.add(Backend.TRACK);
    }
    return sources;
  }

  public Stats stats() {
    return Tallies.sum(view.all(), inFlight(), admission.waiting());
  }

  public long count(Counter counter) {
    return view.all().stream().mapToLong(t -> t.count(counter)).sum();
  }

  /** The state in force. From anywhere. */
  BackendState state() {
    return view.state();
  }
}
