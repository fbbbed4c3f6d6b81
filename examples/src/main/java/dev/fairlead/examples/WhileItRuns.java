package dev.fairlead.examples;

import static java.time.Duration.ofSeconds;

import dev.fairlead.BackendControl;
import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Server;
import dev.fairlead.status.BackendStatus;
import java.net.SocketAddress;
import java.util.List;

/** What can be changed while it runs? */
public final class WhileItRuns {
  private final LoadBalancer lb;
  private final List<Server> serversFromRegistry;
  private final Runnable redeploy;

  WhileItRuns(LoadBalancer lb, List<Server> serversFromRegistry, Runnable redeploy) {
    this.lb = lb;
    this.serversFromRegistry = serversFromRegistry;
    this.redeploy = redeploy;
  }

  void changeEverything() {
    BackendControl app = lb.backend("app");
    app.server("s1")
        .drain()
        .thenCompose(status -> app.server("s1").whenIdle(ofSeconds(30)))
        .thenRun(this::redeploy);
    app.server("s2").weight(50);
    app.add(Server.of("s3", "10.0.0.3", 8000));
    app.replaceAll(serversFromRegistry);
    BackendStatus now = app.status(); // an immutable snapshot, for your dashboard
    SocketAddress bound = lb.address("http-in"); // bind(0) picks a free port
    System.out.println(now + " behind " + bound);
  }

  private void redeploy() {
    redeploy.run();
  }
}
