package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A start that fails says all that is wrong. */
class StartProblemsTest {
  @Test
  void a_name_used_twice_an_unknown_host_and_a_taken_port_are_told_in_one_message()
      throws Exception {
    try (ScriptedServer taken = ScriptedServer.start(Scripts.echo())) {
      Backend unknown = Backend.builder("far")
          .server(Server.of("s1", "no-such-host.invalid", 80))
          .build();
      TcpFrontend one = TcpFrontend.builder("in")
          .bind("127.0.0.1", taken.port())
          .defaultBackend(unknown)
          .build();
      TcpFrontend two =
          TcpFrontend.builder("in").bind("127.0.0.1", 0).defaultBackend(unknown).build();

      assertThatThrownBy(() -> LoadBalancer.start(one, two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("frontend name used twice: 'in'")
          .hasMessageContaining("unknown host: [s1 at no-such-host.invalid")
          .hasMessageContaining("cannot listen on /127.0.0.1:" + taken.port());
    }
  }

  @Test
  void a_changed_reason_does_not_prepare_the_strategy_again() throws Exception {
    List<Integer> prepared = new CopyOnWriteArrayList<>();
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo())) {
      Backend backend = Backend.builder("app")
          .balancer(members -> {
            prepared.add(members.eligible().size());
            return request -> members.eligible().get(0);
          })
          .server(Server.of("s1", "127.0.0.1", echo.port()))
          .server(Server.of("s2", "127.0.0.1", echo.port()))
          .build();
      try (LoadBalancer lb = LoadBalancer.start(
          TcpFrontend.builder("in").bind("127.0.0.1", 0).defaultBackend(backend).build())) {
        lb.backend("app").server("s1").ready().toCompletableFuture().join();
        lb.backend("app").server("s2").drain().toCompletableFuture().join();
        lb.backend("app").server("s2").maintenance().toCompletableFuture().join();
        lb.backend("app").server("s2").ready().toCompletableFuture().join();
      }
      assertThat(prepared).containsExactly(2, 1, 2);
    }
  }
}
