package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.acceptance.Plan.Balance;
import dev.fairlead.acceptance.Plan.Checks;
import dev.fairlead.acceptance.Plan.Forwarded;
import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Observed;
import dev.fairlead.http.Reuse;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real HAProxy, configured by file, read and steered through its statistics socket. */
final class HaproxyUnderTest implements ProxyUnderTest {
  private final RealServer process;
  private final int port;
  private final int admin;

  private HaproxyUnderTest(RealServer process, int port, int admin) {
    this.process = process;
    this.port = port;
    this.admin = admin;
  }

  static HaproxyUnderTest start(Plan plan) {
    int port = Ports.free();
    int admin = port;
    while (admin == port) { // HAProxy would share it
      admin = Ports.free();
    }
    // The readiness probe goes to the admin port: on the frontend's it would be a first session.
    // That
    // port accepts a moment before the frontend's does, but is answered only when all of them do.
    HaproxyUnderTest started =
        new HaproxyUnderTest(RealServer.haproxy(admin, config(plan, port, admin)), port, admin);
    started.ask("show info");
    return started;
  }

  static String config(Plan plan, int port, int admin) {
    StringBuilder cfg = new StringBuilder();
    line(cfg, "global");
    line(cfg, "  nbthread 1"); // with more, it drops a log line while another thread writes one
    line(cfg, "  log stdout format raw local0");
    line(cfg, "  stats socket ipv4@127.0.0.1:" + admin + " level admin");
    Path certificate = plan.certificate;
    line(cfg, certificate == null ? "" : "  ssl-load-extra-del-ext"); // a.crt has its key in a.key
    line(cfg, plan.headBytes == 0 ? "" : "  tune.bufsize " + plan.headBytes);
    line(cfg, "defaults");
    line(cfg, "  mode " + plan.mode.word());
    line(cfg, "  log global");
    line(cfg, "  option " + plan.mode.word() + "log");
    plan.times.forEach(
        (time, limit) -> line(cfg, "  timeout " + time.word() + " " + limit.toMillis() + "ms"));
    line(cfg, "  retries " + plan.retries);
    line(cfg, "  option redispatch 1");
    line(cfg, plan.abortOnClose ? "  option abortonclose" : "");
    line(cfg, "frontend in");
    line(
        cfg,
        "  bind 127.0.0.1:" + port
            + (certificate == null ? "" : " ssl crt " + certificate + " alpn h2,http/1.1"));
    line(cfg, plan.frontendLimit > 0 ? "  maxconn " + plan.frontendLimit : "");
    Forwarded forwarded = plan.forwarded;
    line(cfg, forwarded == null ? "" : forwarded(forwarded));
    line(cfg, "  default_backend app");
    line(cfg, "backend app");
    Balance balance = plan.balance;
    String lines = balance == null ? "balance roundrobin" : balance.haproxy();
    lines.lines().forEach(l -> line(cfg, "  " + l));
    Reuse reuse = plan.reuse;
    line(cfg, reuse == null ? "" : "  http-reuse " + reuse.name().toLowerCase(Locale.ROOT));
    line(cfg, plan.allBackups ? "  option allbackups" : "");
    Checks checks = plan.checks;
    line(
        cfg,
        checks == null || checks.path() == null
            ? ""
            : "  option httpchk HEAD " + checks.path() + " HTTP/1.1\\r\\nHost:\\ x");
    String tls = plan.authority == null
        ? ""
        : " ssl verify required ca-file " + plan.authority + " sni str(site.example)"
            + (plan.http2 ? " alpn " + String.join(",", plan.alpnToServers()) : "");
    String version = plan.http2 && plan.authority == null ? " proto h2" : "";
    Observed observed = plan.observed;
    String watched = observed == null ? "" : observed(observed);
    String used = plan.maxRequests == 0 ? "" : " max-reuse " + (plan.maxRequests - 1);
    String more = watched + tls + version + used;
    plan.members.forEach(member -> line(cfg, server(member, checks) + more));
    return cfg.toString();
  }

  private static String forwarded(Forwarded forwarded) {
    return "  option forwardfor"
        + (forwarded.except() == null ? "" : " except " + forwarded.except())
        + (forwarded.header() == null ? "" : " header " + forwarded.header())
        + (forwarded.ifNone() ? " if-none" : "");
  }

  private static String server(Member member, @Nullable Checks checks) {
    return "  server " + member.name() + " " + member.host() + ":" + member.port() + " weight "
        + member.weight()
        + (member.maxConnections() > 0 ? " maxconn " + member.maxConnections() : "")
        + (member.backup() ? " backup" : "")
        + (checks == null
            ? ""
            : " check inter " + checks.every().toMillis() + "ms rise " + checks.rise() + " fall "
                + checks.fall());
  }

  private static String observed(Observed observed) {
    String reaction = switch (observed.onError()) {
      case FAST_INTERVAL -> "fastinter";
      case FAIL_CHECK -> "fail-check";
      case SUDDEN_DEATH -> "sudden-death";
      case MARK_DOWN -> "mark-down";
    };
    return " observe layer7 error-limit " + observed.errorLimit() + " on-error " + reaction;
  }

  private static void line(StringBuilder cfg, String line) {
    if (!line.isEmpty()) {
      cfg.append(line).append('\n');
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public List<AccessLine> log() {
    return process
        .log()
        .lines()
        .map(AccessLine::parse)
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public int queued() {
    return stats().stream()
        .filter(row -> row[0].equals("app") && !row[2].isEmpty())
        .mapToInt(row -> Integer.parseInt(row[2]))
        .sum();
  }

  @Override
  public boolean up(String server) {
    return stats().stream()
        .anyMatch(row -> row[0].equals("app") && row[1].equals(server) && row[17].startsWith("UP"));
  }

  private List<String[]> stats() {
    return ask("show stat")
        .lines()
        .filter(row -> !row.isBlank() && !row.startsWith("#"))
        .map(row -> row.split(",", -1))
        .toList();
  }

  @Override
  public void drain(String server) {
    ask("set server app/" + server + " state drain");
  }

  @Override
  public void maintenance(String server) {
    ask("set server app/" + server + " state maint");
  }

  @Override
  public void ready(String server) {
    ask("set server app/" + server + " state ready");
  }

  @Override
  public void weight(String server, int weight) {
    ask("set server app/" + server + " weight " + weight);
  }

  private String ask(String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin)) {
      socket.getOutputStream().write((command + "\n").getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(command, e);
    }
  }

  @Override
  public void stopGracefully() {
    try {
      Process kill = new ProcessBuilder("kill", "-USR1", String.valueOf(process.pid())).start();
      if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new AssertionError("kill -USR1 failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean stopped() {
    return ProcessHandle.of(process.pid()).filter(ProcessHandle::isAlive).isEmpty();
  }

  @Override
  public void close() {
    process.close();
  }

  @Override
  public String toString() {
    return process.log();
  }
}
