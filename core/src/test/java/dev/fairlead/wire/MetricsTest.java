package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.event.Event;
import dev.fairlead.metrics.FairleadMetrics;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A running load balancer's numbers in a Micrometer registry. */
class MetricsTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Event.ComponentFailed> failures = new CopyOnWriteArrayList<>();

  private LoadBalancer start(ScriptedServer server) {
    Backend backend = Backend.builder("app")
        .server(Server.of("s1", "127.0.0.1", server.port()))
        .build();
    return LoadBalancer.builder()
        .frontend(TcpFrontend.builder("tcp")
            .bind("127.0.0.1", 0)
            .defaultBackend(backend)
            .build())
        .on(Event.ComponentFailed.class, failures::add)
        .threads(2)
        .start();
  }

  private static void echo(LoadBalancer lb, String text) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(lb.address("tcp"));
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).hasSize(text.length());
    }
  }

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  @Test
  void sessions_bytes_and_latency_of_real_traffic_are_counted() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = start(server);
        FairleadMetrics metrics = new FairleadMetrics(lb)) {
      metrics.bindTo(registry);
      echo(lb, "hello");
      echo(lb, "you");
      Await.until(SOON, () -> count("fairlead.frontend.requests", "frontend", "tcp") == 2);
      assertThat(count("fairlead.frontend.sessions", "frontend", "tcp")).isEqualTo(2);
      for (String kind : List.of("frontend", "backend", "server")) {
        assertThat(count("fairlead." + kind + ".bytes", "direction", "in")).isEqualTo(8);
        assertThat(count("fairlead." + kind + ".bytes", "direction", "out")).isEqualTo(8);
      }
      assertThat(count("fairlead.server.requests", "server", "s1")).isEqualTo(2);
      Await.until(SOON, () -> latencyCount() == 2);
      assertThat(registry
              .get("fairlead.server.latency.percentile")
              .tags("stage", "total", "phi", "0.99")
              .timeGauge()
              .value(TimeUnit.NANOSECONDS))
          .isPositive();
    }
    assertThat(registry.getMeters()).isEmpty();
  }

  private double latencyCount() {
    return registry
        .get("fairlead.server.latency")
        .tags("stage", "total")
        .functionTimer()
        .count();
  }

  @Test
  void servers_that_come_and_go_get_and_lose_their_meters() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = start(server);
        FairleadMetrics metrics = new FairleadMetrics(lb)) {
      metrics.bindTo(registry);
      lb.backend("app")
          .add(Server.of("s2", "127.0.0.1", server.port()))
          .toCompletableFuture()
          .join();
      assertThat(count("fairlead.server.sessions", "server", "s2")).isZero();
      lb.backend("app").remove("s2", Duration.ZERO).toCompletableFuture().join();
      assertThat(registry.find("fairlead.server.sessions").tag("server", "s2").meters())
          .isEmpty();
    }
  }

  @Test
  void a_certificate_that_was_replaced_shows_its_end_as_a_gauge() {
    TestCertificates ca = TestCertificates.authority("test authority");
    try (ScriptedServer server = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = LoadBalancer.start(TcpFrontend.builder("tls")
            .bind(Binding.of("127.0.0.1", 0).tls(Tls.of(served(ca.server("old.example")))))
            .defaultBackend(Backend.builder("app")
                .server(Server.of("s1", "127.0.0.1", server.port()))
                .build())
            .build());
        FairleadMetrics metrics = new FairleadMetrics(lb)) {
      metrics.bindTo(registry);
      assertThat(secondsLeft("CN=old.example")).isBetween(3000.0, 3600.0);
      lb.frontend("tls")
          .certificates(List.of(served(ca.server("new.example"))))
          .toCompletableFuture()
          .join();
      Await.until(SOON, () -> expiry("CN=old.example").meters().isEmpty());
      assertThat(secondsLeft("CN=new.example")).isBetween(3000.0, 3600.0);
    }
    assertThat(registry.getMeters()).isEmpty();
  }

  private static TlsCertificate served(TestCertificate certificate) {
    return TlsCertificate.of(
        certificate.key(), certificate.chain().toArray(X509Certificate[]::new));
  }

  private Search expiry(String certificate) {
    return registry
        .find("fairlead.tls.certificate.expiry")
        .tags("frontend", "tls", "certificate", certificate);
  }

  private double secondsLeft(String certificate) {
    TimeGauge gauge = expiry(certificate).timeGauge();
    return gauge == null ? Double.NaN : gauge.value(TimeUnit.SECONDS);
  }

  @Test
  void a_listener_of_subjects_that_throws_harms_no_change_and_is_reported() {
    try (ScriptedServer server = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = start(server)) {
      lb.onSubjectsChanged(() -> {
        throw new IllegalStateException("a bug of the user's");
      });
      assertThat(lb.backend("app")
              .add(Server.of("s2", "127.0.0.1", server.port()))
              .toCompletableFuture()
              .orTimeout(10, TimeUnit.SECONDS)
              .join()
              .server("s2"))
          .isPresent();
      assertThat(failures).extracting(Event.ComponentFailed::role).containsExactly("listener");
    }
  }
}
