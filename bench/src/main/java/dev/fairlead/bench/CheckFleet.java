package dev.fairlead.bench;

import static java.time.Duration.ofSeconds;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.InitialState;
import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Very many servers, each asked once a second from one control loop: what it costs, how punctual it is, and
 * what HAProxy needs for the same. All servers are one Nginx, at addresses of their own.
 *
 * <p>{@code CheckFleet tcp|http servers seconds}
 */
public final class CheckFleet {
  private final String mode;
  private final int servers;
  private final int seconds;
  private final int origin = Ports.free();

  private CheckFleet(String mode, int servers, int seconds) {
    this.mode = mode;
    this.servers = servers;
    this.seconds = seconds;
  }

  /** {@code tcp|http servers seconds}. */
  public static void main(String[] args) throws Exception {
    CheckFleet fleet =
        new CheckFleet(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    try (RealServer nginx = RealServer.nginx(fleet.origin, """
        access_log off;
        server {
          listen 0.0.0.0:%d backlog=4096;
          location / { return 200 "fine"; }
          location /status { stub_status; }
        }
        """.formatted(fleet.origin))) {
      System.out.printf(
          "%s checks of %,d servers, each every second; origin is process %d%n",
          args[0], fleet.servers, nginx.pid());
      fleet.haproxy();
      fleet.fairlead();
    }
  }

  /** An address of its own in 127.0.0.0/8. */
  private static String address(int server) {
    return "127.%d.%d.%d".formatted(1 + server / 62_500, server / 250 % 250, 1 + server % 250);
  }

  private void haproxy() throws Exception {
    int port = Ports.free();
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < servers; i++) {
      list.append("  server s%d %s:%d check inter 1s%n".formatted(i, address(i), origin));
    }
    String how = mode.equals("http") ? "option httpchk GET / HTTP/1.0" : "";
    try (RealServer haproxy = RealServer.haproxy(port, """
        global
          nbthread 1
          spread-checks 5
        defaults
          mode tcp
          timeout connect 5s
          timeout client 50s
          timeout server 50s
        listen in
          bind 127.0.0.1:%d
          %s
        %s
        """.formatted(port, how, list))) {
      settle();
      double cpu = Peer.cpuSeconds(haproxy.pid());
      long accepted = accepted();
      long begin = System.nanoTime();
      TimeUnit.SECONDS.sleep(seconds);
      double took = (System.nanoTime() - begin) / 1e9;
      // Its TCP checks end before the origin could accept: they are counted by what they should be.
      double checks =
          mode.equals("http") ? (double) (accepted() - accepted) : (double) servers * seconds;
      tell("haproxy", checks, Peer.cpuSeconds(haproxy.pid()) - cpu, took);
    }
  }

  private void fairlead() throws Exception {
    Probe asked = mode.equals("http") ? Probes.http("GET", "/") : Probes.tcp();
    ConcurrentHashMap<String, Queue<Long>> begun = new ConcurrentHashMap<>();
    Probe noted = target -> {
      begun
          .computeIfAbsent(target.name(), n -> new ConcurrentLinkedQueue<>())
          .add(System.nanoTime());
      return asked.check(target);
    };
    Backend backend = Backend.builder("fleet")
        .servers(IntStream.range(0, servers)
            .mapToObj(i -> Server.of("s" + i, address(i), origin))
            .toList())
        .healthCheck(HealthCheck.of(noted)
            .every(ofSeconds(1))
            .spread(ofSeconds(1))
            .initialState(InitialState.FULLY_UP))
        .build();
    try (LoadBalancer lb = LoadBalancer.builder()
        .threads(1)
        .frontend(TcpFrontend.builder("in")
            .bind("127.0.0.1", 0)
            .defaultBackend(backend)
            .build())
        .start()) {
      settle();
      long cpu = control();
      long accepted = accepted();
      long begin = System.nanoTime();
      TimeUnit.SECONDS.sleep(seconds);
      double took = (System.nanoTime() - begin) / 1e9;
      tell("fairlead", (double) (accepted() - accepted), (control() - cpu) / 1e9, took);
      punctuality(begun, begin);
      System.out.printf("  eligible %d of %d%n", lb.backend("fleet").status().eligible(), servers);
    }
  }

  /** How far the beginnings of two checks of a server are from a second, and from the first one's beat. */
  private static void punctuality(ConcurrentHashMap<String, Queue<Long>> begun, long from) {
    List<Double> gaps = new ArrayList<>();
    List<Double> drifts = new ArrayList<>();
    for (Queue<Long> times : begun.values()) {
      long[] counted = times.stream().mapToLong(t -> t).filter(t -> t >= from).toArray();
      for (int i = 1; i < counted.length; i++) {
        gaps.add(Math.abs((counted[i] - counted[i - 1]) / 1e6 - 1000));
      }
      if (counted.length > 1) {
        int last = counted.length - 1;
        drifts.add((counted[last] - counted[0]) / 1e6 - 1000.0 * last);
      }
    }
    double[] gap = gaps.stream().mapToDouble(g -> g).sorted().toArray();
    double[] drift = drifts.stream().mapToDouble(d -> d).sorted().toArray();
    System.out.printf(
        "  from one check to the next: off a second by %.1f ms (median), %.1f ms (99 %%)%n",
        at(gap, 0.5), at(gap, 0.99));
    System.out.printf(
        "  drift over the whole time: %.1f ms (median), %.1f .. %.1f ms%n",
        at(drift, 0.5), at(drift, 0), at(drift, 1));
  }

  private static double at(double[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) ((sorted.length - 1) * share)];
  }

  private static void tell(String who, double checks, double cpu, double took) {
    System.out.printf(
        "%-9s %,.0f checks/s, CPU %.1f %% of a core, %.1f µs a check%n",
        who, checks / took, 100 * cpu / took, 1e6 * cpu / checks);
  }

  private static void settle() throws InterruptedException {
    TimeUnit.SECONDS.sleep(30); // warm-up, for Java above all
  }

  private static long control() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(t -> t != null && t.getThreadName().startsWith("fairlead-control"))
        .mapToLong(t -> threads.getThreadCpuTime(t.getThreadId()))
        .sum();
  }

  /** How many connections the origin has accepted. */
  private long accepted() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), origin)) {
      socket
          .getOutputStream()
          .write("GET /status HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher numbers = Pattern.compile("(\\d+) \\d+ \\d+").matcher(answer);
      if (!numbers.find()) {
        throw new IOException("no numbers in " + answer);
      }
      return Long.parseLong(numbers.group(1));
    }
  }
}
