package dev.fairlead.wire;

import static dev.fairlead.config.ConnectionRule.when;
import static dev.fairlead.edge.Conditions.firstBytes;
import static dev.fairlead.edge.Conditions.plainHttp;
import static dev.fairlead.edge.Conditions.tlsVersion;
import static dev.fairlead.wire.TlsClients.CA;
import static dev.fairlead.wire.TlsClients.client;
import static dev.fairlead.wire.TlsClients.hello;
import static dev.fairlead.wire.TlsClients.plain;
import static dev.fairlead.wire.TlsClients.terminating;
import static dev.fairlead.wire.TlsClients.tls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.Condition;
import dev.fairlead.edge.Needs;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.event.Event;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Termination.Cause;
import dev.fairlead.status.Termination.Stage;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How handshakes go on and fail, and what rules ask of them, on real sockets. */
class TlsHandshakesTest {
  /** Once TLS is terminated, the first bytes are those that began it, and no more of them come. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_rule_may_ask_for_first_bytes_and_the_handshake_at_once(TlsProvider provider)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("rest " + c.read(1)));
        ScriptedServer newest = ScriptedServer.start(c -> c.write("newest " + c.read(1)));
        WireProxy proxy = WireProxy.start(
            WireProxy.to(server).build(),
            Transport.AUTO,
            b -> b.bind(Binding.of("127.0.0.1", 0).tls(tls(provider)))
                .rule(
                    when(tlsVersion(TlsVersion.TLS_1_2).and(plainHttp().not())).reject())
                .rule(when(tlsVersion(TlsVersion.TLS_1_3).and(plainHttp())).reject())
                .rule(when(tlsVersion(TlsVersion.TLS_1_3).and(firstBytes("\u0016\u0003")))
                    .to(Backend.builder("newest")
                        .server(Server.of("s", newest.address()))
                        .build())));
        SSLSocket socket = client(proxy, "site.example")) {
      socket.getOutputStream().write('x');
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("newest x");
    }
  }

  /** With {@code maxHandshakes(1)}, one that has begun and does not go on holds up the next one. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void no_more_handshakes_than_allowed_are_under_way_at_once(TlsProvider provider)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("got " + c.read(1)));
        WireProxy proxy = terminating(server, tls(provider).maxHandshakes(1));
        Socket slow = plain(proxy);
        Socket plain = plain(proxy)) {
      slow.getOutputStream().write(hello());
      slow.getInputStream().read(); // our answer: it is under way
      SSLSocket next = client(plain, "site.example");
      CompletableFuture<Void> secured = CompletableFuture.runAsync(() -> {
        try {
          next.startHandshake();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      assertThat(Await.held(Duration.ofMillis(300), () -> !secured.isDone())).isTrue();

      slow.shutdownOutput();
      secured.get(10, TimeUnit.SECONDS);
      next.getOutputStream().write('x');
      assertThat(new String(next.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("got x");
    }
  }

  /** It is known at once, not only when the time for the handshake is over. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_server_that_ends_amid_the_handshake_has_failed_it(TlsProvider provider) throws Exception {
    Duration never = Duration.ofMinutes(1);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readSome();
          c.closeOutput();
          c.readAll();
        });
        WireProxy proxy = WireProxy.start(Backend.builder("app")
            .connectTimeout(never)
            .retries(0)
            .server(Server.of("s", server.address())
                .tls(ServerTls.of().provider(provider).handshakeTimeout(never)))
            .build());
        Socket client = proxy.connect()) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(proxy.closed().termination().reason()).isEqualTo(Reason.TLS_CLOSED);
    }
  }

  @Test
  void a_server_whose_handshake_takes_too_long_has_failed_it() throws Exception {
    Duration never = Duration.ofMinutes(1);
    try (ScriptedServer server = ScriptedServer.start(Scripts.hang());
        WireProxy proxy = WireProxy.start(Backend.builder("app")
            .connectTimeout(never)
            .retries(0)
            .server(Server.of("s", server.address())
                .tls(ServerTls.of().handshakeTimeout(Duration.ofMillis(200))))
            .build());
        Socket client = proxy.connect()) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(proxy.closed().termination())
          .isEqualTo(new Termination(Cause.SERVER_TIMEOUT, Stage.CONNECT, Reason.TLS_TIMEOUT));
    }
  }

  /** Not only by the end of the connection: a client shall know why. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_client_with_no_cipher_in_common_gets_an_alert(TlsProvider provider) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("never"));
        WireProxy proxy = terminating(server, tls(provider));
        SSLSocket socket = client(proxy, "site.example")) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"});
      assertThat(catchThrowable(socket::startHandshake))
          .hasMessageContaining("Received fatal alert: handshake_failure");
      Await.until(
          "the event",
          WireProxy.SOON,
          () -> !proxy.events(Event.ConnectionRefused.class).isEmpty());
      assertThat(proxy.events(Event.ConnectionRefused.class))
          .extracting(Event.ConnectionRefused::reason)
          .containsExactly(Reason.TLS_NOTHING_SHARED);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_rule_may_ask_whose_certificate_was_verified(TlsProvider provider) throws Exception {
    Condition device = Condition.of(
        Needs.TLS, c -> c.tls() != null && "device-7".equals(c.tls().peerCommonName()));
    Tls asking =
        tls(provider).clientCertificates(ClientAuth.OPTIONAL, TlsTrust.of(CA.certificate()));
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("rest"));
        ScriptedServer devices = ScriptedServer.start(c -> c.write("devices"));
        WireProxy proxy = WireProxy.start(
            WireProxy.to(server).build(),
            Transport.AUTO,
            b -> b.bind(Binding.of("127.0.0.1", 0).tls(asking))
                .rule(when(device)
                    .to(Backend.builder("devices")
                        .server(Server.of("s", devices.address()))
                        .build())));
        SSLSocket nobody = client(proxy, "site.example");
        SSLSocket shown = client(plain(proxy), "site.example", CA.client("device-7"))) {
      assertThat(new String(nobody.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("rest");
      assertThat(new String(shown.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("devices");
    }
  }
}
