package dev.fairlead.bench;

import dev.fairlead.bench.Load.Run;
import dev.fairlead.testkit.HandshakeClients;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CPU time per request of Fairlead, HAProxy and Nginx under the same load: each proxy in one process with
 * one worker on the first core, the clients and the origin (Nginx) on the second; rounds interleaved.
 * Figures are ratios to HAProxy within the round; their median counts. Arguments: {@code
 * http|tcp|tls|handshakes rounds seconds}. With {@code -Dbefore=<class path>} a Fairlead of an earlier build
 * comes along: its {@code fairlead-bench} jar.
 */
public final class ProxyComparison {
  private static final int WARM_UP_SECONDS = 25;
  private static final int CONNECTIONS = 64;

  private ProxyComparison() {}

  /** What the arguments say. */
  private record Plan(Mode mode, int rounds, int seconds) {
    static Plan of(String[] args) {
      return new Plan(
          Mode.named(args.length > 0 ? args[0] : "http"),
          args.length > 1 ? Integer.parseInt(args[1]) : 5,
          args.length > 2 ? Integer.parseInt(args[2]) : 8);
    }
  }

  /** Measures and prints. */
  public static void main(String[] args) throws Exception {
    Plan plan = Plan.of(args);
    Mode mode = plan.mode();
    int originPort = Ports.free();
    String body = "x".repeat(1024);
    List<Peer> peers = new ArrayList<>();
    try (Certificate certificate = Certificate.make();
        HandshakeClients clients = new HandshakeClients(CONNECTIONS);
        RealServer origin = RealServer.nginx(originPort, """
            access_log off;
            server {
              listen 127.0.0.1:%d;
              keepalive_requests 1000000000;
              location / { return 200 "%s"; }
            }
            """.formatted(originPort, body))) {
      Programs.pin(origin.pid(), 1);
      start(peers, new Peer.Task(mode, originPort, certificate), System.getProperty("before"));
      Load load = mode == Mode.HANDSHAKES
          ? Load.handshakes(clients, mode.cipherSuite())
          : Load.wrk(mode.secure() ? "https" : "http");
      for (Peer peer : peers) {
        Programs.pin(peer.pid(), 0);
        if (mode.secure()) {
          peer.check(mode);
        }
      }
      Programs.pin(ProcessHandle.current().pid(), 1); // the clients, when they are in here
      for (Peer peer : peers) {
        load.on(peer, peer.process() instanceof RealServer ? 2 : WARM_UP_SECONDS);
      }
      measure(peers, load, plan);
    } finally {
      peers.forEach(Peer::close);
    }
  }

  private static void start(List<Peer> peers, Peer.Task task, @Nullable String before)
      throws IOException {
    peers.add(Peer.haproxy(task));
    if (task.mode() != Mode.TCP) {
      peers.add(Peer.nginx(task));
    }
    if (task.mode().secure()) {
      String own = System.getProperty("java.class.path");
      peers.add(Peer.secure(task, "OPENSSL", own, "fairlead BoringSSL"));
      peers.add(Peer.secure(task, "JDK", own, "fairlead JDK"));
      if (before != null) {
        peers.add(Peer.secure(task, "OPENSSL", before, "before BoringSSL"));
        peers.add(Peer.secure(task, "JDK", before, "before JDK"));
      }
    } else {
      peers.add(Peer.fairlead(task, "EPOLL"));
      peers.add(Peer.fairlead(task, "NIO"));
      if (before != null) {
        peers.add(Peer.before(task, before));
      }
    }
  }

  private static void measure(List<Peer> peers, Load load, Plan plan) throws Exception {
    Map<String, List<Double>> cost = new LinkedHashMap<>();
    Map<String, List<Double>> rate = new LinkedHashMap<>();
    for (int round = 0; round < plan.rounds(); round++) {
      Run base = null;
      for (Peer peer : peers) {
        Run run = load.on(peer, plan.seconds());
        if (base == null) {
          base = run;
        }
        cost.computeIfAbsent(peer.name(), n -> new ArrayList<>()).add(run.micros() / base.micros());
        rate.computeIfAbsent(peer.name(), n -> new ArrayList<>())
            .add(run.perSecond() / base.perSecond());
        System.out.printf(
            Locale.ROOT,
            "round %d  %-18s %6.1f us CPU/%s  %8.0f /s  %3.0f %% of its core%n",
            round + 1,
            peer.name(),
            run.micros(),
            plan.mode().unit(),
            run.perSecond(),
            run.busy() * 100);
      }
    }
    System.out.printf("%nmedian of %d rounds, ratio to haproxy:%n", plan.rounds());
    cost.forEach((name, ratios) -> System.out.printf(
        Locale.ROOT,
        "%-18s CPU/%s %.2f (%.2f..%.2f)  %ss/s %.2f%n",
        name,
        plan.mode().unit(),
        median(ratios),
        ratios.stream().mapToDouble(d -> d).min().orElse(0),
        ratios.stream().mapToDouble(d -> d).max().orElse(0),
        plan.mode().unit(),
        median(rate.getOrDefault(name, List.of()))));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(d -> d).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
