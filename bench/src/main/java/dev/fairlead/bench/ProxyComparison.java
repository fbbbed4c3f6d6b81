package dev.fairlead.bench;

import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CPU time per request of Fairlead, HAProxy and Nginx under the same load: each proxy in one process with
 * one worker on the first core, wrk and the origin (Nginx) on the second; rounds interleaved. Figures are
 * ratios to HAProxy within the round; their median counts. Arguments: {@code http|tcp rounds seconds}.
 */
public final class ProxyComparison {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)s");

  private ProxyComparison() {}

  /** What one round of one peer gave. */
  private record Run(double microsPerRequest, double requestsPerSecond) {}

  /** Measures and prints. */
  public static void main(String[] args) throws Exception {
    String mode = args.length > 0 ? args[0] : "http";
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 8;
    int originPort = Ports.free();
    String body = "x".repeat(1024);
    List<Peer> peers = new ArrayList<>();
    try (RealServer origin = RealServer.nginx(originPort, """
            access_log off;
            server {
              listen 127.0.0.1:%d;
              keepalive_requests 1000000000;
              location / { return 200 "%s"; }
            }
            """.formatted(originPort, body))) {
      pin(origin.pid(), 1);
      peers.add(Peer.haproxy(mode, originPort));
      if (mode.equals("http")) {
        peers.add(Peer.nginx(originPort));
      }
      peers.add(Peer.fairlead(mode, originPort, "EPOLL"));
      peers.add(Peer.fairlead(mode, originPort, "NIO"));
      for (Peer peer : peers) {
        pin(peer.pid(), 0);
        load(peer, peer.name().startsWith("fairlead") ? 25 : 2); // Java warms up
      }
      measure(peers, rounds, seconds);
    } finally {
      peers.forEach(Peer::close);
    }
  }

  private static void measure(List<Peer> peers, int rounds, int seconds) throws Exception {
    Map<String, List<Double>> cost = new LinkedHashMap<>();
    Map<String, List<Double>> rate = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      Run base = null;
      for (Peer peer : peers) {
        Run run = load(peer, seconds);
        if (base == null) {
          base = run;
        }
        cost.computeIfAbsent(peer.name(), n -> new ArrayList<>())
            .add(run.microsPerRequest() / base.microsPerRequest());
        rate.computeIfAbsent(peer.name(), n -> new ArrayList<>())
            .add(run.requestsPerSecond() / base.requestsPerSecond());
        System.out.printf(
            Locale.ROOT,
            "round %d  %-16s %6.1f us CPU/request  %8.0f requests/s%n",
            round + 1,
            peer.name(),
            run.microsPerRequest(),
            run.requestsPerSecond());
      }
    }
    System.out.printf("%nmedian of %d rounds, ratio to haproxy:%n", rounds);
    cost.forEach((name, ratios) -> System.out.printf(
        Locale.ROOT,
        "%-16s CPU/request %.2f (%.2f..%.2f)  requests/s %.2f%n",
        name,
        median(ratios),
        ratios.stream().mapToDouble(d -> d).min().orElse(0),
        ratios.stream().mapToDouble(d -> d).max().orElse(0),
        median(rate.getOrDefault(name, List.of()))));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(d -> d).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  private static Run load(Peer peer, int seconds) throws Exception {
    double before = peer.cpuSeconds();
    String output = run(
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        "-c64",
        "-d" + seconds + "s",
        "http://127.0.0.1:" + peer.port() + "/");
    double used = peer.cpuSeconds() - before;
    Matcher found = REQUESTS.matcher(output);
    if (!found.find() || output.contains("Non-2xx")) {
      throw new IllegalStateException(peer.name() + ": " + output);
    }
    double requests = Double.parseDouble(found.group(1));
    return new Run(used * 1e6 / requests, requests / Double.parseDouble(found.group(2)));
  }

  private static void pin(long pid, int core) throws Exception {
    run("taskset", "-a", "-c", "-p", String.valueOf(core), String.valueOf(pid));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
    return output;
  }
}
