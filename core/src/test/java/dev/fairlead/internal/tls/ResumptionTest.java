package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.internal.tls.Certs.Pair;
import dev.fairlead.spi.TlsInfo;
import dev.fairlead.testkit.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions are resumed as long as, and only where, they may be. */
class ResumptionTest {
  private static final TestCertificate SITE = Certs.CA.server("a.test");
  private static final TestCertificate ALICE = Certs.CA.client("alice");

  static Stream<Pair> pairs() {
    return Certs.pairs();
  }

  static Stream<Arguments> pairsAndVersions() {
    return Certs.pairs()
        .flatMap(p -> Stream.of(TlsVersion.values()).map(v -> Arguments.arguments(p, v)));
  }

  /** One handshake, and something said so that tickets arrive. */
  private static TlsInfo shake(ClientTlsContext client, ServerTlsContexts server) {
    try (TlsPair pair = TlsPair.of(client, "a.test", server)) {
      assertThat(pair.echo("hello")).isEqualTo("hello");
      assertThat(pair.client.info().resumed()).isEqualTo(pair.server.info().resumed());
      return pair.server.info();
    }
  }

  private static ServerTlsContexts contexts(Tls tls, TicketKeys keys) {
    return ServerTlsContexts.of(tls, List.of(), keys, Instant.now());
  }

  private static Pair nativeServer() {
    assumeTrue(Certs.providers().contains(TlsProvider.OPENSSL), "the native library is not there");
    return new Pair(TlsProvider.OPENSSL, TlsProvider.OPENSSL);
  }

  @ParameterizedTest
  @MethodSource("pairsAndVersions")
  void the_second_connection_resumes_the_session_of_the_first(Pair pair, TlsVersion version) {
    try (ServerTlsContexts server = Certs.server(pair.serverTls(SITE).versions(version, version));
        ClientTlsContext client = Certs.client(pair.clientTls())) {
      assertThat(shake(client, server).resumed()).isFalse();
      assertThat(shake(client, server).resumed()).isTrue();
      assertThat(shake(client, server).resumed()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("pairsAndVersions")
  void a_resumed_session_still_knows_the_clients_certificate(Pair pair, TlsVersion version) {
    Tls tls = pair.serverTls(SITE)
        .versions(version, version)
        .clientCertificates(ClientAuth.REQUIRED, Certs.TRUST);
    try (ServerTlsContexts server = Certs.server(tls);
        ClientTlsContext client = Certs.client(pair.clientTls().certificate(Certs.own(ALICE)))) {
      assertThat(shake(client, server).peerCommonName()).isEqualTo("alice");
      TlsInfo second = shake(client, server);
      assertThat(second.resumed()).isTrue();
      assertThat(second.peerCommonName()).isEqualTo("alice");
    }
  }

  @ParameterizedTest
  @MethodSource("pairsAndVersions")
  void a_client_that_is_told_not_to_resumes_nothing(Pair pair, TlsVersion version) {
    ServerTls fresh = pair.clientTls().sessionReuse(false);
    try (ServerTlsContexts server = Certs.server(pair.serverTls(SITE).versions(version, version));
        ClientTlsContext client = Certs.client(fresh)) {
      for (int i = 0; i < 4; i++) {
        assertThat(shake(client, server).resumed()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_session_is_not_resumed_under_another_name(Pair pair) {
    TestCertificate both = Certs.CA.server("a.test", "b.test");
    try (ServerTlsContexts server = Certs.server(pair.serverTls(both));
        ClientTlsContext client = Certs.client(pair.clientTls())) {
      assertThat(shake(client, server).resumed()).isFalse();
      try (TlsPair other = TlsPair.of(client, "b.test", server)) {
        assertThat(other.client.info().resumed()).isFalse();
      }
    }
  }

  @Test
  void tickets_outlive_a_change_of_certificates_with_the_same_names() {
    Pair pair = nativeServer();
    TicketKeys keys = TicketKeys.generate();
    Tls renewed = pair.serverTls(Certs.CA.server("a.test"));
    try (ServerTlsContexts before = contexts(pair.serverTls(SITE), keys);
        ServerTlsContexts after = contexts(renewed, keys);
        ClientTlsContext client = Certs.client(pair.clientTls())) {
      assertThat(shake(client, before).resumed()).isFalse();
      assertThat(shake(client, after).resumed()).isTrue();
    }
  }

  @Test
  void tickets_of_other_keys_are_of_no_use() {
    Pair pair = nativeServer();
    try (ServerTlsContexts before = Certs.server(pair.serverTls(SITE));
        ServerTlsContexts after = Certs.server(pair.serverTls(SITE));
        ClientTlsContext client = Certs.client(pair.clientTls())) {
      assertThat(shake(client, before).resumed()).isFalse();
      assertThat(shake(client, after).resumed()).isFalse();
    }
  }

  @Test
  void a_ticket_is_good_for_one_more_turn_of_the_keys_and_not_for_two() {
    Pair pair = nativeServer();
    TicketKeys keys = TicketKeys.generate();
    // A client for each step, since one that has tickets of several keys may try any of them.
    try (ServerTlsContexts server = contexts(pair.serverTls(SITE), keys);
        ClientTlsContext afterOne = Certs.client(pair.clientTls());
        ClientTlsContext afterTwo = Certs.client(pair.clientTls());
        ClientTlsContext ofSecond = Certs.client(pair.clientTls())) {
      shake(afterOne, server);
      shake(afterTwo, server);
      TicketKeys second = keys.rotated();
      server.use(second);
      assertThat(shake(afterOne, server).resumed()).isTrue();
      shake(ofSecond, server);
      server.use(second.rotated());
      assertThat(shake(ofSecond, server).resumed()).isTrue();
      assertThat(shake(afterTwo, server).resumed()).isFalse();
    }
  }

  @Test
  void no_ticket_gets_around_a_trust_that_has_changed(@TempDir Path folder) throws Exception {
    Pair pair = nativeServer();
    TicketKeys keys = TicketKeys.generate();
    Tls tls = pair.serverTls(SITE).clientCertificates(ClientAuth.OPTIONAL, Certs.TRUST);
    Path list = Files.write(folder.resolve("list.crl"), Certs.CA.revocationList());
    TlsTrust listed = TlsTrust.of(Certs.CA.certificate()).crl(list);
    ServerTls withAlice = pair.clientTls().certificate(Certs.own(ALICE));
    try (ServerTlsContexts open = contexts(pair.serverTls(SITE), keys);
        ServerTlsContexts asking = contexts(tls, keys);
        ServerTlsContexts withList =
            contexts(tls.clientCertificates(ClientAuth.OPTIONAL, listed), keys);
        ClientTlsContext client = Certs.client(withAlice)) {
      shake(client, open);
      assertThat(shake(client, asking).resumed()).isFalse();
      assertThat(soonResumed(client, asking)).isTrue();
      assertThat(shake(client, withList).resumed()).isFalse();
      assertThat(soonResumed(client, withList)).isTrue();
    }
  }

  /** The client may still try tickets of the trust before, each once. */
  private static boolean soonResumed(ClientTlsContext client, ServerTlsContexts server)
      throws Exception {
    for (int i = 0; i < 5; i++) {
      if (shake(client, server).resumed()) {
        return true;
      }
    }
    return false;
  }

  @Test
  void no_ticket_gets_from_one_certificate_to_another() {
    Pair pair = nativeServer();
    TestCertificate first = Certs.CA.server("a.test");
    TestCertificate second = Certs.CA.server("b.test");
    Tls tls = pair.serverTls(first, second);
    try (ServerTlsContexts server = Certs.server(tls);
        ClientTlsContext client = Certs.client(pair.clientTls().serverName("a.test"))) {
      shake(client, server);
      ServerTlsContext other = server.pick("b.test", true);
      // It offers its session of a.test to whoever answers for b.test.
      try (TlsPair pairOfBoth = TlsPair.of(client, "a.test", other)) {
        assertThat(pairOfBoth.client.failed())
            .as("a full handshake shows b.test")
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairsAndVersions")
  void without_tickets_a_native_server_resumes_with_tls_1_2_only(Pair pair, TlsVersion version) {
    assumeTrue(pair.server() == TlsProvider.OPENSSL, "the JDK's switch is for the whole process");
    Tls tls = pair.serverTls(SITE).versions(version, version).sessionTickets(false);
    try (ServerTlsContexts server = Certs.server(tls);
        ClientTlsContext client = Certs.client(pair.clientTls())) {
      assertThat(shake(client, server).resumed()).isFalse();
      assertThat(shake(client, server).resumed()).isEqualTo(version == TlsVersion.TLS_1_2);
    }
  }
}
