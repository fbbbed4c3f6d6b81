package dev.fairlead.examples;

import static dev.fairlead.balance.Balancers.hash;
import static dev.fairlead.balance.Balancers.leastConnections;

import dev.fairlead.LoadBalancer;
import dev.fairlead.balance.Balancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.HttpKeys;
import java.util.List;

/** How does each user keep the server that knows the user? */
public final class StickyByHeader {
  private StickyByHeader() {}

  /** Runs until Ctrl-C: {@code curl -H 'X-User: ann' http://localhost:8080/}. */
  public static void main(String[] args) throws Exception {
    start(8080, Origins.start()).awaitClosed();
  }

  static LoadBalancer start(int port, List<Server> servers) {
    Balancer sticky = hash(HttpKeys.header("x-user")) // the same user, the same server,
        .boundedLoad(
            150) // unless it has half as much again as the mean: then always the same next one;
        .orElse(leastConnections()); // and who does not say who it is goes to the least busy
    Backend app = Backend.builder("app").balancer(sticky).servers(servers).build();
    return LoadBalancer.start(
        HttpFrontend.builder("http-in").bind(port).defaultBackend(app).build());
  }
}
