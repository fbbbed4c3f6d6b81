package dev.fairlead.examples;

import static java.time.Duration.ofSeconds;

import dev.fairlead.LoadBalancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.event.EventLog;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.metrics.FairleadMetrics;
import dev.fairlead.tcp.TcpFrontend;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * HAProxy's classic configuration inside a Java process: an HTTP frontend on 8080 and a TCP frontend on
 * 9090, both in front of two servers. Without arguments it brings the servers along; with arguments
 * ({@code host:port host:port}) it uses yours. Press Enter for metrics, Ctrl-C to drain and stop.
 */
public final class MainJob {
  private MainJob() {}

  /** Runs until Ctrl-C. */
  public static void main(String[] args) throws IOException {
    Logger events = Logger.getLogger("dev.fairlead.events");
    events.setLevel(Level.OFF); // it would tell the same once more
    List<Server> servers = args.length == 0 ? Origins.start() : servers(args);
    Backend speed = Backend.builder("speed")
        .balancer(Balancers.roundRobin())
        .servers(servers)
        .eachServer(server -> server.maxConnections(32))
        .healthCheck(HealthCheck.http("HEAD", "/heartbeat.html")
            .every(ofSeconds(1))
            .rise(2)
            .fall(3))
        .connectTimeout(ofSeconds(5))
        .serverTimeout(ofSeconds(50))
        .build();
    LoadBalancer lb = start(speed, 8080, 9090);
    System.out.printf("""

        Try:  curl -i http://localhost:8080/        answers in turn, from each server
              curl http://localhost:9090/           the same, as a byte stream
              curl -d on=false http://localhost:8080/health   takes the answering server's health away
        Press Enter for metrics, Ctrl-C to drain and stop.
        %n""");
    metricsOnEnter(lb);
    lb.awaitClosed();
  }

  static LoadBalancer start(Backend speed, int httpPort, int tcpPort) {
    HttpFrontend web = HttpFrontend.builder("http-in")
        .bind(httpPort)
        .maxConnections(256)
        .clientTimeout(ofSeconds(50))
        .forwardedFor()
        .defaultBackend(speed)
        .build();
    TcpFrontend stream =
        TcpFrontend.builder("tcp-in").bind(tcpPort).defaultBackend(speed).build();
    LoadBalancer lb = LoadBalancer.builder()
        .frontends(List.<Frontend>of(web, stream))
        .on(Event.State.class, MainJob::tell)
        .on(Event.Listening.class, MainJob::tell)
        .start()
        .closeOnShutdown(ofSeconds(30));
    System.out.printf("%s%n%s%n%s%n", web, stream, speed);
    return lb;
  }

  private static void tell(Event event) {
    System.out.println("* " + EventLog.describe(event));
  }

  private static List<Server> servers(String[] args) {
    return java.util.stream.IntStream.range(0, args.length)
        .mapToObj(i -> {
          int colon = args[i].lastIndexOf(':');
          if (colon < 1) {
            throw new IllegalArgumentException(args[i] + " (expected: host:port)");
          }
          int port = Integer.parseInt(args[i].substring(colon + 1));
          return Server.of("server" + (10 + i), args[i].substring(0, colon), port);
        })
        .toList();
  }

  private static void metricsOnEnter(LoadBalancer lb) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    new FairleadMetrics(lb).bindTo(registry);
    Thread keyboard = new Thread(
        () -> {
          try (BufferedReader in =
              new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (in.readLine() != null) {
              print(registry);
            }
          } catch (IOException e) {
            System.out.println("no keyboard: " + e.getMessage());
          }
        },
        "keyboard");
    keyboard.setDaemon(true);
    keyboard.start();
  }

  static void print(SimpleMeterRegistry registry) {
    registry.getMeters().stream()
        .sorted(Comparator.comparing((Meter m) -> m.getId().toString()))
        .forEach(meter -> meter
            .measure()
            .forEach(m -> System.out.printf(
                "%-40s %-60s %s %s%n",
                meter.getId().getName(),
                meter.getId().getTags(),
                m.getStatistic().getTagValueRepresentation(),
                m.getValue())));
  }
}
