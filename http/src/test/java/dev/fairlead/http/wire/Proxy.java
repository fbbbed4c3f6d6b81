package dev.fairlead.http.wire;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.event.Event.ExchangeClosed;
import dev.fairlead.event.Event.SessionClosed;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Counter;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A load balancer with one HTTP frontend, and all that it told. Checks at its end that nothing is left. */
final class Proxy implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(10);

  private final List<Event.Traffic> events = new CopyOnWriteArrayList<>();
  private final LoadBalancer balancer;

  private Proxy(int loops, HttpFrontend frontend) {
    balancer = LoadBalancer.builder()
        .threads(loops)
        .frontend(frontend)
        .on(Event.Traffic.class, events::add)
        .start();
  }

  static Proxy to(ScriptedServer... servers) {
    return of(b -> b, f -> f, servers);
  }

  static Proxy of(
      UnaryOperator<Backend.Builder> backend,
      UnaryOperator<HttpFrontend.Builder> frontend,
      ScriptedServer... servers) {
    Backend.Builder to = Backend.builder("app");
    for (int i = 0; i < servers.length; i++) {
      to.server(Server.of("s" + (i + 1), "127.0.0.1", servers[i].port()));
    }
    Backend built = backend.apply(to).build();
    HttpFrontend.Builder from =
        HttpFrontend.builder("web").bind("127.0.0.1", 0).defaultBackend(built);
    return new Proxy(1, frontend.apply(from).build());
  }

  /** With the servers and addresses that are named here. */
  static Proxy bare(
      UnaryOperator<Backend.Builder> backend, UnaryOperator<HttpFrontend.Builder> frontend) {
    return withLoops(1, backend, frontend);
  }

  /** The same, on so many event loops. */
  static Proxy withLoops(
      int loops,
      UnaryOperator<Backend.Builder> backend,
      UnaryOperator<HttpFrontend.Builder> frontend) {
    Backend built = backend.apply(Backend.builder("app")).build();
    return new Proxy(
        loops, frontend.apply(HttpFrontend.builder("web").defaultBackend(built)).build());
  }

  LoadBalancer balancer() {
    return balancer;
  }

  RawClient connect() throws IOException {
    return new RawClient(balancer.address("web"));
  }

  /** The exchanges that have ended, once there are so many. */
  List<ExchangeClosed> ended(int count) {
    Await.until(count + " ended exchanges", SOON, () -> ended().size() >= count);
    return ended();
  }

  private List<ExchangeClosed> ended() {
    return events.stream()
        .filter(ExchangeClosed.class::isInstance)
        .map(ExchangeClosed.class::cast)
        .toList();
  }

  /** How many exchanges have ended so far. */
  int endedCount() {
    return ended().size();
  }

  /** How many sessions have ended so far. */
  int goneCount() {
    return gone().size();
  }

  /** The sessions that have ended, once there are so many. */
  List<SessionClosed> gone(int count) {
    Await.until(count + " ended sessions", SOON, () -> gone().size() >= count);
    return gone();
  }

  private List<SessionClosed> gone() {
    return events.stream()
        .filter(SessionClosed.class::isInstance)
        .map(SessionClosed.class::cast)
        .toList();
  }

  ExchangeClosed first() {
    return ended(1).get(0);
  }

  long frontend(Counter counter) {
    return balancer.count(new Subject(Kind.FRONTEND, "web", null), counter);
  }

  long server(String name, Counter counter) {
    return balancer.count(new Subject(Kind.SERVER, "app", name), counter);
  }

  BackendStatus status() {
    return balancer.backend("app").status();
  }

  /** Waits until nothing is held. */
  void rest() {
    Await.until(
        "no lease out and no waiter left",
        SOON,
        () -> status().inFlight() == 0 && status().queued() == 0);
  }

  @Override
  public void close() {
    try {
      rest();
    } finally {
      balancer.close();
    }
    long opened = events.stream().filter(Event.ExchangeOpened.class::isInstance).count();
    if (opened != ended().size()) {
      throw new AssertionError(opened + " exchanges opened, " + ended().size() + " closed");
    }
    long sessions =
        events.stream().filter(Event.SessionOpened.class::isInstance).count();
    if (sessions != gone().size()) {
      throw new AssertionError(sessions + " sessions opened, " + gone().size() + " closed");
    }
  }
}
