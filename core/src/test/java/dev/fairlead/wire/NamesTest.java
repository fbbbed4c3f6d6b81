package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers that are known by name. */
class NamesTest {
  private static void assertEchoes(WireProxy proxy) throws Exception {
    try (Socket client = proxy.connect()) {
      client.getOutputStream().write('x');
      assertThat(client.getInputStream().read()).isEqualTo('x');
    }
  }

  @Test
  void localhost_just_works() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(Backend.builder("app")
            .server(Server.of("s1", "localhost", echo.port()))
            .build())) {
      assertEchoes(proxy);
    }
  }

  @Test
  void a_check_at_another_port_of_a_named_server_connects_the_first_time() throws Exception {
    CompletableFuture<Boolean> connected = new CompletableFuture<>();
    try (ScriptedServer refusing = ScriptedServer.refusing();
        ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(Backend.builder("app")
            .server(Server.of("s1", "localhost", refusing.port()))
            .monitor("spy", watched -> {
              watched
                  .connect(
                      new ChannelInboundHandlerAdapter(),
                      ConnectOptions.of(WireProxy.SOON).port(echo.port()))
                  .addListener(f -> connected.complete(f.isSuccess()));
              return () -> {};
            })
            .build())) {
      assertThat(connected.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(proxy.status().servers()).hasSize(1);
    }
  }

  @Test
  void many_names_are_looked_up_at_once() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo())) {
      Backend.Builder backend = Backend.builder("app");
      for (int i = 1; i <= 40; i++) {
        backend.server(Server.of("s" + i, "localhost", echo.port()));
      }
      try (WireProxy proxy = WireProxy.start(backend.build())) {
        assertEchoes(proxy);
      }
    }
  }

  @Test
  void a_server_that_joins_by_name_is_reached_at_once() throws Exception {
    try (ScriptedServer refusing = ScriptedServer.refusing();
        ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(WireProxy.to(refusing).build())) {
      proxy
          .lb()
          .backend("app")
          .add(Server.of("s2", "localhost", echo.port()))
          .toCompletableFuture()
          .join();
      assertEchoes(proxy);
      assertThat(proxy.closed().server()).isEqualTo("s2");
    }
  }

  @Test
  void unknown_names_fail_the_start_all_in_one_message_and_leave_nothing() throws Exception {
    int port = Ports.free();
    Backend app = Backend.builder("app")
        .server(Server.of("s1", "no-such-host.invalid", 80))
        .server(Server.of("s2", "127.0.0.1", 80))
        .server(Server.of("s3", "nor-this-one.invalid", 80))
        .build();
    Backend other =
        Backend.builder("other").server(Server.of("s4", "nothing.invalid", 80)).build();
    assertThatThrownBy(() -> LoadBalancer.start(
            TcpFrontend.builder("tcp")
                .bind("127.0.0.1", port)
                .defaultBackend(app)
                .build(),
            TcpFrontend.builder("more")
                .bind("127.0.0.1", 0)
                .defaultBackend(other)
                .build()))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("no-such-host.invalid")
        .hasMessageContaining("nor-this-one.invalid")
        .hasMessageContaining("nothing.invalid")
        .hasMessageContaining("s1")
        .hasMessageNotContaining("s2");
    try (ServerSocket free = new ServerSocket()) {
      free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      assertThat(free.isBound()).isTrue();
    }
  }

  @Test
  void an_unknown_name_fails_the_change_that_brings_it_and_nothing_else() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(WireProxy.to(echo).build())) {
      var adding = proxy
          .lb()
          .backend("app")
          .add(Server.of("s2", "no-such-host.invalid", 80))
          .toCompletableFuture();
      assertThatThrownBy(adding::join).hasMessageContaining("no-such-host.invalid");
      assertThat(proxy.status().servers()).hasSize(1);
      assertEchoes(proxy);
    }
  }

  @Test
  void a_name_that_may_be_known_later_is_passed_over_until_then() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(Backend.builder("app")
            .server(Server.of("s1", "no-such-host.invalid", 80).resolveLater())
            .server(Server.of("s2", echo.address()))
            .build())) {
      for (int i = 0; i < 4; i++) {
        assertEchoes(proxy);
      }
    }
  }
}
