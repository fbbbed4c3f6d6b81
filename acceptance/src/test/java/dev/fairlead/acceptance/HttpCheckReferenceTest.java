package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.HttpProbe;
import dev.fairlead.health.Probes;
import dev.fairlead.health.TextRule;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same Nginx, checked by a real HAProxy and by Fairlead in the same way: they say the same code. */
@Timeout(120)
final class HttpCheckReferenceTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final TestCertificates OTHER = TestCertificates.authority("another authority");
  private static final ServerTls TLS = ServerTls.of().trust(TlsTrust.of(CA.certificate()));
  private static final ServerTls STRANGER = ServerTls.of().trust(TlsTrust.of(OTHER.certificate()));

  private final List<Pair> pairs = new ArrayList<>();

  /**
   * A check of both.
   *
   * @param directives of HAProxy's backend
   * @param options of HAProxy's server
   */
  private record Pair(
      String name, Server server, List<String> directives, String options, HealthCheck check) {}

  private void http(String name, int port, String path, String expect, HttpProbe probe) {
    pairs.add(new Pair(
        name,
        Server.of("s1", "127.0.0.1", port),
        List.of("option httpchk GET " + path, expect),
        "",
        HealthCheck.of(probe)));
  }

  private void secured(
      String name, int port, String options, ServerTls tls, HealthCheck check, String... more) {
    List<String> directives = new ArrayList<>(List.of(more));
    pairs.add(new Pair(
        name,
        Server.of("s1", "127.0.0.1", port).tls(tls),
        directives,
        "check-ssl " + options,
        check));
  }

  @Test
  void they_say_the_same_code(@TempDir Path folder) throws Exception {
    Path ca = pem(folder, "ca.pem", CA);
    Path other = pem(folder, "other.pem", OTHER);
    try (CheckedNginx nginx = CheckedNginx.start(folder, CA);
        ScriptedServer silent = ScriptedServer.start(client -> client.readAll())) {
      statuses(nginx.http);
      contents(nginx.http);
      conditions(silent.port());
      secured(nginx, ca, other, silent.port());

      Map<String, String> codes = new LinkedHashMap<>();
      for (Pair pair : pairs) {
        String verdict = Checked.verdict(pair.server, pair.check.timeout(Duration.ofMillis(700)));
        codes.put(pair.name, verdict.substring(0, verdict.indexOf(':')));
      }
      assertThat(haproxy()).isEqualTo(codes);
    }
  }

  private void statuses(int port) {
    http("ok", port, "/ok", "", Probes.http("GET", "/ok"));
    http("moved", port, "/moved", "", Probes.http("GET", "/moved"));
    http("busy", port, "/busy", "", Probes.http("GET", "/busy"));
    http(
        "range",
        port,
        "/moved",
        "http-check expect status 200-299",
        Probes.http("GET", "/moved").expectStatus("200-299"));
    http(
        "not",
        port,
        "/gone",
        "http-check expect ! rstatus ^5",
        Probes.http("GET", "/gone").expectStatus("!500-599"));
    http(
        "drain",
        port,
        "/gone",
        "http-check disable-on-404",
        Probes.http("GET", "/gone").drainOn(404));
  }

  private void contents(int port) {
    HttpProbe probe = Probes.http("GET", "/ok");
    TextRule ok = TextRule.contains("all ok");
    TextRule regex = TextRule.regex("^all .k$");
    TextRule primary = TextRule.equalTo("primary");
    http("body", port, "/ok", "http-check expect string all\\ ok", probe.expectBody(ok));
    http("nobody", port, "/ok", "http-check expect ! string all\\ ok", probe.expectBody(ok.not()));
    http("regex", port, "/ok", "http-check expect rstring ^all\\ .k$", probe.expectBody(regex));
    http(
        "noregex",
        port,
        "/ok",
        "http-check expect ! rstring ^all\\ .k$",
        probe.expectBody(regex.not()));
    http("head", port, "/ok", "http-check expect hdr name x-role", probe.expectHeader("X-Role"));
    http(
        "value",
        port,
        "/ok",
        "http-check expect hdr name x-role value primary",
        probe.expectHeader("X-Role", primary));
    http(
        "novalue",
        port,
        "/ok",
        "http-check expect ! hdr name x-role value primary",
        probe.expectHeader("X-Role", primary.not()));
  }

  private void conditions(int silent) {
    http("hung", silent, "/ok", "", Probes.http("GET", "/ok"));
    http("refused", Ports.free(), "/ok", "", Probes.http("GET", "/ok"));
  }

  private void secured(CheckedNginx nginx, Path ca, Path other, int silent) {
    HealthCheck http = HealthCheck.http("GET", "/ok");
    HealthCheck tls = HealthCheck.of(Probes.tls());
    String trusting = "verify required ca-file " + ca;
    String strange = "verify required ca-file " + other;
    String get = "option httpchk GET /ok";
    secured("tls", nginx.tls, trusting, TLS, tls);
    secured("tls-http", nginx.tls, trusting, TLS, http, get);
    secured("tls-stranger", nginx.tls, strange, STRANGER, tls);
    secured("tls-hung", silent, trusting, TLS, tls);
    secured("tls-plain", nginx.http, trusting, TLS, tls);
    secured("tls-name", nginx.tls, trusting + " check-sni a.example", TLS, tls.sni("a.example"));
    secured("tls-wrong", nginx.tls, trusting + " check-sni b.example", TLS, tls.sni("b.example"));
    secured(
        "h2",
        nginx.tls,
        trusting + " check-alpn h2",
        TLS,
        HealthCheck.of(Probes.http2("GET", "/ok")),
        get,
        "http-check send hdr host a.example"); // which HTTP/2 must have, and HAProxy leaves out
    pairs.add(new Pair(
        "proxied",
        Server.of("s1", "127.0.0.1", nginx.proxied),
        List.of(get),
        "check-send-proxy",
        http.sendProxy(SendProxy.v1())));
  }

  /** What HAProxy's statistics say of each, once it knows. */
  private Map<String, String> haproxy() {
    int admin = Ports.free();
    StringBuilder config = new StringBuilder("""
        global
          stats socket ipv4@127.0.0.1:%d level admin
        defaults
          mode http
          timeout connect 1s
          timeout client 5s
          timeout server 5s
          timeout check 700ms
        """.formatted(admin));
    for (Pair pair : pairs) {
      config.append("backend ").append(pair.name).append('\n');
      pair.directives.forEach(line -> config.append("  ").append(line).append('\n'));
      config
          .append("  server ")
          .append(pair.server.name())
          .append(pair.server.address().toString().replace('/', ' '))
          .append(" check inter 1s fall 1 rise 1 ")
          .append(pair.options)
          .append('\n');
    }
    try (RealServer process = RealServer.haproxy(admin, config.toString())) {
      Map<String, String> codes = new LinkedHashMap<>();
      boolean known = Await.held(Duration.ofSeconds(20), () -> {
        codes.clear();
        codes.putAll(codes(admin));
        return codes.size() == pairs.size()
            && codes.values().stream().noneMatch(code -> code.equals("INI") || code.isEmpty());
      });
      assertThat(known).as("%s %s", codes, process.log()).isTrue();
      return codes;
    }
  }

  private static Map<String, String> codes(int admin) {
    Map<String, String> codes = new LinkedHashMap<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("show stat\n".getBytes(StandardCharsets.US_ASCII));
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      List<String> lines = text.lines().toList();
      List<String> names = Arrays.asList(lines.get(0).substring(2).split(",", -1));
      for (String line : lines.subList(1, lines.size())) {
        String[] values = line.split(",", -1);
        if (values.length > 1 && values[1].equals("s1")) {
          codes.put(values[0], values[names.indexOf("check_status")].replace("* ", ""));
        }
      }
      return codes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path pem(Path folder, String name, TestCertificates authority) throws Exception {
    return Files.writeString(
        folder.resolve(name),
        TestCertificate.pem("CERTIFICATE", authority.certificate().getEncoded()));
  }
}
