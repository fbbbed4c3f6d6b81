package dev.fairlead.examples;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.LoadBalancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.metrics.FairleadMetrics;
import dev.fairlead.status.Health;
import dev.fairlead.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example does what it says. */
class ExamplesTest {
  private static final Duration SOON = ofSeconds(10);

  private final List<HttpServer> origins = new ArrayList<>();

  @AfterEach
  void stop_the_origins() {
    origins.forEach(o -> o.stop(0));
  }

  private Server origin(String name) throws IOException {
    HttpServer origin = Origins.start(name);
    origins.add(origin);
    return Server.of(name, "127.0.0.1", origin.getAddress().getPort());
  }

  private static int port(LoadBalancer lb, String frontend) {
    return ((InetSocketAddress) lb.address(frontend)).getPort();
  }

  private static String get(LoadBalancer lb, String frontend, String... headers) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port(lb, frontend) + "/");
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri).timeout(SOON);
    HttpRequest request = (headers.length == 0 ? builder : builder.headers(headers)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private static LoadBalancer web(Backend backend) {
    return LoadBalancer.start(HttpFrontend.builder("http-in")
        .bind("127.0.0.1", 0)
        .defaultBackend(backend)
        .build());
  }

  @Test
  void a_client_of_http2_reaches_a_server_of_http2() throws Exception {
    Path file = SelfSigned.make("localhost");
    HttpFrontend plain = HttpFrontend.builder("plain")
        .bind("127.0.0.1", 0)
        .defaultBackend(Backend.builder("app").server(origin("a")).build())
        .build();
    try (LoadBalancer servers = LoadBalancer.start(plain)) {
      // What speaks HTTP/2 without TLS here is a Fairlead, and no gRPC: it is checked by TCP.
      Server one =
          Server.of("g1", "127.0.0.1", port(servers, "plain")).healthCheck(HealthCheck.tcp());
      Server other =
          Server.of("g2", "127.0.0.1", port(servers, "plain")).healthCheck(HealthCheck.tcp());
      try (LoadBalancer lb =
          Http2AndGrpc.start(0, TlsCertificate.pkcs12(file, SelfSigned.password()), one, other)) {
        HttpResponse<String> response = getSecurely(file, port(lb, "api"));

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).contains("Hello from a");
      }
    } finally {
      Files.delete(file);
      Files.delete(file.getParent());
    }
  }

  @Test
  void the_main_job_answers_from_both_servers_over_http_and_tcp_and_has_metrics() throws Exception {
    Backend speed = Backend.builder("speed")
        .balancer(Balancers.roundRobin())
        .server(origin("server10"))
        .server(origin("server11"))
        .build();
    try (LoadBalancer lb = MainJob.start(speed, 0, 0)) {
      Set<String> answers = new TreeSet<>();
      for (int i = 0; i < 4; i++) {
        answers.add(get(lb, "http-in").strip());
      }
      assertThat(answers)
          .containsExactly(
              "Hello from server10 for 127.0.0.1", "Hello from server11 for 127.0.0.1");
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(lb, "tcp-in"))) {
        socket
            .getOutputStream()
            .write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .contains("Hello from server1");
      }
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      new FairleadMetrics(lb).bindTo(registry);
      MainJob.print(registry);
      assertThat(registry.getMeters()).isNotEmpty();
    }
  }

  @Test
  void what_is_known_of_watched_servers_survives_a_restart(@TempDir Path folder) throws Exception {
    int nobody = 1; // an agent that cannot be reached changes nothing
    Backend shop = WatchedServers.shop(origin("near"), origin("far"), nobody);
    HttpFrontend frontend = HttpFrontend.builder("http-in")
        .bind("127.0.0.1", 0)
        .defaultBackend(shop)
        .build();
    try (LoadBalancer lb = LoadBalancer.start(frontend)) {
      assertThat(get(lb, "http-in")).startsWith("Hello from near");
      lb.backend("shop").server("near").weight(50).toCompletableFuture().join();
      try (LoadBalancer again =
          WatchedServers.restart(lb, folder.resolve("state.json"), frontend)) {
        assertThat(again.backend("shop").status().server("near"))
            .hasValueSatisfying(near -> assertThat(near.weight()).isEqualTo(50));
        assertThat(get(again, "http-in")).startsWith("Hello from near");
      }
    }
  }

  @Test
  void the_home_zone_is_preferred() throws Exception {
    Backend backend = Backend.builder("app")
        .balancer(OwnBalancer.nearest())
        .server(origin("far").tag("zone", "us-1"))
        .server(origin("near").tag("zone", "eu-1"))
        .build();
    try (LoadBalancer lb = web(backend)) {
      for (int i = 0; i < 4; i++) {
        assertThat(get(lb, "http-in")).startsWith("Hello from near");
      }
    }
  }

  @Test
  void a_user_keeps_a_server_and_users_are_spread() throws Exception {
    try (LoadBalancer lb = StickyByHeader.start(0, List.of(origin("s1"), origin("s2")))) {
      Set<String> all = new TreeSet<>();
      for (int user = 0; user < 20; user++) {
        String first = get(lb, "http-in", "X-User", "user" + user);
        assertThat(get(lb, "http-in", "X-User", "user" + user)).isEqualTo(first);
        all.add(first.strip());
      }
      assertThat(all).containsExactly("Hello from s1", "Hello from s2");
      String one = get(lb, "http-in");
      assertThat(get(lb, "http-in")).isNotEqualTo(one);
    }
  }

  @Test
  void a_strategy_is_found_by_its_name() throws Exception {
    Backend backend = Backend.builder("app")
        .balancer(Balancers.named("draw"))
        .server(origin("s1").weight(0))
        .server(origin("s2"))
        .build();
    try (LoadBalancer lb = web(backend)) {
      for (int i = 0; i < 4; i++) {
        assertThat(get(lb, "http-in")).startsWith("Hello from s2");
      }
    }
  }

  @Test
  void a_replica_that_lags_behind_goes_down() throws Exception {
    Executor pool = Runnable::run;
    OwnHealthCheck lag = new OwnHealthCheck(target -> target.name().equals("late") ? 9 : 0);
    Backend backend = Backend.builder("app")
        .server(origin("late"))
        .server(origin("in-step"))
        .healthCheck(lag.inStep(pool))
        .build();
    try (LoadBalancer lb = web(backend)) {
      Await.until(
          SOON,
          () -> lb.backend("app").status().server("late").orElseThrow().health() == Health.DOWN);
      assertThat(get(lb, "http-in")).startsWith("Hello from in-step");
    }
  }

  @Test
  void everything_changes_while_it_runs() throws Exception {
    CountDownLatch redeployed = new CountDownLatch(1);
    Backend backend =
        Backend.builder("app").server(origin("s1")).server(origin("s2")).build();
    Server s2 = backend.servers().get(1);
    Server s4 = origin("s4");
    try (LoadBalancer lb = web(backend)) {
      new WhileItRuns(lb, List.of(backend.servers().get(0), s2, s4), redeployed::countDown)
          .changeEverything();
      assertThat(redeployed.await(10, TimeUnit.SECONDS)).isTrue();
      Await.until(SOON, () -> lb.backend("app").status().server("s4").isPresent());
      assertThat(lb.backend("app").status().server("s3")).isEmpty();
      assertThat(lb.backend("app").status().server("s2").orElseThrow().weight()).isEqualTo(50);
      assertThat(get(lb, "http-in")).startsWith("Hello from s");
    }
  }

  @Test
  void one_port_ends_tls_and_takes_plain_http_too() throws Exception {
    Path file = SelfSigned.make("localhost");
    try (LoadBalancer lb = TlsEdge.start(
        0, TlsCertificate.pkcs12(file, SelfSigned.password()), List.of(origin("a")))) {
      assertThat(get(lb, "edge")).contains("Hello from a for 127.0.0.1");
      assertThat(getSecurely(file, port(lb, "edge")).body()).contains("Hello from a for 127.0.0.1");
    } finally {
      Files.delete(file);
      Files.delete(file.getParent());
    }
  }

  private static HttpResponse<String> getSecurely(Path certificate, int port) throws Exception {
    KeyStore trusted = KeyStore.getInstance(certificate.toFile(), SelfSigned.password());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    URI uri = URI.create("https://localhost:" + port + "/");
    HttpClient client = HttpClient.newBuilder().sslContext(context).build();
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(SOON).build();
    return client.send(request, BodyHandlers.ofString());
  }
}
