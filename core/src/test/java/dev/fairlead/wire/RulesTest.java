package dev.fairlead.wire;

import static dev.fairlead.config.ConnectionRule.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.Condition;
import dev.fairlead.edge.Condition.Answer;
import dev.fairlead.edge.Needs;
import dev.fairlead.event.Event;
import dev.fairlead.event.Event.ConnectionRefused;
import dev.fairlead.spi.Connection;
import dev.fairlead.status.Reason;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is done with a connection before its frontend's protocol gets it. */
class RulesTest {
  private static final Condition ALWAYS = Condition.of(Needs.ADDRESSES, c -> true);

  /** The first bytes begin so. */
  private record Begins(String text) implements Condition {
    @Override
    public Needs needs() {
      return Needs.FIRST_BYTES;
    }

    @Override
    public Answer ask(Connection connection) {
      String came = connection.firstBytes().toString(StandardCharsets.US_ASCII);
      if (came.startsWith(text)) {
        return Answer.YES;
      }
      return text.startsWith(came) ? Answer.OPEN : Answer.NO;
    }
  }

  private static Backend backend(String name, ScriptedServer server) {
    return Backend.builder(name).server(Server.of("s", server.address())).build();
  }

  private static WireProxy start(ScriptedServer server, TcpRules rules) {
    return WireProxy.start(
        WireProxy.to(server).build(), Transport.AUTO, b -> rules.to(b.inspectTimeout(SHORT)));
  }

  private static final Duration SHORT = Duration.ofMillis(300);

  private interface TcpRules {
    TcpFrontend.Builder to(TcpFrontend.Builder builder);
  }

  private static String talk(WireProxy proxy, String... parts) throws IOException {
    try (Socket socket = proxy.connect()) {
      for (String part : parts) {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        Await.held(Duration.ofMillis(50), () -> true); // a packet of its own
      }
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static ConnectionRefused refused(WireProxy proxy) {
    Await.until(
        "a refusal",
        WireProxy.SOON,
        () -> !proxy.events(ConnectionRefused.class).isEmpty());
    return proxy.events(ConnectionRefused.class).get(0);
  }

  @Test
  void protocols_are_told_apart_on_one_port_by_their_first_bytes_even_one_by_one()
      throws Exception {
    try (ScriptedServer rest = ScriptedServer.start(c -> c.write("rest:" + c.readAll()));
        ScriptedServer ssh = ScriptedServer.start(c -> c.write("ssh:" + c.readAll()));
        ScriptedServer get = ScriptedServer.start(c -> c.write("get:" + c.readAll()));
        WireProxy proxy = start(
            rest,
            b -> b.rule(when(new Begins("SSH-")).to(backend("ssh", ssh)))
                .rule(when(new Begins("GET ")).to(backend("get", get))))) {
      assertThat(talk(proxy, "SSH-2.0-x")).isEqualTo("ssh:SSH-2.0-x");
      assertThat(talk(proxy, "G", "E", "T", " /")).isEqualTo("get:GET /");
      assertThat(talk(proxy, "SSL")).isEqualTo("rest:SSL");
      assertThat(talk(proxy, "SS")).as("ended early").isEqualTo("rest:SS");
    }
  }

  @Test
  void a_client_that_waits_for_the_server_to_begin_goes_on_after_the_inspect_timeout()
      throws Exception {
    try (ScriptedServer greeting = ScriptedServer.start(c -> c.write("220 hello"));
        WireProxy proxy = start(greeting, b -> b.rule(when(new Begins("GET ")).reject()));
        Socket socket = proxy.connect()) {
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("220 hello");
    }
  }

  @Test
  void a_rejected_client_sees_a_reset_and_no_server_sees_it() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("never"));
        WireProxy proxy = start(server, b -> b.rule(when(ALWAYS).reject()));
        Socket socket = proxy.connect()) {
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertThat(refused(proxy).reason()).isEqualTo(Reason.RULE_REJECTED);
      assertThat(server.connections()).isZero();
      assertThat(proxy.events(Event.SessionOpened.class)).isEmpty();
    }
  }

  @Test
  void a_dropped_client_hears_nothing_until_its_time_is_over() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("never"));
        WireProxy proxy = start(
            server,
            b -> b.clientTimeout(Duration.ofSeconds(1)).rule(when(ALWAYS).drop()));
        Socket socket = proxy.connect()) {
      socket.setSoTimeout(500);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout((int) WireProxy.SOON.toMillis());
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(refused(proxy).reason()).isEqualTo(Reason.RULE_DROPPED);
    }
  }

  @Test
  void the_first_rule_that_holds_decides_and_accept_ends_the_rules() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("ok:" + c.readAll()));
        WireProxy proxy = start(
            server,
            b -> b.rule(when(ALWAYS.not()).reject())
                .rule(when(new Begins("a").or(new Begins("b"))).accept())
                .rule(when(ALWAYS).reject()))) {
      assertThat(talk(proxy, "b")).isEqualTo("ok:b");
      assertThatThrownBy(() -> talk(proxy, "c")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_connection_is_handed_to_another_frontend_and_counts_there() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("one:" + c.readAll()));
        ScriptedServer other = ScriptedServer.start(c -> c.write("two:" + c.readAll()))) {
      TcpFrontend second = TcpFrontend.builder("second")
          .unbound()
          .maxConnections(1)
          .defaultBackend(backend("two", other))
          .build();
      try (WireProxy proxy = start(server, b -> b.rule(when(new Begins("2")).to(second)));
          Socket held = proxy.connect()) {
        held.getOutputStream().write('2');
        Await.until(
            "the session",
            WireProxy.SOON,
            () -> proxy.events(Event.SessionOpened.class).stream()
                .anyMatch(e -> e.frontend().equals("second")));
        assertThat(talk(proxy, "1")).isEqualTo("one:1");
        try (Socket tooMany = proxy.connect()) {
          tooMany.getOutputStream().write('2');
          assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(refused(proxy).reason()).isEqualTo(Reason.FRONTEND_FULL);
        held.shutdownOutput();
        assertThat(new String(held.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .isEqualTo("two:2");
      }
    }
  }

  @Test
  void a_condition_that_throws_costs_its_connection_only() throws Exception {
    Condition broken = Condition.of(Needs.FIRST_BYTES, c -> {
      if (c.firstBytes().getByte(c.firstBytes().readerIndex()) == 'x') {
        throw new IllegalStateException("a bug");
      }
      return false;
    });
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("ok:" + c.readAll()));
        WireProxy proxy = start(server, b -> b.rule(when(broken).reject()))) {
      assertThatThrownBy(() -> talk(proxy, "x")).isInstanceOf(IOException.class);
      assertThat(proxy.events(Event.ComponentFailed.class)).hasSize(1);
      assertThat(talk(proxy, "y")).isEqualTo("ok:y");
    }
  }

  @Test
  void a_rule_that_cannot_hold_any_more_makes_nobody_wait_for_bytes() throws Exception {
    Condition nobody = Condition.of(Needs.ADDRESSES, c -> false);
    try (ScriptedServer greeting = ScriptedServer.start(c -> c.write("220 hello"));
        WireProxy proxy = start(
            greeting,
            b -> b.inspectTimeout(Duration.ofMinutes(1))
                .rule(when(nobody.and(new Begins("GET "))).reject())
                .rule(when(new Begins("SSH-").or(ALWAYS)).accept()));
        Socket socket = proxy.connect()) {
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("220 hello");
    }
  }

  @Test
  void a_frontend_that_is_being_closed_gets_no_more_connections() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("one:" + c.readAll()));
        ScriptedServer other = ScriptedServer.start(c -> c.write("two:" + c.readAll()))) {
      TcpFrontend second = TcpFrontend.builder("second")
          .unbound()
          .defaultBackend(backend("two", other))
          .build();
      try (WireProxy proxy = start(server, b -> b.rule(when(new Begins("2")).to(second)));
          Socket held = proxy.connect()) {
        held.getOutputStream().write('2');
        Await.until(
            "the session",
            WireProxy.SOON,
            () -> !proxy.events(Event.SessionOpened.class).isEmpty());
        CompletableFuture<Void> closed =
            proxy.lb().close("second", Duration.ofMinutes(1)).toCompletableFuture();
        Await.until(
            "it closes",
            WireProxy.SOON,
            () -> !proxy.events(Event.FrontendClosed.class).isEmpty());

        try (Socket late = proxy.connect()) {
          late.getOutputStream().write('2');
          assertThat(late.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(refused(proxy).reason()).isEqualTo(Reason.FRONTEND_FULL);
        held.shutdownOutput();
        assertThat(new String(held.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .isEqualTo("two:2");
        closed.get(10, TimeUnit.SECONDS);
      }
    }
  }
}
