package dev.fairlead.wire;

import static dev.fairlead.config.ConnectionRule.when;
import static dev.fairlead.wire.TlsClients.client;
import static dev.fairlead.wire.TlsClients.exchange;
import static dev.fairlead.wire.TlsClients.plain;
import static dev.fairlead.wire.TlsClients.terminating;
import static dev.fairlead.wire.TlsClients.tls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.Condition;
import dev.fairlead.edge.Needs;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.event.Event;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS that is terminated, passed through, or refused, on real sockets. */
class TlsTest {
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void bytes_pass_decrypted_both_ways(TlsProvider provider) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("got " + c.read(5)));
        WireProxy proxy = terminating(server, tls(provider));
        SSLSocket socket = client(proxy, "site.example")) {
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("got hello");
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  /** Netty's BoringSSL engine takes a close_notify for the end of both directions. */
  @Test
  void the_end_of_one_direction_is_passed_on_and_the_other_goes_on_with_the_jdks_provider()
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("got " + c.readAll()));
        WireProxy proxy = terminating(server, tls(TlsProvider.JDK));
        SSLSocket socket = client(proxy, "site.example")) {
      assertThat(exchange(socket, "hello")).isEqualTo("got hello");
    }
  }

  /** As HAProxy and Nginx do: a protocol of its own knows whether it is whole. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_client_that_ends_without_a_word_of_tls_is_passed_on_as_a_regular_end(TlsProvider provider)
      throws Exception {
    CompletableFuture<String> received = new CompletableFuture<>();
    try (ScriptedServer server = ScriptedServer.start(c -> received.complete(c.readAll()));
        WireProxy proxy = terminating(server, tls(provider));
        Socket plain = plain(proxy);
        SSLSocket socket = client(plain, "site.example")) {
      socket.getOutputStream().write("all of it".getBytes(StandardCharsets.UTF_8));
      plain.shutdownOutput();
      assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo("all of it");
    }
  }

  @Test
  void a_name_nobody_has_is_refused_when_names_are_strict() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("never"));
        WireProxy proxy = terminating(server, tls(TlsProvider.JDK).strictSni(true));
        SSLSocket socket = client(proxy, "other.example")) {
      assertThat(catchThrowable(socket::startHandshake)).hasMessageContaining("unrecognized_name");
      Await.until(
          "the event",
          WireProxy.SOON,
          () -> !proxy.events(Event.ConnectionRefused.class).isEmpty());
      assertThat(proxy.events(Event.ConnectionRefused.class))
          .extracting(Event.ConnectionRefused::reason)
          .containsExactly(Reason.TLS_UNKNOWN_NAME);
    }
  }

  @Test
  void a_rule_sends_tls_on_as_it_is_by_the_name_asked_for() throws Exception {
    Condition inner = Condition.of(Needs.FIRST_BYTES, c -> "inner.example".equals(c.sni()));
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("clear " + c.readAll()));
        ScriptedServer secret = ScriptedServer.start(c -> c.write("!" + c.read(1)));
        WireProxy proxy = WireProxy.start(
            WireProxy.to(server).build(),
            Transport.AUTO,
            b -> b.bind(Binding.of("127.0.0.1", 0).tls(tls(TlsProvider.JDK)))
                .rule(when(inner)
                    .passThrough(Backend.builder("secret")
                        .server(Server.of("s", secret.address()))
                        .build())));
        SSLSocket in = client(proxy, "inner.example");
        SSLSocket out = client(proxy, "site.example")) {
      assertThat(catchThrowable(in::startHandshake))
          .isNotNull(); // the other end speaks no TLS: "!" came back
      assertThat(exchange(out, "x")).isEqualTo("clear x");
    }
  }
}
