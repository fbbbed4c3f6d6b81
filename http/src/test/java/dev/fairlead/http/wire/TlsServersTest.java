package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.event.Event.ExchangeClosed;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers whose TLS fails, and which connections to servers may be used again. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class TlsServersTest {
  /** Not to be ended by its own time. */
  private static final ServerConnections RESTING_LONG =
      ServerConnections.defaults().idleTimeout(Duration.ofMinutes(10));

  private static final TestCertificates STRANGER = TestCertificates.authority("nobody");
  private static final TlsOrigin.Script OK = TlsOrigin.answer(Scripts.ok("good"));

  private static Server server(String name, int port, ServerTls tls) {
    return Server.of(name, "127.0.0.1", port).tls(tls);
  }

  /** Asks once, where that server is the only one. */
  private static void fails(int port, ServerTls tls, Reason reason, String letters)
      throws Exception {
    try (Proxy proxy = Proxy.bare(
            b -> b.server(server("s1", port, tls))
                .connectTimeout(Duration.ofSeconds(1))
                .retries(0),
            f -> f.bind("127.0.0.1", 0));
        RawClient client = proxy.connect()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503 ");
      ExchangeClosed end = proxy.first();
      assertThat(end.termination()).hasToString(letters);
      assertThat(end.termination().reason()).isEqualTo(reason);
      assertThat(proxy.server("s1", Counter.TLS_ERRORS)).isEqualTo(1);
      assertThat(proxy.server("s1", Counter.CONNECT_ERRORS)).isEqualTo(1);
      client.finish();
      assertThat(proxy.gone(1).get(0).termination().reason()).isEqualTo(reason);
    }
  }

  private static void fails(TestCertificate own, ServerTls tls, Reason reason) throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(own, socket -> {}, OK)) {
      fails(origin.port(), tls, reason, "SC");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_certificate_that_does_not_hold_is_told_by_its_reason(TlsProvider provider)
      throws Exception {
    ServerTls tls = TlsPeers.toServers(provider);
    fails(STRANGER.server("127.0.0.1"), tls, Reason.TLS_UNKNOWN_CA);
    fails(TlsPeers.CA.server("other.example"), tls, Reason.TLS_WRONG_HOST);
    fails(TlsPeers.CA.expired("127.0.0.1"), tls, Reason.TLS_EXPIRED);
    fails(TlsPeers.SITE, tls.pinned("00".repeat(32)), Reason.TLS_PIN_MISMATCH);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_server_without_tls_or_without_an_answer_is_told_by_its_reason(TlsProvider provider)
      throws Exception {
    ServerTls tls = TlsPeers.toServers(provider);
    try (ScriptedServer silent = ScriptedServer.start(Scripts.hang());
        ScriptedServer plain = ScriptedServer.start(c -> {
          c.read();
          c.write("HTTP/1.1 400 Bad Request\r\n\r\n");
          c.readAll();
        })) {
      fails(silent.port(), tls, Reason.TLS_TIMEOUT, "sC");
      fails(plain.port(), tls, Reason.TLS_NOT_SPOKEN, "SC");
    }
  }

  @ParameterizedTest
  @CsvSource({"JDK,TLSv1.2", "JDK,TLSv1.3", "OPENSSL,TLSv1.2", "OPENSSL,TLSv1.3"})
  void a_server_that_wants_a_certificate_of_ours_refuses_us(TlsProvider provider, String version)
      throws Exception {
    try (TlsOrigin origin = TlsOrigin.start(TlsPeers.SITE, demanding(version), OK)) {
      fails(origin.port(), TlsPeers.toServers(provider), Reason.TLS_PEER_REFUSED, "SC");
    }
  }

  private static Consumer<SSLSocket> demanding(String version) {
    return socket -> {
      socket.setNeedClientAuth(true);
      socket.setEnabledProtocols(new String[] {version});
    };
  }

  @ParameterizedTest
  @CsvSource({"JDK,TLSv1.2", "JDK,TLSv1.3", "OPENSSL,TLSv1.2", "OPENSSL,TLSv1.3"})
  void a_request_that_such_a_server_has_not_seen_goes_elsewhere(
      TlsProvider provider, String version) throws Exception {
    ServerTls tls = TlsPeers.toServers(provider);
    try (TlsOrigin bad = TlsOrigin.start(TlsPeers.SITE, demanding(version), OK);
        TlsOrigin worse = TlsOrigin.start(STRANGER.server("127.0.0.1"), socket -> {}, OK);
        TlsOrigin good = TlsOrigin.start(client -> {
          client.head();
          client.read(4);
          client.send(Scripts.ok("good"));
          client.rest();
        });
        Proxy proxy = Proxy.bare(
            b -> b.server(server("bad", bad.port(), tls))
                .server(server("worse", worse.port(), tls))
                .server(server("good", good.port(), tls)),
            f -> f.bind("127.0.0.1", 0));
        RawClient client = proxy.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("good");
      assertThat(proxy.first().termination()).hasToString("--");
      assertThat(proxy.first().retries()).isEqualTo(2);
      assertThat(proxy.server("bad", Counter.TLS_ERRORS)).isEqualTo(1);
      assertThat(proxy.server("worse", Counter.TLS_ERRORS)).isEqualTo(1);
    }
  }

  @Test
  void with_sni_from_host_a_connection_carries_requests_for_one_host_only() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    TestCertificate both = TlsPeers.CA.server("one.example", "two.example", "127.0.0.1");
    TlsOrigin.Script script = client -> {
      client.head();
      asked.add(client.serverName());
      client.send(Scripts.ok("1"));
      OK.play(client);
    };
    ServerTls tls = ServerTls.of().trust(TlsTrust.of(TlsPeers.CA.certificate())).sniFromHost(true);
    try (TlsOrigin origin = TlsOrigin.start(both, socket -> {}, script);
        Proxy proxy = Proxy.bare(
            b -> b.server(server("s1", origin.port(), tls)), f -> f.bind("127.0.0.1", 0));
        RawClient client = proxy.connect()) {
      for (String host : List.of("one.example", "two.example", "one.example:443", "two.example")) {
        client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      }
      assertThat(asked).containsExactly("one.example", "two.example");
      client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      assertThat(origin.connections()).as("no host is no host's").isEqualTo(3);
    }
  }

  @Test
  void with_a_proxy_header_a_connection_is_for_one_client_and_ends_with_it() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readUntil("\r\n");
          Scripts.answer(Scripts.ok("x")).play(c);
        });
        Proxy proxy = Proxy.bare(
            b -> b.server(Server.of("s1", "127.0.0.1", server.port()).sendProxy(SendProxy.v1())),
            f -> f.bind("127.0.0.1", 0).serverConnections(RESTING_LONG));
        RawClient one = proxy.connect();
        RawClient two = proxy.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(one.get("/").response()).endsWith("x");
        assertThat(two.get("/").response()).endsWith("x");
      }
      assertThat(server.connections()).isEqualTo(2);
      assertThat(server.connection(1).received())
          .startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 " + one.socket().getLocalPort() + " ");
      one.finish();
      Await.until(Proxy.SOON, () -> server.open() == 1);
      assertThat(two.get("/").response()).endsWith("x");
    }
  }

  @Test
  void with_both_a_connection_is_for_one_client_and_one_host_and_ends_with_the_client()
      throws Exception {
    TestCertificate both = TlsPeers.CA.server("one.example", "two.example", "127.0.0.1");
    ServerTls tls = ServerTls.of().trust(TlsTrust.of(TlsPeers.CA.certificate())).sniFromHost(true);
    try (TlsOrigin origin = TlsOrigin.behindLine(both, OK);
        Proxy proxy = Proxy.bare(
            b -> b.server(server("s1", origin.port(), tls).sendProxy(SendProxy.v1())),
            f -> f.bind("127.0.0.1", 0).serverConnections(RESTING_LONG));
        RawClient one = proxy.connect();
        RawClient two = proxy.connect()) {
      for (String host : List.of("one.example", "two.example", "one.example", "two.example")) {
        one.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(one.response()).startsWith("HTTP/1.1 200 ");
      }
      String get = "GET / HTTP/1.1\r\nHost: one.example\r\n\r\n";
      assertThat(two.send(get).response()).startsWith("HTTP/1.1 200 ");
      assertThat(origin.connections()).isEqualTo(3);
      one.finish();
      Await.until(Proxy.SOON, () -> origin.open() == 1);
      assertThat(two.send(get).response()).startsWith("HTTP/1.1 200 ");
      assertThat(origin.connections()).isEqualTo(3);
    }
  }
}
