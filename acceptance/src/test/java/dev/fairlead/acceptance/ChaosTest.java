package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.BackendControl;
import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import dev.fairlead.testkit.Await;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 64 connections of wrk while origins are killed, restarted, drained and re-weighed; at least one is always
 * up. No GET may fail but those whose response had begun, and wrk's count and our log's must agree.
 */
final class ChaosTest {
  private static final int CONNECTIONS = 64;
  private static final int SECONDS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir
  Path folder;

  private final List<Nginx> origins = new ArrayList<>();
  private LoadBalancer lb;
  private AccessLog log;
  private int kills;
  private int drains;

  @BeforeEach
  void start() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Contents.write(folder, "1k", 1024);
    log = AccessLog.open(); // before the start: the log decides then whether lines are wanted
    Backend.Builder backend = Backend.builder("app")
        .healthCheck(HealthCheck.http("HEAD", "/heartbeat.html").every(Duration.ofMillis(100)));
    for (String name : List.of("a", "b", "c")) {
      Nginx origin = Nginx.start(name, folder);
      origins.add(origin);
      backend.server(Server.of(name, "127.0.0.1", origin.port()));
    }
    lb = LoadBalancer.start(HttpFrontend.builder("in")
        .bind("127.0.0.1", 0)
        .defaultBackend(backend.build())
        .build());
  }

  @AfterEach
  void stop() {
    lb.close();
    log.close();
    origins.forEach(Nginx::close);
  }

  @Test
  void no_get_fails_while_origins_come_and_go() {
    int port = ((InetSocketAddress) lb.address("in")).getPort();
    Command wrk = Command.start(
        "wrk", "-t2", "-c" + CONNECTIONS, "-d" + SECONDS + "s", "http://127.0.0.1:" + port + "/1k");
    for (int round = 0; wrk.running(); round++) {
      trouble(origins.get(round % 3), wrk);
    }
    Wrk theirs = Wrk.parse(wrk.output(30));
    lb.close(PATIENCE);

    System.out.printf(
        "chaos: wrk counted %d requests (%d not 2xx, %d read errors); our log has %s; counters:"
            + " %d requests, %d 2xx, %d retries, %d redispatches; %d kills, %d drains%n",
        theirs.requests(),
        theirs.failures(),
        theirs.readErrors(),
        log,
        count(Kind.FRONTEND, "in", Counter.REQUESTS),
        count(Kind.FRONTEND, "in", Counter.HTTP_2XX),
        count(Kind.BACKEND, "app", Counter.RETRIES),
        count(Kind.BACKEND, "app", Counter.REDISPATCHES),
        kills,
        drains);
    assertThat(kills).isGreaterThanOrEqualTo(3);
    assertThat(theirs.failures()).isZero();
    assertThat(theirs.otherErrors()).isZero();
    assertThat(log.failed()).isEmpty();
    // A response that broke off after it had begun is the one failure allowed. wrk calls it a read
    // error, our log SD.
    assertThat(theirs.readErrors()).isEqualTo(log.brokenOff());
    // wrk counts a response when it has read all of it. When its time is up it drops what is under
    // way, at most one request on each connection: our log has that one, as complete (the response
    // lay in a socket) or as left by the client. All others are in both counts.
    assertThat(log.complete() + log.leftByClient() - theirs.requests())
        .isBetween(0L, (long) CONNECTIONS);
    assertThat(log.leftByClient()).isLessThanOrEqualTo(CONNECTIONS);
    assertThat(count(Kind.FRONTEND, "in", Counter.REQUESTS)).isEqualTo(log.lines());
  }

  /** One origin goes through everything that can happen to it; the two others stay as they are. */
  private void trouble(Nginx origin, Command wrk) {
    origin.kill();
    kills++;
    await(origin, wrk, s -> s.health() == Health.DOWN);
    origin.restart();
    await(origin, wrk, s -> s.health() == Health.UP && s.inFlight() > 0);

    BackendControl app = lb.backend("app");
    done(app.server(origin.name()).drain());
    drains++;
    await(origin, wrk, s -> s.inFlight() == 0);
    done(app.server(origin.name()).weight(3));
    done(app.server(origin.name()).ready());
    await(origin, wrk, s -> s.inFlight() > 0);
    done(app.server(origin.name()).weight(1));
  }

  private void await(Nginx origin, Command wrk, Predicate<ServerStatus> wanted) {
    Await.until(
        "the state of " + origin.name(),
        PATIENCE,
        () -> !wrk.running()
            || wanted.test(
                Objects.requireNonNull(lb.backend("app").server(origin.name()).status())));
  }

  private static void done(CompletionStage<BackendStatus> change) {
    change.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private long count(Kind kind, String name, Counter counter) {
    return lb.count(new Subject(kind, name, null), counter);
  }

  /** What wrk says at its end. */
  private record Wrk(long requests, long failures, long readErrors, long otherErrors) {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern FAILURES = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern ERRORS =
        Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    static Wrk parse(String output) {
      long others = number(ERRORS, 1, output) + number(ERRORS, 3, output);
      return new Wrk(
          number(REQUESTS, 1, output),
          number(FAILURES, 1, output),
          number(ERRORS, 2, output),
          others + number(ERRORS, 4, output));
    }

    private static long number(Pattern line, int group, String output) {
      Matcher matcher = line.matcher(output);
      return matcher.find() ? Long.parseLong(matcher.group(group)) : 0;
    }
  }
}
