package dev.fairlead.examples;

import static java.time.Duration.ofSeconds;

import dev.fairlead.LoadBalancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.HttpFrontend;

/** What does HAProxy's classic configuration look like? */
public final class ClassicHttp {
  private ClassicHttp() {}

  /** Runs until Ctrl-C. */
  public static void main(String[] args) {
    Backend speed = Backend.builder("speed")
        .balancer(Balancers.roundRobin())
        .server(Server.of("server10", "10.0.1.10", 9099).maxConnections(32))
        .server(Server.of("server11", "10.0.1.11", 9099).maxConnections(32))
        .healthCheck(HealthCheck.http("HEAD", "/heartbeat.html")
            .every(ofSeconds(1))
            .rise(2)
            .fall(3))
        .connectTimeout(ofSeconds(5))
        .serverTimeout(ofSeconds(50))
        .build();
    HttpFrontend web = HttpFrontend.builder("http-in")
        .bind(8080)
        .maxConnections(256)
        .clientTimeout(ofSeconds(50))
        .forwardedFor()
        .defaultBackend(speed)
        .build();
    LoadBalancer lb = LoadBalancer.start(web).closeOnShutdown(ofSeconds(30));
    lb.awaitClosed();
  }
}
