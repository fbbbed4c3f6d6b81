package dev.fairlead.acceptance;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.Probe;
import dev.fairlead.status.CheckResult;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import java.time.Duration;
import java.util.Collection;

/** What a running Fairlead finds out about a server, by one check. */
final class Checked {
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  private Checked() {}

  /** For example {@code L7STS: 1040 Too many connections}. */
  static String verdict(int port, Probe probe) {
    return verdict(port, probe, TIMEOUT);
  }

  static String verdict(int port, Probe probe, Duration timeout) {
    return verdict(Server.of("s1", "127.0.0.1", port), HealthCheck.of(probe).timeout(timeout));
  }

  static String verdict(Server server, HealthCheck check) {
    Backend backend = Backend.builder("app")
        .server(server)
        .healthCheck(check.every(Duration.ofHours(1)))
        .build();
    TcpFrontend frontend =
        TcpFrontend.builder("in").bind("127.0.0.1", 0).defaultBackend(backend).build();
    try (LoadBalancer lb = LoadBalancer.builder().frontend(frontend).threads(1).start()) {
      Waits.until("a verdict", () -> !results(lb).isEmpty());
      CheckResult result = results(lb).iterator().next();
      return result.code() + ": " + result.text();
    }
  }

  private static Collection<CheckResult> results(LoadBalancer lb) {
    return lb.backend("app").status().servers().get(0).history().checks().values();
  }

  /** The verdict once it begins like that: a server that has just been started may need a moment. */
  static void becomes(String beginning, int port, Probe probe) {
    StringBuilder last = new StringBuilder();
    boolean became = Await.held(Duration.ofSeconds(20), () -> {
      last.replace(0, last.length(), verdict(port, probe));
      return last.toString().startsWith(beginning);
    });
    if (!became) {
      throw new AssertionError("expected " + beginning + ", but was " + last);
    }
  }
}
