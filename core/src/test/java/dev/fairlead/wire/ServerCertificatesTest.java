package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.event.Event;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What TLS towards servers needs, changed while it runs: here, whom we believe. */
class ServerCertificatesTest {
  private static final TestCertificate SITE =
      TestCertificates.authority("new authority").server("site.example");
  private static final TestCertificate OTHER =
      TestCertificates.authority("old authority").server("site.example");

  @TempDir
  Path folder;

  private ScriptedServer server;
  private WireProxy origin;

  @BeforeEach
  void startOrigin() {
    server = ScriptedServer.start(c -> c.write("got " + c.read(1)));
    Tls tls = Tls.of(TlsCertificate.of(SITE.key(), SITE.chain().toArray(X509Certificate[]::new)));
    origin = WireProxy.start(
        WireProxy.to(server).build(),
        Transport.AUTO,
        b -> b.bind(Binding.of("127.0.0.1", 0).tls(tls)));
  }

  @AfterEach
  void stopOrigin() {
    origin.close();
    server.close();
  }

  private WireProxy proxy(ServerTls tls) {
    InetSocketAddress to =
        (InetSocketAddress) origin.lb().frontend("tcp").addresses().get(1);
    return WireProxy.start(Backend.builder("app")
        .retries(0)
        .server(Server.of("s1", "127.0.0.1", to.getPort()).tls(tls.serverName("site.example")))
        .build());
  }

  private Path trusted(TestCertificate issued) throws IOException {
    return Files.writeString(folder.resolve("ca.pem"), issued.bundle().getRootCertificatePEM());
  }

  private static String talk(WireProxy proxy) throws IOException {
    try (Socket socket = proxy.connect()) {
      socket.getOutputStream().write('x');
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void reload(WireProxy proxy) throws Exception {
    proxy.lb().backend("app").reloadCertificates().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void files_are_read_again_by_call_and_what_is_wrong_changes_nothing(TlsProvider provider)
      throws Exception {
    Path file = trusted(OTHER);
    try (WireProxy proxy = proxy(ServerTls.of().trust(TlsTrust.pem(file)).provider(provider))) {
      assertThat(talk(proxy)).isEmpty();

      trusted(SITE);
      reload(proxy);
      assertThat(talk(proxy)).isEqualTo("got x");

      Files.writeString(file, "nonsense");
      assertThatThrownBy(() -> reload(proxy))
          .hasMessageContaining("trust: " + file + ": no certificate in it");
      assertThat(talk(proxy)).isEqualTo("got x");
      Await.until(
          "both events",
          WireProxy.SOON,
          () -> proxy.events(Event.ServerCertificatesChanged.class).size() == 1
              && proxy.events(Event.ServerCertificatesKept.class).size() == 1);
      assertThat(proxy.events(Event.ServerCertificatesKept.class).get(0).reason())
          .contains(file.toString());
    }
  }

  @Test
  void watched_files_are_read_again_when_they_change() throws Exception {
    ServerTls tls =
        ServerTls.of().trust(TlsTrust.pem(trusted(OTHER))).watchFiles(Duration.ofMillis(20));
    try (WireProxy proxy = proxy(tls)) {
      assertThat(talk(proxy)).isEmpty();
      trusted(SITE);
      Await.until(
          "the change",
          WireProxy.SOON,
          () -> !proxy.events(Event.ServerCertificatesChanged.class).isEmpty());
      assertThat(talk(proxy)).isEqualTo("got x");
    }
  }
}
