package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.edge.AcceptProxy;
import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Health;
import dev.fairlead.status.Reason;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fairlead in a chain of real proxies that tell each other the client by PROXY headers. */
final class ProxyChainTest {
  private static final String CLIENT = "127.0.0.77";
  private static final String OPTIONS =
      "send-proxy-v2 proxy-v2-options ssl,cert-cn,ssl-cipher,authority,crc32c,unique-id";

  @TempDir
  Path folder;

  /** Fairlead between: expects a header and sends one. */
  private static LoadBalancer between(int server, SendProxy header) {
    return LoadBalancer.start(TcpFrontend.builder("edge")
        .bind(TlsEdge.loopback().acceptProxy(AcceptProxy.from("127.0.0.0/8")))
        .defaultBackend(Backend.builder("app")
            .server(Server.of("s1", "127.0.0.1", server).sendProxy(header))
            .build())
        .build());
  }

  private static int port(LoadBalancer lb) {
    return ((InetSocketAddress) lb.address("edge")).getPort();
  }

  private static RealServer nginxOrigin() {
    int port = Ports.free();
    return RealServer.nginx(port, """
        log_format who '$proxy_protocol_addr $proxy_protocol_port $remote_addr';
        server {
          listen 127.0.0.1:%d proxy_protocol;
          set_real_ip_from 127.0.0.0/8;
          real_ip_header proxy_protocol;
          access_log who.log who;
          location / { return 200 "$proxy_protocol_addr $remote_addr $proxy_protocol_server_port"; }
        }
        """.formatted(port));
  }

  private static RealServer haproxyBefore(int port, int server, String bind, String options) {
    return RealServer.haproxy(port, """
        defaults
          mode tcp
          timeout client 10s
          timeout server 10s
          timeout connect 10s
        frontend in
          bind 127.0.0.1:%d %s
          unique-id-format id-%%cp
          default_backend out
        backend out
          server s1 127.0.0.1:%d %s
        """.formatted(port, bind, server, options));
  }

  private static String curl(String... arguments) {
    String[] line = new String[arguments.length + 3];
    line[0] = "-sSf";
    line[1] = "--interface";
    line[2] = CLIENT;
    System.arraycopy(arguments, 0, line, 3, arguments.length);
    return Command.run("curl", line);
  }

  @ParameterizedTest
  @CsvSource({
    "send-proxy,1",
    "send-proxy,2",
    "send-proxy-v2,1",
    "send-proxy-v2,2",
    "'" + OPTIONS + "',1",
    "'" + OPTIONS + "',2"
  })
  void from_haproxy_over_us_nginx_learns_the_true_client(String options, int version)
      throws IOException {
    int first = Ports.free();
    try (RealServer nginx = nginxOrigin();
        LoadBalancer lb =
            between(nginx.port(), version == 1 ? SendProxy.v1() : SendProxy.v2().crc32c());
        RealServer haproxy = haproxyBefore(first, port(lb), "", options)) {
      assertThat(curl("http://127.0.0.1:" + haproxy.port() + "/"))
          .isEqualTo(CLIENT + " " + CLIENT + " " + first);

      Path log = nginx.directory().resolve("who.log");
      Waits.until("logged", () -> log.toFile().length() > 0);
      assertThat(Files.readString(log)).startsWith(CLIENT + " ").endsWith(" " + CLIENT + "\n");
    }
  }

  @Test
  void what_haproxy_tells_of_the_clients_tls_is_known_and_can_be_passed_on() throws IOException {
    TestCertificates ca = TestCertificates.authority("test authority");
    TestCertificate site = ca.server("site.example");
    Path pem = Files.writeString(folder.resolve("site.pem"), site.chainPem() + site.keyPem());
    Path authority = Openssl.write(folder, ca);
    Path client = ca.client("device-7").write(folder, "client");
    SendProxy passingOn = SendProxy.v2().crc32c().authority().uniqueId().ssl();
    // HAProxy 2.6 tells no more of a header than authority and unique id: so that is where it goes.
    SendProxy legible = SendProxy.v2().authority().tlv(ProxyHeader.UNIQUE_ID, c -> {
      ProxyHeader header = Objects.requireNonNull(c.proxyHeader());
      ProxyHeader.Ssl ssl = Objects.requireNonNull(header.ssl());
      CharBuffer id = StandardCharsets.US_ASCII.decode(Objects.requireNonNull(header.uniqueId()));
      return "%s %s %s %s %s"
          .formatted(id, ssl.verified(), ssl.version(), ssl.cipher(), ssl.cn())
          .getBytes(StandardCharsets.UTF_8);
    });
    try (RealServer echo = haproxyEcho();
        LoadBalancer third = between(echo.port(), legible);
        LoadBalancer second = between(port(third), passingOn);
        RealServer haproxy = haproxyBefore(
            Ports.free(),
            port(second),
            "ssl crt " + pem + " verify optional ca-file " + authority,
            OPTIONS)) {
      String said = curl(
          "--cacert",
          authority.toString(),
          "--cert",
          client.toString(),
          "--key",
          folder.resolve("client.key").toString(),
          "--tlsv1.3",
          "--connect-to",
          "site.example:443:127.0.0.1:" + haproxy.port(),
          "https://site.example/");

      assertThat(said)
          .matches(CLIENT + " authority=site.example unique-id=id-[0-9]+ true TLSv1.3"
              + " TLS_AES_256_GCM_SHA384 device-7 ssl=0");
    }
  }

  /** Says what the PROXY header said. */
  private static RealServer haproxyEcho() {
    int port = Ports.free();
    return RealServer.haproxy(port, """
        defaults
          mode http
          timeout client 10s
          timeout server 10s
          timeout connect 10s
        frontend in
          bind 127.0.0.1:%d accept-proxy
          http-request return status 200 content-type text/plain lf-string \
        "%%[src] authority=%%[fc_pp_authority] unique-id=%%[fc_pp_unique_id] ssl=%%[ssl_fc]"
        """.formatted(port));
  }

  @Test
  void we_tell_haproxy_the_client_and_what_it_negotiated_with_us() {
    TestCertificates ca = TestCertificates.authority("test authority");
    SendProxy told = SendProxy.v2().crc32c().authority().uniqueId().ssl();
    try (RealServer haproxy = haproxyEcho();
        LoadBalancer lb = LoadBalancer.start(HttpFrontend.builder("edge")
            .bind(TlsEdge.loopback().tls(Tls.of(Openssl.served(ca.server("site.example")))))
            .defaultBackend(Backend.builder("app")
                .server(Server.of("s1", "127.0.0.1", haproxy.port()).sendProxy(told))
                .build())
            .build())) {
      String said = curl(
          "--cacert",
          Openssl.write(folder, ca).toString(),
          "--connect-to",
          "site.example:443:127.0.0.1:" + port(lb),
          "https://site.example/");

      assertThat(said)
          .matches(CLIENT + " authority=site.example"
              + " unique-id=7F00004D:[0-9A-F]+_7F000001:[0-9A-F]+_[0-9A-F]+ ssl=0");
    }
  }

  static Stream<Arguments> handshakes() {
    return Stream.of(
        Arguments.of(Algorithm.rsa2048, "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256"),
        Arguments.of(Algorithm.ecp256, "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384"),
        Arguments.of(Algorithm.rsa2048, "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384"),
        Arguments.of(Algorithm.ecp384, "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305"));
  }

  @ParameterizedTest
  @MethodSource("handshakes")
  void of_tls_we_tell_byte_by_byte_what_haproxy_tells(Algorithm kind, String options)
      throws IOException {
    TestCertificates ca = TestCertificates.authority("test authority");
    TestCertificate site = ca.server(kind, "site.example");
    Path pem = Files.writeString(folder.resolve("site.pem"), site.chainPem() + site.keyPem());
    Path authority = Openssl.write(folder, ca);
    Path client = ca.client("device-7").write(folder, "client");
    Tls tls = Tls.of(Openssl.served(site))
        .clientCertificates(ClientAuth.OPTIONAL, TlsTrust.pem(authority));
    try (ScriptedServer origin = ScriptedServer.start(ProxyChainTest::answerBehindHeader);
        RealServer haproxy = haproxyBefore(
            Ports.free(),
            origin.port(),
            "ssl crt " + pem + " verify optional ca-file " + authority,
            "send-proxy-v2 proxy-v2-options ssl,cert-cn,cert-key,cert-sig,ssl-cipher");
        LoadBalancer lb = LoadBalancer.start(TcpFrontend.builder("edge")
            .bind(TlsEdge.loopback().tls(tls))
            .defaultBackend(Backend.builder("app")
                .server(
                    Server.of("s1", origin.address()).sendProxy(SendProxy.v2().ssl()))
                .build())
            .build())) {
      int before = origin.connections(); // HAProxy's port was tried
      for (int port : List.of(haproxy.port(), port(lb))) {
        Openssl.to(port, options.split(" ")).showing(client).answered();
      }

      assertThat(sslTlv(origin.connection(before + 2).received()))
          .isEqualTo(sslTlv(origin.connection(before + 1).received()))
          .contains("device-7");
    }
  }

  private static void answerBehindHeader(ScriptedConnection client) throws IOException {
    String head = client.read(16);
    client.read(head.charAt(14) << 8 | head.charAt(15));
    client.readHead();
    client.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  }

  /** The only TLV that is asked for; ALPN is none. */
  private static String sslTlv(String header) {
    int start = header.indexOf(' ', 16 + 12);
    return header.substring(
        start, start + 3 + (header.charAt(start + 1) << 8 | header.charAt(start + 2)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void from_nginx_over_us_haproxy_learns_the_true_client(int version) {
    int first = Ports.free();
    SendProxy header = version == 1 ? SendProxy.v1() : SendProxy.v2();
    try (RealServer haproxy = haproxyEcho();
        LoadBalancer lb = between(haproxy.port(), header);
        RealServer nginx = RealServer.nginxStream(first, """
            server {
              listen 127.0.0.1:%d;
              proxy_pass 127.0.0.1:%d;
              proxy_protocol on;
            }
            """.formatted(first, port(lb)))) {
      assertThat(curl("http://127.0.0.1:" + nginx.port() + "/")).startsWith(CLIENT + " ");
    }
  }

  @ParameterizedTest
  @CsvSource({"haproxy,1", "haproxy,2", "nginx,1", "nginx,2"})
  void checks_bring_the_header_that_a_server_insists_on(String kind, int version) {
    SendProxy header = version == 1 ? SendProxy.v1() : SendProxy.v2().crc32c();
    try (RealServer server = kind.equals("haproxy") ? haproxyEcho() : nginxOrigin();
        LoadBalancer lb = LoadBalancer.start(HttpFrontend.builder("edge")
            .bind(TlsEdge.loopback())
            .defaultBackend(Backend.builder("app")
                .healthCheck(HealthCheck.http("GET", "/").every(Duration.ofMillis(100)))
                .server(Server.of("with", "127.0.0.1", server.port()).sendProxy(header))
                .server(Server.of("without", "127.0.0.1", server.port()))
                .build())
            .build())) {
      Waits.until("up", () -> health(lb, "with") == Health.UP);
      Waits.until("down", () -> health(lb, "without") == Health.DOWN);
      for (int i = 0; i < 5; i++) {
        assertThat(curl("http://127.0.0.1:" + port(lb) + "/")).startsWith(CLIENT + " ");
      }
    }
  }

  private static Health health(LoadBalancer lb, String server) {
    ServerStatus status =
        Objects.requireNonNull(lb.backend("app").server(server).status());
    return status.health();
  }

  static Stream<Arguments> refusedBeginnings() {
    String get = "GET / HTTP/1.0\r\n\r\n";
    return Stream.of(
        Arguments.of(get, Reason.PROXY_HEADER_MISSING),
        Arguments.of("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n" + get, Reason.PROXY_HEADER_BAD),
        Arguments.of("PROXY TCP4 192.0.2.1 192.0.2.2 1 70000\r\n" + get, Reason.PROXY_HEADER_BAD));
  }

  @ParameterizedTest
  @MethodSource("refusedBeginnings")
  void a_missing_or_bad_header_closes_the_connection_and_is_counted(String bytes, Reason reason)
      throws IOException {
    Binding binding = TlsEdge.loopback().acceptProxy(AcceptProxy.required());
    try (TlsEdge edge = TlsEdge.http(binding);
        RawClient client = RawClient.connect(edge.port())) {
      assertThat(client.send(bytes).endsSilently()).isTrue();
      edge.awaitRefused(reason);
      edge.awaitCount(Counter.PROXY_HEADER_ERRORS, 1);
    }
  }

  @Test
  void a_header_that_does_not_come_is_waited_for_so_long() throws IOException {
    AcceptProxy rule = AcceptProxy.required().timeout(Duration.ofMillis(200));
    try (TlsEdge edge = TlsEdge.http(TlsEdge.loopback().acceptProxy(rule));
        RawClient client = RawClient.connect(edge.port())) {
      assertThat(client.send("PROXY TCP4 ").endsSilently()).isTrue();
      edge.awaitRefused(Reason.PROXY_HEADER_TIMEOUT);
      edge.awaitCount(Counter.PROXY_HEADER_ERRORS, 1);
    }
  }
}
