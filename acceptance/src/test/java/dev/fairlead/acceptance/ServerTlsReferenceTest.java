package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Time;
import dev.fairlead.edge.Tls;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificates;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client hears when no TLS comes about with a server. */
final class ServerTlsReferenceTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final TestCertificates OTHER = TestCertificates.authority("other authority");

  @TempDir
  Path folder;

  private static AccessLine line(Proxy proxy, Plan plan) {
    try (ProxyUnderTest running = proxy.start(plan.retries(0))) {
      RawClient.get(running.port(), "/");
      return Waits.line(running);
    }
  }

  /** Of a server that terminates TLS itself, here by another Fairlead. */
  private AccessLine verified(Proxy proxy, TestCertificates issuer, String name) {
    try (TlsEdge server = TlsEdge.http(Tls.of(Openssl.served(issuer.server(name))))) {
      return line(
          proxy, Plan.http(Member.of("a", server.port())).overTls(Openssl.write(folder, CA)));
    }
  }

  private AccessLine silent(Proxy proxy, Script script) {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      return line(
          proxy,
          Plan.http(Member.of("a", server.port()))
              .time(Time.CONNECT, 500)
              .overTls(Openssl.write(folder, CA)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_good_server_answers(Proxy proxy) {
    AccessLine line = verified(proxy, CA, "site.example");

    assertThat(line.status()).isEqualTo(200);
    assertThat(line.termination()).isEqualTo("--");
  }

  @ParameterizedTest
  @EnumSource
  void one_of_an_unknown_authority_counts_as_not_connected(Proxy proxy) {
    AccessLine line = verified(proxy, OTHER, "site.example");

    assertThat(line.status()).isEqualTo(503);
    assertThat(line.termination()).isEqualTo("SC");
  }

  @ParameterizedTest
  @EnumSource
  void one_of_another_name_counts_as_not_connected(Proxy proxy) {
    AccessLine line = verified(proxy, CA, "other.example");

    assertThat(line.status()).isEqualTo(503);
    assertThat(line.termination()).isEqualTo("SC");
  }

  @ParameterizedTest
  @EnumSource
  void one_that_speaks_no_tls_counts_as_not_connected(Proxy proxy) {
    AccessLine line = silent(proxy, client -> {
      client.readSome();
      client.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });

    assertThat(line.status()).isEqualTo(503);
    assertThat(line.termination()).isEqualTo("SC");
  }

  @ParameterizedTest
  @EnumSource
  void one_whose_handshake_hangs_counts_as_not_connected_in_time(Proxy proxy) {
    AccessLine line = silent(proxy, Scripts.hang());

    assertThat(line.status()).isEqualTo(503);
    assertThat(line.termination()).isEqualTo("sC");
  }
}
