package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Frontend;
import dev.fairlead.event.Event;
import dev.fairlead.event.Event.SessionClosed;
import dev.fairlead.event.Event.SessionOpened;
import dev.fairlead.json.StateJson;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.SavedState;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A whole proxy with its clients and servers on virtual time. After each test everybody leaves, and
 * nothing may be left: no lease, no waiter, no session that was opened and not closed.
 */
final class VirtualProxy implements BeforeEachCallback, AfterEachCallback {
  private final List<Event> events = new ArrayList<>();
  private final List<VirtualClient> clients = new ArrayList<>();
  private final List<VirtualOrigin> origins = new ArrayList<>();
  private final long seed;
  private @Nullable VirtualNetwork network;
  private @Nullable LoadBalancer running;
  private SavedState saved = SavedState.NOTHING;

  VirtualProxy() {
    this(1);
  }

  VirtualProxy(long seed) {
    this.seed = seed;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    network = VirtualNetwork.create(seed, 2);
  }

  VirtualNetwork net() {
    VirtualNetwork made = network;
    if (made == null) {
      throw new AssertionError("no test runs");
    }
    return made;
  }

  LoadBalancer lb() {
    LoadBalancer started = running;
    if (started == null) {
      throw new AssertionError("not started");
    }
    return started;
  }

  /** A server that listens. */
  VirtualOrigin origin(String name) {
    VirtualOrigin origin = new VirtualOrigin(net(), new LocalAddress(name));
    origins.add(origin);
    return origin;
  }

  /** Where nobody listens. */
  LocalAddress refused() {
    return new LocalAddress("nobody");
  }

  /** A frontend "tcp" for a backend. */
  TcpFrontend.Builder frontend(Backend backend) {
    return frontend("tcp", backend);
  }

  TcpFrontend.Builder frontend(String name, Backend backend) {
    return TcpFrontend.builder(name)
        .bind(new LocalAddress("frontend-" + name))
        .defaultBackend(backend);
  }

  void start(Backend backend) {
    start(frontend(backend).build());
  }

  /** Ends, and starts again with what was saved, as text. */
  void restart(Backend backend) {
    saved = StateJson.read(StateJson.write(lb().save()));
    done(lb().closeAsync(Duration.ZERO));
    start(backend);
  }

  void start(Frontend... frontends) {
    CompletionStage<LoadBalancer> starting = LoadBalancer.builder()
        .eventLoops(net().traffic())
        .controlLoop(net().loop(0))
        .seed(seed)
        .on(Event.class, events::add)
        .restore(saved)
        .frontends(List.of(frontends))
        .startAsync();
    CompletableFuture<LoadBalancer> started = starting.toCompletableFuture();
    Await.until(Duration.ofSeconds(10), () -> isDone(started)); // names are looked up elsewhere
    running = started.join();
  }

  /** A client that has connected to the frontend "tcp", as far as it could. */
  VirtualClient client() {
    return client("tcp");
  }

  VirtualClient client(String frontend) {
    VirtualClient client = new VirtualClient(net(), new LocalAddress("frontend-" + frontend));
    clients.add(client);
    net().run();
    return client;
  }

  void advance(Duration time) {
    net().advance(time);
  }

  BackendStatus status() {
    return lb().backend("app").status();
  }

  <T> T done(CompletionStage<T> stage) {
    return net().get(stage);
  }

  boolean isDone(CompletableFuture<?> stage) {
    net().run();
    return stage.isDone();
  }

  <E extends Event> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The only session that has closed. */
  SessionClosed closed() {
    assertThat(events(SessionClosed.class)).hasSize(1);
    return events(SessionClosed.class).get(0);
  }

  /** What user code threw, which is then no surprise at the end. */
  List<String> takeFailures() {
    List<String> failures = events(Event.ComponentFailed.class).stream()
        .map(e -> String.valueOf(e.failure().getMessage()))
        .toList();
    events.removeIf(Event.ComponentFailed.class::isInstance);
    return failures;
  }

  /** HAProxy's two letters of each session that has closed, in their order. */
  List<String> terminations() {
    return events(SessionClosed.class).stream()
        .map(e -> e.termination().toString())
        .toList();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    VirtualNetwork net = net();
    try {
      clients.forEach(VirtualClient::close);
      net.run();
      LoadBalancer lb = running;
      if (lb != null) {
        lb.backends().forEach(name -> assertAtRest(lb.backend(name).status()));
        net.get(lb.closeAsync(Duration.ZERO));
        lb.backends().forEach(name -> assertAtRest(lb.backend(name).status()));
      }
      assertThat(sessions(SessionClosed.class)).isEqualTo(sessions(SessionOpened.class));
      assertThat(events(SessionClosed.class)).hasSameSizeAs(events(SessionOpened.class));
      assertThat(events(Event.ComponentFailed.class)).isEmpty();
      origins.forEach(VirtualOrigin::assertNobodyIsLeft);
    } finally {
      net.close();
    }
  }

  private static void assertAtRest(BackendStatus status) {
    assertThat(status.inFlight()).as("leases of %s", status).isZero();
    assertThat(status.queued()).as("waiters of %s", status).isZero();
    assertThat(status.servers()).allMatch(s -> s.queued() == 0);
  }

  private Set<Long> sessions(Class<? extends Event> type) {
    Set<Long> numbers = new TreeSet<>();
    for (Event event : events(type)) {
      if (event instanceof SessionOpened opened) {
        numbers.add(opened.session());
      } else if (event instanceof SessionClosed closed) {
        numbers.add(closed.session());
      }
    }
    return numbers;
  }
}
