package dev.fairlead.health;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Balancers;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** The programs that the architecture promises, as far as health goes, as they stand there. */
class UsersProgramsTest {
  private final Executor pool = Runnable::run;

  @Test
  void the_haproxy_classic() {
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
    assertThat(speed.monitors().get(Backend.CHECK))
        .hasToString(
            "http HEAD /heartbeat.html expecting 200..399, every 1 s, timeout 1 s, rise 2, fall 3");
  }

  @Test
  void tcp() {
    Backend db = Backend.builder("db")
        .server(Server.of("db1", "10.0.1.1", 5432))
        .server(Server.of("db2", "10.0.1.2", 5432).asBackup())
        .healthCheck(HealthCheck.tcp().every(ofSeconds(2)))
        .build();
    assertThat(db.monitors().get(Backend.CHECK)).isEqualTo(HealthCheck.tcp());
  }

  @Test
  void an_own_health_check() {
    Probe replica = target -> supplyAsync(
        () -> lagSeconds(target) < 5 ? Verdict.pass("in step") : Verdict.fail("lags behind"), pool);
    HealthCheck check = HealthCheck.of(replica).every(ofSeconds(3)).rise(1).fall(2);
    assertThat(check).asString().endsWith("every 3 s, timeout 3 s, rise 1, fall 2");
  }

  private static int lagSeconds(Target target) {
    return target.name().length();
  }
}
