package dev.fairlead.health;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.status.Finding;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** What a check in a running load balancer finds first. */
final class FirstVerdict {
  private static final Duration SOON = Duration.ofSeconds(10);

  private FirstVerdict() {}

  /** For example {@code UP: L7OK: 200 in 4 ms, first check passed}. */
  static String of(Server server, HealthCheck check) {
    return of(server, check, new CopyOnWriteArrayList<>());
  }

  /** The same, with the warnings of the check. */
  static String of(Server server, HealthCheck check, List<String> warnings) {
    Backend backend = Backend.builder("app")
        .server(server)
        .healthCheck(check.every(Duration.ofSeconds(2)).rise(1).fall(1))
        .build();
    TcpFrontend frontend =
        TcpFrontend.builder("tcp").bind("127.0.0.1", 0).defaultBackend(backend).build();
    AtomicReference<String> verdict = new AtomicReference<>("");
    try (LoadBalancer balancer = LoadBalancer.builder()
        .on(Event.CheckWarned.class, event -> warnings.add(event.warning()))
        .frontend(frontend)
        .start()) {
      Await.until("a verdict", SOON, () -> {
        ServerStatus status = balancer.backend("app").status().servers().get(0);
        Finding finding = status.findings().get(Backend.CHECK);
        if (finding != null) {
          verdict.set(status.health() + ": " + finding.reason());
        }
        return finding != null && !finding.reason().isEmpty();
      });
    }
    return verdict.get();
  }
}
