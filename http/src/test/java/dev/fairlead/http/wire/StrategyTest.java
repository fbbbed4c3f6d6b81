package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Candidate;
import dev.fairlead.http.spi.RequestInfo;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strategies of the user's own, above HTTP. */
@Timeout(60)
final class StrategyTest {
  @Test
  void a_strategy_sees_the_request() throws Exception {
    Balancer byPath = Balancer.of((servers, request) -> {
      RequestInfo info = request.request(RequestInfo.class);
      boolean second = info != null && info.path().startsWith("/b");
      Candidate chosen = servers.get(second ? 1 : 0);
      return chosen;
    });
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok("a")));
        ScriptedServer b = ScriptedServer.start(Scripts.answer(Scripts.ok("b")));
        Proxy proxy = Proxy.of(backend -> backend.balancer(byPath), f -> f, a, b);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/b/1").response()).endsWith("b");
      assertThat(client.get("/a/1").response()).endsWith("a");
      assertThat(client.get("/b/2").response()).endsWith("b");
    }
  }

  @Test
  void a_strategy_that_throws_costs_one_request() throws Exception {
    Balancer sometimes = Balancer.of((servers, request) -> {
      RequestInfo info = request.request(RequestInfo.class);
      if (info != null && info.path().equals("/bad")) {
        throw new IllegalStateException("on purpose");
      }
      return servers.get(0);
    });
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
        Proxy proxy = Proxy.of(b -> b.balancer(sometimes), f -> f, server);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/bad").response()).startsWith("HTTP/1.1 500 ");
      assertThat(client.get("/good").response()).endsWith("fine");
      assertThat(proxy.first().termination()).hasToString("IQ");
      assertThat(proxy.frontend(Counter.INTERNAL_ERRORS)).isEqualTo(1);
    }
  }

  @Test
  void a_strategy_sees_both_ends_of_the_clients_connection() throws Exception {
    List<Object> seen = new CopyOnWriteArrayList<>();
    Balancer looking = Balancer.of((servers, request) -> {
      seen.add(request.client());
      seen.add(String.valueOf(request.destination()));
      request.writeClient(b -> seen.add(b & 0xff));
      request.writeDestination(b -> seen.add(b & 0xff));
      return servers.get(0);
    });
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
        Proxy proxy = Proxy.of(b -> b.balancer(looking), f -> f, server);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/").response()).endsWith("fine");

      assertThat(seen.get(0))
          .hasToString(client.socket().getLocalSocketAddress().toString());
      assertThat(seen.subList(1, seen.size()))
          .containsExactly(proxy.balancer().address("web").toString(), 127, 0, 0, 1, 127, 0, 0, 1);
    }
  }
}
