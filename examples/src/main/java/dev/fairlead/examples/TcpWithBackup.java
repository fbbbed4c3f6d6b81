package dev.fairlead.examples;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.tcp.TcpFrontend;

/** How is a database with a stand-by put behind one address? */
public final class TcpWithBackup {
  private TcpWithBackup() {}

  /** Runs until Ctrl-C. */
  public static void main(String[] args) {
    Backend db = Backend.builder("db")
        .server(Server.of("db1", "10.0.1.1", 5432))
        .server(Server.of("db2", "10.0.1.2", 5432).asBackup())
        .healthCheck(HealthCheck.tcp().every(ofSeconds(2)))
        .build();
    LoadBalancer lb = LoadBalancer.start(TcpFrontend.builder("postgres")
        .bind(5432)
        .defaultBackend(db)
        .clientTimeout(ofHours(1))
        .build());
    lb.closeOnShutdown(ofSeconds(30)).awaitClosed();
  }
}
