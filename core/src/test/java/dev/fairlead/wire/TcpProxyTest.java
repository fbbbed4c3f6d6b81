package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** TCP relayed between real sockets. */
class TcpProxyTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private static Backend backend(ScriptedServer... servers) {
    Backend.Builder builder = Backend.builder("app");
    for (int i = 0; i < servers.length; i++) {
      builder.server(Server.of("s" + (i + 1), "127.0.0.1", servers[i].port()));
    }
    return builder.build();
  }

  private static LoadBalancer start(Backend backend) {
    return LoadBalancer.start(
        TcpFrontend.builder("tcp").bind("127.0.0.1", 0).defaultBackend(backend).build());
  }

  private static Socket connect(LoadBalancer lb) throws IOException {
    Socket socket = new Socket();
    socket.connect(lb.address("tcp"));
    socket.setSoTimeout((int) SOON.toMillis());
    return socket;
  }

  private static void assertNothingInFlight(LoadBalancer lb) {
    Await.until(SOON, () -> idle(lb.backend("app").status()));
  }

  private static boolean idle(BackendStatus status) {
    return status.inFlight() == 0 && status.queued() == 0;
  }

  @Test
  void ten_mebibytes_come_back_as_they_were_sent() throws Exception {
    byte[] sent = new byte[10 << 20];
    new Random(1).nextBytes(sent);
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = start(backend(echo));
        Socket socket = connect(lb)) {
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
        try {
          OutputStream out = socket.getOutputStream();
          out.write(sent);
          socket.shutdownOutput();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
      writing.join();
      assertNothingInFlight(lb);
    }
  }

  @Test
  void a_half_closed_client_still_gets_its_answer() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          String all = c.readAll();
          c.write("got " + all.length());
        });
        LoadBalancer lb = start(backend(server));
        Socket socket = connect(lb)) {
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("got 5");
      assertNothingInFlight(lb);
    }
  }

  @Test
  void a_server_that_half_closes_still_gets_the_rest() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.write("bye");
          c.closeOutput();
          c.readAll();
        });
        LoadBalancer lb = start(backend(server));
        Socket socket = connect(lb)) {
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("bye");
      socket.getOutputStream().write("more".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      Await.until(SOON, () -> server.connection(1).received().equals("more"));
      assertNothingInFlight(lb);
    }
  }

  @Test
  void a_reset_of_the_server_is_a_reset_for_the_client() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.resetAfter(1));
        LoadBalancer lb = start(backend(server));
        Socket socket = connect(lb)) {
      socket.getOutputStream().write('x');
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertNothingInFlight(lb);
    }
  }

  @Test
  void a_reset_of_the_client_is_a_reset_for_the_server() throws Exception {
    CompletableFuture<String> end = new CompletableFuture<>();
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.write("ready");
          try {
            c.readAll();
            end.complete("end of stream");
          } catch (IOException e) {
            end.complete(String.valueOf(e.getMessage()));
            throw e;
          }
        });
        LoadBalancer lb = start(backend(server))) {
      try (Socket socket = connect(lb)) {
        assertThat(socket.getInputStream().readNBytes(5)).hasSize(5);
        socket.setSoLinger(true, 0);
      }
      assertThat(end.get(10, java.util.concurrent.TimeUnit.SECONDS)).contains("reset");
      assertNothingInFlight(lb);
    }
  }

  @Test
  void a_refused_server_costs_a_client_nothing_but_a_moment() throws Exception {
    try (ScriptedServer refusing = ScriptedServer.refusing();
        ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = start(backend(refusing, echo))) {
      for (int i = 0; i < 4; i++) {
        try (Socket socket = connect(lb)) {
          socket.getOutputStream().write('x');
          assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
      }
      assertThat(echo.connections()).isEqualTo(4);
      assertNothingInFlight(lb);
    }
  }

  @Test
  void servers_take_turns() throws Exception {
    try (ScriptedServer a = ScriptedServer.start(c -> c.write("a"));
        ScriptedServer b = ScriptedServer.start(c -> c.write("b"));
        LoadBalancer lb = start(backend(a, b))) {
      StringBuilder order = new StringBuilder();
      for (int i = 0; i < 6; i++) {
        try (Socket socket = connect(lb)) {
          order.append((char) socket.getInputStream().read());
        }
      }
      assertThat(order).hasToString("ababab");
    }
  }

  @Test
  void connections_beyond_the_limit_wait_in_the_backlog() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = LoadBalancer.start(TcpFrontend.builder("tcp")
            .bind("127.0.0.1", 0)
            .maxConnections(2)
            .defaultBackend(backend(echo))
            .build())) {
      Socket first = connect(lb);
      Socket second = connect(lb);
      Socket third = connect(lb);
      echo.awaitConnections(2);
      third.getOutputStream().write('x');
      assertThat(Await.held(Duration.ofMillis(200), () -> echo.connections() == 2))
          .isTrue();
      first.close();
      assertThat(third.getInputStream().read()).isEqualTo('x');
      second.close();
      third.close();
      assertNothingInFlight(lb);
    }
  }

  @Test
  void a_taken_port_fails_the_start_and_leaves_nothing_behind() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = start(backend(echo))) {
      int taken = ((InetSocketAddress) lb.address("tcp")).getPort();
      TcpFrontend same = TcpFrontend.builder("other")
          .bind("127.0.0.1", taken)
          .bind("127.0.0.1", echo.port())
          .defaultBackend(backend(echo))
          .build();
      assertThatThrownBy(() -> LoadBalancer.start(same))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("frontend 'other'")
          .hasMessageContaining(String.valueOf(taken))
          .hasMessageContaining(String.valueOf(echo.port()));
    }
  }

  @Test
  void closing_with_grace_lets_a_session_finish() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo())) {
      LoadBalancer lb = start(backend(echo));
      Socket socket = connect(lb);
      socket.getOutputStream().write('x');
      assertThat(socket.getInputStream().read()).isEqualTo('x');
      CompletableFuture<Void> closed = lb.closeAsync(SOON).toCompletableFuture();
      socket.getOutputStream().write('y');
      assertThat(socket.getInputStream().read()).isEqualTo('y');
      assertThat(closed).isNotDone();
      socket.close();
      closed.get(10, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  @Test
  void twenty_load_balancers_start_and_stop_in_one_process() throws Exception {
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo())) {
      for (int i = 0; i < 20; i++) {
        try (LoadBalancer lb = start(backend(echo));
            Socket socket = connect(lb)) {
          socket.getOutputStream().write('x');
          assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
      }
    }
  }
}
