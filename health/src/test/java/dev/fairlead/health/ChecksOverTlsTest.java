package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks reach a server as its traffic does: through its TLS, and behind its PROXY header. */
@Timeout(60)
final class ChecksOverTlsTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  /** Serves one answer to each TLS client, and remembers what it was asked. */
  private static final class Origin implements AutoCloseable {
    private final SSLServerSocket listening;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::serve, "origin");

    Origin(TestCertificate own, Consumer<SSLServerSocket> settings) throws Exception {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      listening = (SSLServerSocket) context
          .getServerSocketFactory()
          .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      settings.accept(listening);
      thread.start();
    }

    private void serve() {
      while (!listening.isClosed()) {
        try (SSLSocket socket = (SSLSocket) listening.accept()) {
          socket.setSoTimeout((int) SOON.toMillis());
          StringBuilder head = new StringBuilder();
          int next = socket.getInputStream().read();
          while (next >= 0) {
            head.append((char) next);
            if (head.indexOf("\r\n\r\n") >= 0) {
              socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
              break;
            }
            next = socket.getInputStream().read();
          }
          heads.add(head.toString());
        } catch (IOException e) {
          // a check that gave up, or the end
        }
      }
    }

    int port() {
      return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listening.close();
      Await.until("the end of the origin", SOON, () -> !thread.isAlive());
    }
  }

  /** What the check finds first. */
  private static ServerStatus found(Server server, HealthCheck check) {
    Backend backend = Backend.builder("app")
        .server(server)
        .healthCheck(check
            .every(Duration.ofSeconds(1))
            .timeout(Duration.ofMillis(800))
            .rise(1)
            .fall(1))
        .build();
    TcpFrontend frontend =
        TcpFrontend.builder("tcp").bind("127.0.0.1", 0).defaultBackend(backend).build();
    AtomicReference<ServerStatus> status = new AtomicReference<>();
    try (LoadBalancer balancer = LoadBalancer.start(frontend)) {
      Await.until("a verdict", SOON, () -> {
        status.set(balancer.backend("app").status().servers().get(0));
        Finding finding = status.get().findings().get(Backend.CHECK);
        return finding != null && !finding.reason().isEmpty();
      });
    }
    return status.get();
  }

  private static String fails(Server server, HealthCheck check) {
    ServerStatus status = found(server, check);
    assertThat(status.health()).isEqualTo(Health.DOWN);
    return Objects.requireNonNull(status.findings().get(Backend.CHECK)).reason();
  }

  private static Server server(int port) {
    return Server.of("s1", "127.0.0.1", port)
        .tls(ServerTls.of().trust(TlsTrust.of(CA.certificate())));
  }

  private static HealthCheck http() {
    return HealthCheck.http("GET", "/alive");
  }

  @Test
  void a_good_server_passes_through_its_tls() throws Exception {
    try (Origin origin = new Origin(CA.server("127.0.0.1"), socket -> {})) {
      assertThat(found(server(origin.port()), http()).health()).isEqualTo(Health.UP);
      assertThat(origin.heads.get(0)).startsWith("GET /alive HTTP/1.1\r\n");
      assertThat(found(server(origin.port()), HealthCheck.tcp()).health()).isEqualTo(Health.UP);
    }
  }

  @Test
  void the_verdict_tells_what_is_wrong_with_a_servers_tls() throws Exception {
    try (Origin wrong = new Origin(CA.server("other.example"), socket -> {});
        Origin demanding = new Origin(CA.server("127.0.0.1"), s -> s.setNeedClientAuth(true));
        ScriptedServer silent = ScriptedServer.start(Scripts.hang())) {
      assertThat(fails(server(wrong.port()), HealthCheck.tcp()))
          .contains("L6RSP: the certificate is for another name");
      assertThat(fails(server(wrong.port()), http()))
          .contains("L6RSP: the certificate is for another name");
      assertThat(fails(server(demanding.port()), http()))
          .contains("L6RSP: the peer refused the handshake");
      assertThat(fails(server(silent.port()), http()))
          .contains("L6TOUT: the handshake took too long");
    }
  }

  @Test
  void a_check_begins_with_the_servers_proxy_header() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
      c.readHead();
      c.write(ANSWER);
      c.readAll();
    })) {
      Server behind = Server.of("s1", "127.0.0.1", server.port()).sendProxy(SendProxy.v1());
      assertThat(found(behind, http()).health()).isEqualTo(Health.UP);
      assertThat(server.connection(1).received())
          .matches("(?s)PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ " + server.port()
              + "\r\nGET /alive HTTP/1\\.1\r\n.*");
    }
  }

  @Test
  void another_port_is_asked_without_either() throws Exception {
    try (ScriptedServer admin = ScriptedServer.start(Scripts.answer(ANSWER))) {
      Server server = server(1).sendProxy(SendProxy.v1());
      assertThat(found(server, http().port(admin.port())).health()).isEqualTo(Health.UP);
      assertThat(admin.connection(1).received()).startsWith("GET /alive ");
    }
  }
}
