package dev.fairlead.acceptance;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Retries;
import dev.fairlead.config.Retries.On;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.OutlierDetection;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Health;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Steady GETs while two of five servers at most are killed, hang, are slow, fail, reset or say nothing, at
 * random. Three are well at any time, so each request can be saved by a retry, and each must be. The detector
 * may eject two, whatever it sees. 12 s; two minutes with {@code -Dfairlead.long=true}.
 */
final class HealthChaosTest {
  private static final int SERVERS = 5;
  private static final int MOST_SICK = 2;
  private static final int CLIENTS = 16;
  private static final String OUTLIER = "outlier";
  private static final Duration LONG =
      Boolean.getBoolean("fairlead.long") ? ofSeconds(120) : ofSeconds(12);

  /** How a server is. */
  private enum Condition {
    WELL,
    KILLED,
    HUNG,
    SLOW,
    FAILING,
    RESETTING,
    SILENT
  }

  /** A server whose condition can be changed. */
  private static final class Patient implements AutoCloseable {
    private final AtomicReference<Condition> condition = new AtomicReference<>(Condition.WELL);
    private final ScriptedServer server = ScriptedServer.start(this::play);

    private void play(ScriptedConnection client) throws IOException {
      while (true) {
        client.readRequest();
        switch (condition.get()) {
          case HUNG -> client.hang();
          case SLOW -> {
            client.pause(ofMillis(100));
            client.write(Scripts.ok("slow"));
          }
          case FAILING ->
            client.write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
          case RESETTING -> client.reset();
          case SILENT -> client.close();
          default -> client.write(Scripts.ok("well"));
        }
      }
    }

    void become(Condition next) {
      Condition before = condition.getAndSet(next);
      if (next == Condition.KILLED) {
        server.refuse();
      } else if (before == Condition.KILLED) {
        server.listen(this::play);
      }
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private final SplittableRandom random = new SplittableRandom(20_261_122);
  private final List<Patient> patients = new ArrayList<>();
  private final Map<Condition, Integer> troubles = new EnumMap<>(Condition.class);
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong mostEjected = new AtomicLong();
  private final AtomicLong ejections = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void no_request_is_lost_that_a_retry_could_have_saved() throws Exception {
    Backend.Builder app = Backend.builder("app")
        .healthCheck(
            HealthCheck.http("GET", "/health").every(ofMillis(200)).fall(2).rise(2))
        .monitor(
            OUTLIER,
            OutlierDetection.defaults()
                .interval(ofMillis(500))
                .baseEjectionTime(ofMillis(500))
                .maxEjectionTime(ofSeconds(2))
                .maxEjectionPercent(100 * MOST_SICK / SERVERS))
        .serverTimeout(ofMillis(400))
        .connectTimeout(ofMillis(400))
        .retries(Retries.of(SERVERS)
            .on(On.EMPTY_RESPONSE, On.RESET, On.RESPONSE_TIMEOUT, On.STATUS_503));
    for (int i = 0; i < SERVERS; i++) {
      Patient patient = new Patient();
      patients.add(patient);
      app.server(Server.of("s" + i, "127.0.0.1", patient.server.port()));
    }
    AtomicReference<LoadBalancer> running = new AtomicReference<>();
    try (LoadBalancer lb = LoadBalancer.builder()
        .frontend(HttpFrontend.builder("in")
            .bind("127.0.0.1", 0)
            .defaultBackend(app.build())
            .build())
        .on(Event.HealthChanged.class, event -> count(event, running.get()))
        .start()) {
      running.set(lb);
      List<Thread> clients = load(((InetSocketAddress) lb.address("in")).getPort());
      chaos();
      over.set(true);
      for (Thread client : clients) {
        client.join();
      }
      patients.forEach(p -> p.become(Condition.WELL));
      Await.until("all servers are up again", ofSeconds(20), () -> allUp(status(lb)));

      System.out.printf(
          "health chaos: %d requests, %d lost; %s; %d ejections, at most %d at once;"
              + " %d retries, %d redispatches%n",
          served.get(),
          lost.size(),
          troubles,
          ejections.get(),
          mostEjected.get(),
          count(lb, Counter.RETRIES),
          count(lb, Counter.REDISPATCHES));
      assertThat(lost).isEmpty();
      assertThat(served).hasValueGreaterThan(100);
      assertThat(ejections).hasPositiveValue();
      assertThat(mostEjected).hasValueLessThanOrEqualTo(MOST_SICK);
      assertThat(status(lb).inFlight()).isZero();
      assertThat(status(lb).queued()).isZero();
      assertThat(status(lb).servers()).allSatisfy(s -> assertThat(s.queued()).isZero());
    } finally {
      over.set(true);
      patients.forEach(Patient::close);
    }
  }

  private List<Thread> load(int port) {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread client = new Thread(() -> ask(port), "client-" + i);
      client.start();
      clients.add(client);
    }
    return clients;
  }

  private void ask(int port) {
    try (RawClient client = RawClient.connect(port)) {
      while (!over.get()) {
        client.send("GET /work HTTP/1.1\r\nHost: app\r\n\r\n");
        int status = client.response().status();
        served.incrementAndGet();
        if (status != 200) {
          lost.add(
              status + " while " + patients.stream().map(p -> p.condition.get()).toList());
        }
      }
    } catch (IOException | RuntimeException e) {
      lost.add(String.valueOf(e));
    }
  }

  private void chaos() {
    long end = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() < end) {
      Patient patient = patients.get(random.nextInt(SERVERS));
      Condition next = Condition.values()[random.nextInt(Condition.values().length)];
      boolean full =
          patients.stream().filter(p -> p.condition.get() != Condition.WELL).count() >= MOST_SICK;
      if (patient.condition.get() != Condition.WELL || !full) {
        patient.become(next);
        troubles.merge(next, 1, Integer::sum);
      }
      long until = served.get() + 20 + random.nextInt(400);
      Await.until(
          "the load goes on",
          ofSeconds(10),
          () -> served.get() >= until || System.nanoTime() >= end || !lost.isEmpty());
    }
  }

  /** On the control loop: the change is in force. */
  private void count(Event.HealthChanged event, LoadBalancer lb) {
    if (event.source().equals(OUTLIER) && event.after() == Health.DOWN) {
      ejections.incrementAndGet();
    }
    if (lb != null) {
      long ejected = status(lb).servers().stream()
          .map(s -> s.findings().get(OUTLIER))
          .filter(f -> f != null && f.health() == Health.DOWN)
          .count();
      mostEjected.accumulateAndGet(ejected, Math::max);
    }
  }

  private static BackendStatus status(LoadBalancer lb) {
    return lb.backend("app").status();
  }

  private static boolean allUp(BackendStatus status) {
    return status.servers().stream().allMatch(s -> s.health() == Health.UP);
  }

  private static long count(LoadBalancer lb, Counter counter) {
    return lb.count(new Subject(Kind.BACKEND, "app", null), counter);
  }
}
