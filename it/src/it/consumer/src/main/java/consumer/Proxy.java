package consumer;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.http.HttpFrontend;

/** What a user writes: one frontend in front of one server. */
final class Proxy {
  private Proxy() {}

  static LoadBalancer inFrontOf(int originPort) {
    Backend origin = Backend.builder("origin")
        .server(Server.of("s1", "127.0.0.1", originPort))
        .build();
    HttpFrontend web =
        HttpFrontend.builder("web").bind(0).defaultBackend(origin).build();
    return LoadBalancer.start(web);
  }
}
