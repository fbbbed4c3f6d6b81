package dev.fairlead.examples;

import static java.time.Duration.ofSeconds;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.Server;
import dev.fairlead.health.AgentCheck;
import dev.fairlead.health.Classifier;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.OnError;
import dev.fairlead.health.OutlierDetection;
import dev.fairlead.json.StateJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How are servers watched from several sides, and how does what is known of them survive a restart? */
public final class WatchedServers {
  private WatchedServers() {}

  static Backend shop(Server near, Server far, int agentPort) {
    Backend shop = Backend.builder("shop")
        .server(near.slowStart(ofSeconds(30)))
        .server(far.priority(1)) // gets what the first level cannot take
        .healthCheck(HealthCheck.http("GET", "/health")
            .every(ofSeconds(1))
            .observe(Classifier.layer7()) // ten errors in a row in traffic count as a failed check
            .onError(OnError.SUDDEN_DEATH))
        .monitor("agent", AgentCheck.port(agentPort)) // says 75%, drain, maint, up
        .monitor("outliers", OutlierDetection.defaults().maxEjectionPercent(50))
        .build();
    return shop;
  }

  static LoadBalancer restart(LoadBalancer old, Path file, Frontend frontend) throws IOException {
    Files.writeString(file, StateJson.write(old.save()));
    old.close(ofSeconds(30));
    LoadBalancer lb = LoadBalancer.builder()
        .frontend(frontend)
        .restore(StateJson.read(Files.readString(file)))
        .start();
    return lb;
  }
}
