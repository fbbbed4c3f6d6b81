package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.TlsProvider;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.HandshakeClients;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As many new TLS clients as the machine gives, while established sessions go on. What that does to these
 * is printed beside HAProxy's figures in the same storm: one second each, and three rounds of 20 seconds
 * with {@code -Dfairlead.long=true}.
 */
final class TlsStormTest {
  private static final boolean LONG = Boolean.getBoolean("fairlead.long");
  private static final int ROUNDS = LONG ? 3 : 1;
  private static final Duration WARM_UP = Duration.ofSeconds(LONG ? 20 : 0);
  private static final Duration STORM = Duration.ofSeconds(LONG ? 20 : 1);
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final TestCertificate SITE = CA.server("site.example");

  @TempDir
  Path folder;

  private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

  /** A storm of slow clients would be a breeze. */
  @BeforeEach
  void letClientsBeFast() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
  }

  @AfterEach
  void lookForLeaksAgain() {
    ResourceLeakDetector.setLevel(level);
  }

  @Test
  void a_storm_of_new_clients_fails_no_established_session() throws Exception {
    Path certificate = SITE.write(folder, "site");
    int origin = Ports.free();
    try (RealServer nginx = origin(origin);
        RealServer haproxy = haproxy(certificate, origin);
        SecureChild boring = SecureChild.start(TlsProvider.OPENSSL, certificate, nginx.port());
        SecureChild jdk = SecureChild.start(TlsProvider.JDK, certificate, nginx.port());
        HandshakeClients clients = new HandshakeClients(64)) {
      if (LONG) { // Java warms up
        clients.run(boring.port(), WARM_UP);
        clients.run(jdk.port(), WARM_UP);
      }
      for (int round = 1; round <= ROUNDS; round++) {
        double base = storm(clients, "haproxy", haproxy.port(), 0);
        storm(clients, "fairlead with BoringSSL", boring.port(), base);
        storm(clients, "fairlead with the JDK", jdk.port(), base);
      }
      for (SecureChild child : List.of(boring, jdk)) {
        assertThat(child.count(Counter.TLS_ERRORS)).isZero();
        assertThat(child.count(Counter.TLS_RESUMED)).isZero();
      }
    }
  }

  /**
   * One storm.
   *
   * @param base HAProxy's 99th percentile in milliseconds, 0 for none yet
   * @return the 99th percentile of the established sessions' requests in milliseconds
   */
  private static double storm(HandshakeClients clients, String name, int port, double base)
      throws Exception {
    HandshakeClients.Done storm;
    SteadySessions.Outcome steady;
    try (SteadySessions sessions = SteadySessions.start(port, CA)) {
      storm = clients.run(port, STORM);
      steady = sessions.end();
    }
    double p99 = steady.millis(99);
    System.out.printf(
        Locale.ROOT,
        "storm: %-24s %6.0f handshakes/s, %d failed; %d established sessions: %d requests, %d"
            + " failed, p50 %.1f ms, p99 %.1f ms, most %.1f ms%s%n",
        name,
        storm.count() / storm.seconds(),
        storm.failed(),
        SteadySessions.COUNT,
        steady.latencies().size(),
        steady.failures().size(),
        steady.millis(50),
        p99,
        steady.millis(100),
        base > 0 ? "; p99 %.2f of haproxy's".formatted(p99 / base) : "");
    assertThat(steady.failures()).as(name).isEmpty();
    assertThat(steady.latencies()).as(name).isNotEmpty();
    assertThat(storm.failed()).as("%s: %s", name, storm.failure()).isZero();
    assertThat(storm.count()).as(name).isPositive();
    return p99;
  }

  private static RealServer origin(int port) {
    return RealServer.nginx(port, """
        access_log off;
        server {
          listen 127.0.0.1:%d;
          keepalive_requests 1000000;
          location / { return 200 "%s"; }
        }
        """.formatted(port, "x".repeat(1024)));
  }

  private static RealServer haproxy(Path certificate, int origin) throws IOException {
    Path both = certificate.resolveSibling("site.pem");
    Files.writeString(both, SITE.chainPem() + SITE.keyPem());
    int port = Ports.free();
    return RealServer.haproxy(port, """
        defaults
          mode http
          timeout connect 5s
          timeout client 50s
          timeout server 50s
        listen in
          bind 127.0.0.1:%d ssl crt %s
          server a 127.0.0.1:%d
        """.formatted(port, both, origin));
  }
}
