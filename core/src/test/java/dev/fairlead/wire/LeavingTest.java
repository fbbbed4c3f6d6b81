package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.SilentPort;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that are early, and clients that leave before anybody has served them. */
class LeavingTest {
  private static final Duration SOON = WireProxy.SOON;

  private static Backend limited(ScriptedServer server) {
    return Backend.builder("app")
        .server(Server.of("s1", server.address()).maxConnections(1))
        .queueTimeout(Duration.ofMinutes(1))
        .build();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_client_that_leaves_the_queue_frees_its_place(Transport transport) throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(limited(echo), transport, b -> b);
        Socket holder = proxy.connect()) {
      echo.awaitConnections(1);
      Socket closing = proxy.connect();
      Socket resetting = proxy.connect();
      Await.until(SOON, () -> proxy.status().queued() == 2);
      closing.close();
      resetting.setSoLinger(true, 0);
      resetting.close();
      Await.until(SOON, () -> proxy.status().queued() == 0);
      assertThat(proxy.closed().termination()).hasToString("CQ");
      assertThat(holder.isConnected()).isTrue();
      assertThat(echo.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_client_that_leaves_while_we_connect_frees_its_slot(Transport transport) throws Exception {
    try (SilentPort silent = SilentPort.open();
        WireProxy proxy = WireProxy.start(
            Backend.builder("app").server(Server.of("s1", silent.address())).build(),
            transport,
            b -> b)) {
      Socket client = proxy.connect();
      Await.until(SOON, () -> proxy.status().inFlight() == 1);
      client.close();
      assertThat(proxy.closed().termination()).hasToString("CC");
      Await.until(SOON, () -> proxy.status().inFlight() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_server_that_does_not_answer_is_given_up_for_another(Transport transport) throws Exception {
    try (SilentPort silent = SilentPort.open();
        ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(
            Backend.builder("app")
                .server(Server.of("s1", silent.address()))
                .server(Server.of("s2", echo.address()))
                .connectTimeout(Duration.ofMillis(200))
                .build(),
            transport,
            b -> b);
        Socket client = proxy.connect()) {
      client.getOutputStream().write('x');
      assertThat(client.getInputStream().read()).isEqualTo('x');
      client.shutdownOutput();
      assertThat(proxy.closed().redispatched()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void what_a_client_sends_while_it_waits_arrives_whole(Transport transport) throws Exception {
    String much = "0123456789".repeat(20_000);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.write("ready");
          c.write("got " + c.readAll().length());
        });
        WireProxy proxy = WireProxy.start(limited(server), transport, b -> b)) {
      Socket holder = proxy.connect();
      assertThat(holder.getInputStream().readNBytes(5)).hasSize(5);
      try (Socket waiting = proxy.connect()) {
        waiting.getOutputStream().write(much.getBytes(StandardCharsets.US_ASCII));
        waiting.shutdownOutput();
        Await.until(SOON, () -> proxy.status().queued() == 1);
        holder.close();
        String answer =
            new String(waiting.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(answer).isEqualTo("readygot " + much.length());
      }
    }
  }

  @Test
  void frontends_close_with_clients_in_every_state() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(limited(echo))) {
      Socket holder = proxy.connect();
      echo.awaitConnections(1);
      Socket waiting = proxy.connect();
      Await.until(SOON, () -> proxy.status().queued() == 1);
      proxy.lb().close("tcp", Duration.ZERO).toCompletableFuture().join();
      assertThat(holder.getInputStream().read()).isEqualTo(-1);
      assertThat(waiting.getInputStream().read()).isEqualTo(-1);
      assertThat(proxy.lb().backends()).isEmpty();
      holder.close();
      waiting.close();
    }
  }
}
