package dev.fairlead.internal.control;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.internal.net.Background;
import dev.fairlead.internal.net.Channels;
import dev.fairlead.internal.net.Loops;
import dev.fairlead.internal.net.Names;
import dev.fairlead.status.CertificateStatus;
import dev.fairlead.status.SavedState;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A running load balancer: its loops, backends and frontends, and the one order in which they start and
 * stop. Stopping is starting read upwards: stop listening, tell the protocols, refuse those who wait, wait
 * for those who work, close the rest, stop the checks, stop the loops that are ours.
 */
public final class Engine {
  private static final System.Logger LOG = System.getLogger("dev.fairlead");

  private final @Nullable EventLoopGroup ownTraffic;
  private final @Nullable EventLoopGroup ownControl;
  private final SavedState saved;

  /** The backends that have had what was saved of them. On the control loop only. */
  private final Set<String> restored = new HashSet<>();

  private final long seed;
  private final Loops loops;
  private final ControlLoop control;
  private final Announcer announcer;
  private final Background background = new Background("fairlead-background", 4);
  private final Background files = new Background("fairlead-files", 1);
  private final ServerCertificates serverTls = new ServerCertificates(this);
  private final Background handshakes =
      new Background("fairlead-tls", Runtime.getRuntime().availableProcessors());
  private final Names names = new Names(background);
  private final AtomicLong sessions = new AtomicLong();
  private final Instant startInstant = Clock.systemUTC().instant();
  private final long startNanos;
  private final Tracking tracking = new Tracking(this::backends);
  private final List<Runnable> subjectListeners = new CopyOnWriteArrayList<>();

  // Written on the control loop; the maps are replaced, so that anybody may read.
  private volatile Map<String, FrontendRuntime> frontends = Map.of();
  private volatile Map<String, BackendRuntime> backends = Map.of();
  private @Nullable CompletableFuture<Void> closing;

  /** The last opening or forgetting of frontends: one ends before the next begins. */
  private CompletableFuture<?> turn = CompletableFuture.completedFuture(null);

  /** What an embedding application may own. */
  public record Parts(
      @Nullable EventLoopGroup traffic,
      @Nullable EventLoop control,
      Transport transport,
      int threads,
      long seed,
      List<Announcer.Subscription<?>> subscriptions,
      SavedState saved) {}

  public Engine(Parts parts) {
    EventLoopGroup traffic = parts.traffic();
    if (traffic == null) {
      traffic = Channels.newGroup(parts.transport(), parts.threads(), "fairlead");
      ownTraffic = traffic;
    } else {
      ownTraffic = null;
    }
    EventLoop loop = parts.control();
    if (loop == null) {
      EventLoopGroup own = Channels.newGroup(parts.transport(), 1, "fairlead-control");
      loop = own.next();
      ownControl = own;
    } else {
      ownControl = null;
    }
    seed = parts.seed();
    loops = new Loops(traffic, seed);
    control = new ControlLoop(loop);
    announcer = new Announcer(parts.subscriptions());
    saved = parts.saved();
    startNanos = control.eventLoop().ticker().nanoTime();
  }

  /** Of all that is left to chance. */
  long seed() {
    return seed;
  }

  Loops loops() {
    return loops;
  }

  public ControlLoop control() {
    return control;
  }

  Names names() {
    return names;
  }

  /** Where TLS towards servers is read, one thing after the other. */
  Background files() {
    return files;
  }

  /** TLS towards servers. */
  ServerCertificates serverTls() {
    return serverTls;
  }

  /** Where event loops leave what blocks. */
  Background background() {
    return background;
  }

  /** Where event loops leave what is slow in a TLS handshake. */
  Background handshakes() {
    return handshakes;
  }

  Announcer announcer() {
    return announcer;
  }

  long nextSession() {
    return sessions.incrementAndGet();
  }

  /** The time of day, as the control loop's ticker has it. */
  Instant now() {
    return instant(control.eventLoop().ticker().nanoTime());
  }

  Instant instant(long nanoTime) {
    return startInstant.plusNanos(nanoTime - startNanos);
  }

  /** What is to be kept over a restart. From anywhere. */
  public SavedState save() {
    Map<String, Map<String, SavedState.SavedServer>> all = new LinkedHashMap<>();
    backends.forEach((name, backend) -> all.put(name, backend.save()));
    return new SavedState(now(), all);
  }

  int openSessions() {
    return frontends.values().stream().mapToInt(FrontendRuntime::open).sum();
  }

  int openSessions(String frontend) {
    FrontendRuntime found = frontends.get(frontend);
    return found == null ? 0 : found.open();
  }

  public Map<String, BackendRuntime> backends() {
    return backends;
  }

  /** Where a frontend listens. */
  public List<SocketAddress> addresses(String frontend) {
    return frontend(frontend).addresses();
  }

  /** What a frontend serves. */
  public List<CertificateStatus> certificates(String frontend) {
    return frontend(frontend).certificates().status();
  }

  /** Serves other certificates. From anywhere. */
  public CompletableFuture<Void> replaceCertificates(
      String frontend, List<TlsCertificate> certificates) {
    return call(() -> frontend(frontend).certificates().replace(certificates));
  }

  /** Reads a frontend's certificates again. From anywhere. */
  public CompletableFuture<Void> reloadCertificates(String frontend) {
    return call(() -> frontend(frontend).certificates().reload());
  }

  private FrontendRuntime frontend(String name) {
    FrontendRuntime found = frontends.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "frontend: '%s' (expected: one of %s)".formatted(name, frontends.keySet()));
    }
    return found;
  }

  /** Who tracks whom; on the control loop. */
  Tracking tracking() {
    return tracking;
  }

  Map<String, FrontendRuntime> frontends() {
    return frontends;
  }

  List<Runnable> subjectListeners() {
    return subjectListeners;
  }

  /** Something came or left that is counted, or other certificates are served. On the control loop. */
  void subjectsChanged() {
    for (Runnable listener : subjectListeners) {
      try {
        listener.run();
      } catch (Throwable e) {
        announcer.failed("listener", listener, "subjects", e);
      }
    }
  }

  /** Whether the caller must not wait: it is on one of our loops. */
  public boolean onOwnLoop() {
    return control.eventLoop().inEventLoop()
        || loops.all().stream().anyMatch(EventLoop::inEventLoop);
  }

  /** Opens frontends and starts the backends that they need; all or none. */
  public CompletableFuture<Void> open(List<Frontend> wanted) {
    return call(() -> inTurn(() -> {
      mustNotBeClosed();
      List<Frontend> all = Handed.withTargets(wanted, frontends.values());
      StartCheck check = new StartCheck(all, frontends.keySet(), backends, this);
      return check.run().thenCompose(good -> start(all, check));
    }));
  }

  private void mustNotBeClosed() {
    if (closing != null) {
      throw new IllegalStateException("load balancer: closed");
    }
  }

  /** Begins a step on the control loop when the one before has ended, however it did. */
  private CompletableFuture<Void> inTurn(Supplier<CompletableFuture<Void>> step) {
    CompletableFuture<Void> mine = turn.handle((d, f) -> true).thenCompose(ready -> step.get());
    turn = mine;
    return mine;
  }

  private CompletableFuture<Void> start(List<Frontend> wanted, StartCheck check) {
    mustNotBeClosed();
    Map<String, BackendRuntime> fresh = new LinkedHashMap<>();
    check.fresh().forEach((name, backend) -> fresh.put(name, runtime(backend, check)));
    Map<String, BackendRuntime> all = new LinkedHashMap<>(backends);
    all.putAll(fresh);
    fresh.values().forEach(BackendRuntime::startMonitors);
    backends = Map.copyOf(all);
    fresh.keySet().forEach(tracking::follow);
    Map<String, FrontendRuntime> opened = new LinkedHashMap<>();
    wanted.forEach(f -> opened.put(f.name(), new FrontendRuntime(f, this, all, check.gates(f))));
    Map<String, FrontendRuntime> now = new LinkedHashMap<>(frontends);
    now.putAll(opened);
    frontends = Map.copyOf(now);
    fresh.values().forEach(b -> LOG.log(System.Logger.Level.INFO, b.config()));
    wanted.forEach(f -> LOG.log(System.Logger.Level.INFO, f));
    return inOrder(opened.values(), FrontendRuntime::listen)
        .handle((started, failure) -> {
          if (failure == null) {
            subjectsChanged();
            return CompletableFuture.<Void>completedFuture(null);
          }
          return undo(opened, fresh)
              .thenCompose(d -> CompletableFuture.<Void>failedFuture(Failures.root(failure)));
        })
        .thenCompose(end -> end);
  }

  private BackendRuntime runtime(Backend backend, StartCheck check) {
    boolean first = restored.add(backend.name()); // what comes again later is new
    return new BackendRuntime(
        backend,
        first ? saved.servers(backend.name()) : Map.of(),
        check.known(),
        this,
        this::subjectsChanged);
  }

  private CompletableFuture<Void> undo(
      Map<String, FrontendRuntime> opened, Map<String, BackendRuntime> fresh) {
    Map<String, FrontendRuntime> left = new LinkedHashMap<>(frontends);
    opened.forEach(left::remove);
    return together(opened.values(), FrontendRuntime::stopListening)
        .thenCompose(d -> {
          opened.values().forEach(FrontendRuntime::drain);
          return together(opened.values(), f -> f.whenEmpty(Duration.ZERO));
        })
        .thenRun(() -> {
          frontends = Map.copyOf(left);
          Map<String, BackendRuntime> kept = new LinkedHashMap<>(backends);
          fresh.forEach((name, runtime) -> {
            kept.remove(name, runtime);
            runtime.stop();
          });
          backends = Map.copyOf(kept);
          fresh.keySet().forEach(tracking::follow);
          subjectsChanged();
        });
  }

  /** Closes a frontend, and the backends that no other one uses. */
  public CompletableFuture<Void> closeFrontend(String name, Duration grace) {
    return call(() -> {
      FrontendRuntime runtime = frontend(name);
      return runtime
          .stopListening()
          .thenCompose(stopped -> {
            runtime.drain();
            return runtime.whenEmpty(grace);
          })
          .thenCompose(empty -> inTurn(() -> forget(runtime)));
    });
  }

  private CompletableFuture<Void> forget(FrontendRuntime runtime) {
    Map<String, FrontendRuntime> left = new LinkedHashMap<>(frontends);
    left.remove(runtime.config().name(), runtime);
    frontends = Map.copyOf(left);
    Set<String> used = new HashSet<>();
    left.values().forEach(f -> f.config().settings().backends().forEach(b -> used.add(b.name())));
    Map<String, BackendRuntime> kept = new LinkedHashMap<>(backends);
    kept.values().removeIf(backend -> {
      boolean unused = !used.contains(backend.config().name());
      if (unused) {
        backend.stop();
      }
      return unused;
    });
    Set<String> gone = new HashSet<>(backends.keySet());
    gone.removeAll(kept.keySet());
    backends = Map.copyOf(kept);
    gone.forEach(tracking::follow);
    subjectsChanged();
    return CompletableFuture.completedFuture(null);
  }

  /** Stops everything; a second call waits for the first. Loops that are ours end in any case. */
  public CompletableFuture<Void> close(Duration grace) {
    return control
        .call(() -> stopOnce(grace))
        .thenCompose(c -> c)
        .handle((stopped, failure) -> {
          if (failure != null) {
            LOG.log(System.Logger.Level.DEBUG, "not everything could be stopped in order", failure);
          }
          background.close();
          files.close();
          handshakes.close();
          return stopLoops();
        })
        .thenCompose(ended -> ended);
  }

  private CompletableFuture<Void> stopOnce(Duration grace) {
    CompletableFuture<Void> first = closing;
    if (first == null) {
      first = stop(grace);
      closing = first;
    }
    return first;
  }

  private CompletableFuture<Void> stop(Duration grace) {
    Collection<FrontendRuntime> all = frontends.values();
    return inOrder(all, FrontendRuntime::stopListening)
        .thenCompose(stopped -> {
          all.forEach(FrontendRuntime::drain);
          backends.values().forEach(b -> b.admission().close());
          return together(all, f -> f.whenEmpty(grace));
        })
        .thenRun(() -> backends.values().forEach(BackendRuntime::stop));
  }

  private CompletableFuture<Void> stopLoops() {
    return stopped(ownTraffic).thenCompose(d -> stopped(ownControl));
  }

  private static CompletableFuture<Void> stopped(@Nullable EventLoopGroup own) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (own == null) {
      done.complete(null);
    } else {
      own.shutdownGracefully(0, 5, TimeUnit.SECONDS)
          .addListener((Future<Object> f) -> done.complete(null));
    }
    return done;
  }

  /** Gives the loops back after a start that failed before anything ran. */
  public CompletableFuture<Void> abandon() {
    return close(Duration.ZERO);
  }

  private CompletableFuture<Void> call(Supplier<CompletableFuture<Void>> task) {
    return control.call(task::get).thenCompose(f -> f);
  }

  private static <T> CompletableFuture<Void> inOrder(
      Collection<T> all, Function<T, CompletableFuture<Void>> step) {
    List<String> problems = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (T one : all) {
      done = done.thenCompose(d -> step.apply(one)).exceptionally(e -> {
        Throwable root = Failures.root(e);
        problems.add(String.valueOf(root.getMessage()));
        failures.add(root);
        return null;
      });
    }
    return done.thenCompose(d -> failures.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(
            failures.size() == 1
                ? failures.get(0)
                : new IllegalStateException(
                    "cannot start: " + String.join("; ", problems), failures.get(0))));
  }

  private static <T> CompletableFuture<Void> together(
      Collection<T> all, Function<T, CompletableFuture<Void>> step) {
    return CompletableFuture.allOf(all.stream().map(step).toArray(CompletableFuture<?>[]::new));
  }
}
