package dev.fairlead.bench;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.tcp.TcpFrontend;

/** Fairlead as a process of its own, with health checks, limits and counters on: what is measured. */
public final class FairleadProxy {
  private FairleadProxy() {}

  /** Runs until it is killed: {@code mode port originPort transport threads}. */
  public static void main(String[] args) {
    int port = Integer.parseInt(args[1]);
    int origin = Integer.parseInt(args[2]);
    Backend backend = Backend.builder("origins")
        .server(Server.of("a", "127.0.0.1", origin).maxConnections(1000))
        .server(Server.of("b", "127.0.0.1", origin).maxConnections(1000))
        .healthCheck(HealthCheck.tcp())
        .build();
    Frontend frontend = args[0].equals("tcp")
        ? TcpFrontend.builder("in")
            .bind("127.0.0.1", port)
            .defaultBackend(backend)
            .build()
        : HttpFrontend.builder("in")
            .bind("127.0.0.1", port)
            .forwardedFor()
            .defaultBackend(backend)
            .build();
    LoadBalancer.builder()
        .frontend(frontend)
        .transport(Transport.valueOf(args[3]))
        .threads(Integer.parseInt(args[4]))
        .start()
        .awaitClosed();
  }
}
