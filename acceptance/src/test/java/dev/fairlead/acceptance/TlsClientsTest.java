package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.AcceptProxy;
import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** curl and a real browser over HTTPS. */
final class TlsClientsTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final TestCertificate SITE = CA.server("site.example");

  @TempDir
  Path folder;

  private Path authority;

  @BeforeEach
  void writeAuthority() {
    authority = Openssl.write(folder, CA);
  }

  private static Tls tls(TlsProvider provider) {
    return Tls.of(Openssl.served(SITE)).provider(provider);
  }

  private String curl(TlsEdge edge, String... options) {
    List<String> line = new ArrayList<>(List.of(
        "-sSfv",
        "--cacert",
        authority.toString(),
        "--connect-to",
        "site.example:443:127.0.0.1:" + edge.port()));
    line.addAll(List.of(options));
    line.add("https://site.example/page");
    return Command.run("curl", line.toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void curl_verifies_us_and_agrees_on_http(TlsProvider provider) {
    try (TlsEdge edge = TlsEdge.http(tls(provider))) {
      assertThat(curl(edge, "--tlsv1.3"))
          .contains("SSL certificate verify ok")
          .contains("SSL connection using TLSv1.3")
          .contains("ALPN: server accepted h2")
          .contains("GET /page HTTP/1.1"); // what the server has got
      assertThat(curl(edge, "--http1.1"))
          .contains("ALPN: server accepted http/1.1")
          .contains("GET /page HTTP/1.1");
      assertThat(curl(edge, "--tls-max", "1.2")).contains("SSL connection using TLSv1.2");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void curl_shows_its_certificate(TlsProvider provider) {
    Path client = CA.client("device-7").write(folder, "client");
    Tls tls = tls(provider).clientCertificates(ClientAuth.REQUIRED, TlsTrust.pem(authority));
    try (TlsEdge edge = TlsEdge.http(tls)) {
      assertThat(curl(edge, "--cert", client.toString(), "--key", folder + "/client.key"))
          .contains("GET /page HTTP/1.1")
          .contains("X-SSL-Client-Verify: SUCCESS")
          .contains("X-SSL-Client-CN: device-7");
      assertThat(Command.end("", "curl", "-sSk", "https://127.0.0.1:" + edge.port())
              .exitCode())
          .isNotZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void curl_comes_through_a_proxy_header(TlsProvider provider) {
    try (TlsEdge edge =
        TlsEdge.http(TlsEdge.loopback().acceptProxy(AcceptProxy.required()).tls(tls(provider)))) {
      assertThat(curl(edge, "--haproxy-protocol", "--interface", "127.0.0.77"))
          .contains("X-Forwarded-For: 127.0.0.77");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void chromium_shows_a_page(TlsProvider provider) {
    try (TlsEdge edge = TlsEdge.http(tls(provider))) {
      String page = Command.run(
          "chromium",
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--ignore-certificate-errors",
          "--host-resolver-rules=MAP site.example 127.0.0.1:" + edge.port(),
          "--user-data-dir=" + folder.resolve("profile-" + provider),
          "--dump-dom",
          "https://site.example/page");

      assertThat(page).contains("GET /page HTTP/1.1").containsIgnoringCase("Host: site.example");
      assertThat(edge.count(Counter.TLS_HANDSHAKES)).isPositive();
    }
  }
}
