package dev.fairlead.wire;

import static dev.fairlead.config.ConnectionRule.when;
import static dev.fairlead.edge.Conditions.firstBytes;
import static dev.fairlead.edge.Conditions.plainHttp;
import static dev.fairlead.edge.Conditions.tlsVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.Condition;
import dev.fairlead.edge.Needs;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.event.Event;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Termination.Cause;
import dev.fairlead.status.Termination.Stage;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS that is terminated, passed through, or refused, on real sockets. */
class TlsTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final TestCertificate SITE = CA.server("site.example");

  private static Tls tls(TlsProvider provider) {
    return Tls.of(TlsCertificate.of(SITE.key(), SITE.chain().toArray(X509Certificate[]::new)))
        .provider(provider);
  }

  private static WireProxy terminating(ScriptedServer server, Tls tls) {
    return WireProxy.start(
        WireProxy.to(server).build(),
        Transport.AUTO,
        b -> b.bind(Binding.of("127.0.0.1", 0).tls(tls)));
  }

  private static Socket plain(WireProxy proxy) throws IOException {
    InetSocketAddress to =
        (InetSocketAddress) proxy.lb().frontend("tcp").addresses().get(1);
    Socket plain = new Socket(to.getAddress(), to.getPort());
    plain.setSoTimeout((int) WireProxy.SOON.toMillis());
    return plain;
  }

  private static SSLSocket client(WireProxy proxy, String sni) throws Exception {
    return client(plain(proxy), sni);
  }

  private static SSLSocket client(Socket plain, String sni) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", CA.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, sni, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(sni)));
    socket.setSSLParameters(parameters);
    return socket;
  }

  /** What a client begins with. */
  private static byte[] hello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("site.example", 443);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    return Arrays.copyOf(hello.array(), hello.position());
  }

  private static String exchange(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.shutdownOutput();
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

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
      socket.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_CBC_SHA"});
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
}
