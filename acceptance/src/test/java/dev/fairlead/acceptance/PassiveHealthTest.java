package dev.fairlead.acceptance;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Retries;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.health.CircuitBreaker;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.OutlierDetection;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import dev.fairlead.testkit.Await;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What traffic that fails does to its server, and what follows for the traffic: on real sockets. */
final class PassiveHealthTest {
  private static final OutlierDetection QUICK = OutlierDetection.defaults()
      .consecutive5xx(3)
      .interval(ofMillis(50))
      .baseEjectionTime(ofMillis(200))
      .maxEjectionTime(ofMillis(400));

  private static final Subject APP = new Subject(Kind.BACKEND, "app", null);

  private final List<ToldOrigin> origins = new ArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private @Nullable LoadBalancer running;

  private void start(int servers, String source, HealthMonitor monitor, HealthMonitor... check) {
    Backend.Builder backend =
        Backend.builder("app").monitor(source, monitor).retries(Retries.of(0));
    for (int i = 0; i < servers; i++) {
      ToldOrigin origin = new ToldOrigin();
      origins.add(origin);
      Member member = origin.as("s" + i);
      backend.server(Server.of(member.name(), member.host(), member.port()));
    }
    for (HealthMonitor each : check) {
      backend.healthCheck(each);
    }
    running = LoadBalancer.builder()
        .frontend(HttpFrontend.builder("in")
            .bind("127.0.0.1", 0)
            .defaultBackend(backend.build())
            .build())
        .on(Event.CheckWarned.class, warned -> warnings.add(warned.toString()))
        .start();
  }

  @AfterEach
  void stop() {
    lb().close();
    origins.forEach(ToldOrigin::close);
  }

  private LoadBalancer lb() {
    return Objects.requireNonNull(running);
  }

  private int ask() {
    return RawClient.get(port(), "/").status();
  }

  private int port() {
    return ((InetSocketAddress) lb().address("in")).getPort();
  }

  private ServerStatus status(String server) {
    return Objects.requireNonNull(lb().backend("app").server(server).status());
  }

  private boolean down(int server) {
    return status("s" + server).health() == Health.DOWN;
  }

  /** In one snapshot of the whole backend. */
  private long ejected() {
    return lb().backend("app").status().servers().stream()
        .filter(server -> server.health() == Health.DOWN)
        .count();
  }

  private Finding finding(String source) {
    return Objects.requireNonNull(status("s0").findings().get(source));
  }

  private void askUntilDown(int server) {
    Waits.until("s" + server + " is down", () -> {
      int unused = ask();
      return down(server);
    });
  }

  @Test
  void errors_of_one_of_three_eject_it_and_it_comes_back() {
    start(3, "outliers", QUICK.baseEjectionTime(ofSeconds(3)));
    origins.get(0).answer(503);
    askUntilDown(0);
    assertThat(finding("outliers").reason())
        .startsWith("consecutive 5xx: 3 in a row, the last: 503; ejected for 3 s");
    int before = origins.get(0).requests();
    assertThat(IntStream.range(0, 12).map(i -> ask())).containsOnly(200);
    assertThat(origins.get(0).requests()).isEqualTo(before);

    origins.get(0).answer(200);
    Waits.until("it is back", () -> !down(0));
    assertThat(IntStream.range(0, 12).map(i -> ask())).containsOnly(200);
    assertThat(origins.get(0).requests()).isGreaterThanOrEqualTo(before + 3);
  }

  @Test
  void no_more_are_ejected_than_allowed_under_load() throws Exception {
    start(4, "outliers", QUICK.maxEjectionPercent(50));
    origins.forEach(origin -> origin.answer(500));
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread client = new Thread(() -> {
        while (!over.get()) {
          int unused = ask();
        }
      });
      client.start();
      clients.add(client);
    }
    Waits.until("two are ejected", () -> ejected() == 2);
    boolean exceeded = Await.held(ofSeconds(2), () -> ejected() > 2);
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }
    assertThat(exceeded).isFalse();
    assertThat(warnings).anyMatch(text -> text.contains("2 of 4 are ejected, at most 50 %"));
    origins.forEach(origin -> origin.answer(200));
    Waits.until("all are back", () -> IntStream.range(0, 4).noneMatch(this::down));
  }

  @Test
  void a_passing_check_brings_an_ejected_server_back() {
    start(
        3,
        "outliers",
        QUICK.baseEjectionTime(ofSeconds(60)).maxEjectionTime(ofSeconds(60)),
        HealthCheck.http("HEAD", "/").every(ofMillis(500)));
    origins.get(0).answer(503);
    askUntilDown(0);
    origins.get(0).answer(200);
    Waits.until("it is back", () -> !down(0));
    assertThat(finding("outliers").reason()).isEqualTo("check says L7OK");
  }

  @Test
  void an_open_circuit_refuses_at_once_until_its_trials_succeed() {
    CircuitBreaker breaker = CircuitBreaker.defaults()
        .countWindow(4)
        .waitDurationInOpenState(ofSeconds(3))
        .permittedNumberOfCallsInHalfOpenState(2);
    start(1, "breaker", breaker);
    origins.get(0).answer(500);
    askUntilDown(0);
    int before = origins.get(0).requests();
    assertThat(before).isGreaterThanOrEqualTo(4);
    assertThat(ask()).isEqualTo(503);
    assertThat(origins.get(0).requests()).isEqualTo(before);

    origins.get(0).answer(200);
    Waits.until("it is half-open", () -> !down(0));
    assertThat(status("s0").limit()).isEqualTo(2);
    assertThat(ask()).isEqualTo(200);
    assertThat(ask()).isEqualTo(200);
    Waits.until("it is closed", () -> status("s0").limit() == 0);
    assertThat(finding("breaker").reason())
        .isEqualTo("closed: of 2 trials, 0 failed and 0 were slow");
  }

  @Test
  void a_half_open_circuit_lets_no_more_through_than_are_on_trial() throws Exception {
    CircuitBreaker breaker = CircuitBreaker.defaults()
        .countWindow(4)
        .waitDurationInOpenState(ofMillis(100))
        .permittedNumberOfCallsInHalfOpenState(2);
    start(1, "breaker", breaker);
    ToldOrigin origin = origins.get(0);
    origin.answer(500);
    askUntilDown(0);
    origin.answer(200);
    origin.hold();
    Waits.until("it is half-open", () -> !down(0));
    int before = origin.requests();
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      clients.add(RawClient.connect(port()).send(RawClient.head("GET", "/" + i)));
    }
    Waits.until("seven wait", () -> lb().stats(APP).queued() == 7);
    Waits.until("two are held", () -> origin.requests() == before + 2);
    assertThat(status("s0").inFlight()).isEqualTo(2);

    origin.release();
    for (RawClient client : clients) {
      assertThat(client.response().status()).isEqualTo(200);
      client.close();
    }
    Waits.until("it is closed", () -> status("s0").limit() == 0);
  }
}
