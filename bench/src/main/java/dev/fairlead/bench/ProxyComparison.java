package dev.fairlead.bench;

import dev.fairlead.bench.Load.Run;
import dev.fairlead.testkit.HandshakeClients;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * CPU time and instructions per request of Fairlead, HAProxy and Nginx under the same load: each proxy in one process with
 * one worker on the first core, the clients and the origin (Nginx) on the second; rounds interleaved.
 * Figures are ratios to HAProxy within the round; their median counts. Arguments: {@code
 * http|h2|h2h2|tcp|tls|handshakes rounds seconds}. With {@code -Dbefore=<class path>} a Fairlead of an earlier build
 * comes along: its {@code fairlead-bench} jar.
 */
public final class ProxyComparison {
  /** Of CPU time: on a busy machine, that takes longer. */
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
        RealServer origin = RealServer.nginx(
            originPort, """
            access_log off;
            server {
              listen 127.0.0.1:%d%s;
              keepalive_requests 1000000000;
              location / { return 200 "%s"; }
            }
            """.formatted(originPort, mode == Mode.H2H2 ? " http2" : "", body))) {
      Programs.pin(origin.pid(), 1);
      start(peers, new Peer.Task(mode, originPort, certificate), System.getProperty("before"));
      Load load = mode == Mode.HANDSHAKES
          ? Load.handshakes(clients, mode.cipherSuite())
          : mode.http2() ? Load.h2load() : Load.wrk(mode.secure() ? "https" : "http");
      for (Peer peer : peers) {
        Programs.pin(peer.pid(), 0);
        if (mode.secure()) {
          peer.check(mode);
        }
      }
      Programs.pin(ProcessHandle.current().pid(), 1); // the clients, when they are in here
      for (Peer peer : peers) {
        warmUp(peer, load);
      }
      measure(peers, load, plan);
    } finally {
      peers.forEach(Peer::close);
    }
  }

  /** Java wants some time, but not forever. */
  private static void warmUp(Peer peer, Load load) throws Exception {
    load.on(peer, 2);
    if (peer.process() instanceof RealServer) {
      return;
    }
    for (int i = 0; i < WARM_UP_SECONDS && peer.cpuSeconds() < WARM_UP_SECONDS; i++) {
      load.on(peer, 5);
    }
  }

  private static void start(List<Peer> peers, Peer.Task task, @Nullable String before)
      throws IOException {
    peers.add(Peer.haproxy(task));
    if (task.mode() != Mode.TCP && task.mode() != Mode.H2H2) {
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
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    for (int round = 1; round <= plan.rounds(); round++) {
      for (Peer peer : peers) {
        Run run = load.measured(peer, plan.seconds());
        runs.computeIfAbsent(peer.name(), n -> new ArrayList<>()).add(run);
        System.out.printf(
            Locale.ROOT,
            "round %d  %-18s %6.1f us CPU and %7.0f instructions/%s  %7.0f /s  %3.0f %% of its core%n",
            round,
            peer.name(),
            run.micros(),
            run.instructions(),
            plan.mode().unit(),
            run.perSecond(),
            run.busy() * 100);
      }
    }
    System.out.printf("%nper %s, median of ratios to haproxy:%n", plan.mode().unit());
    List<Run> base = runs.getOrDefault(peers.get(0).name(), List.of());
    runs.forEach((name, own) -> System.out.printf(
        Locale.ROOT,
        "%-18s CPU %s  instructions %s  rate %s%n",
        name,
        ratios(own, base, Run::micros),
        ratios(own, base, Run::instructions),
        ratios(own, base, Run::perSecond)));
  }

  private static String ratios(List<Run> own, List<Run> base, ToDoubleFunction<Run> figure) {
    double[] sorted = IntStream.range(0, own.size())
        .mapToDouble(i -> figure.applyAsDouble(own.get(i)) / figure.applyAsDouble(base.get(i)))
        .sorted()
        .toArray();
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f..%.2f)",
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1]);
  }
}
