package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.internal.tls.Certs.Pair;
import dev.fairlead.spi.TlsInfo;
import dev.fairlead.testkit.TestCertificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Handshakes between contexts of ours, by either provider on either side. */
class HandshakeTest {
  private static final TestCertificate SITE = Certs.CA.server("a.test", "*.wild.test");

  static Stream<Pair> pairs() {
    return Certs.pairs();
  }

  private static TlsInfo shake(ServerTls client, Tls server) {
    try (ServerTlsContexts there = Certs.server(server);
        ClientTlsContext here = Certs.client(client);
        TlsPair pair = TlsPair.of(here, "a.test", there)) {
      assertThat(pair.echo("hello")).isEqualTo("hello");
      assertThat(pair.client.info().version()).isEqualTo(pair.server.info().version());
      assertThat(pair.client.info().cipher()).isEqualTo(pair.server.info().cipher());
      assertThat(pair.client.info().alpn()).isEqualTo(pair.server.info().alpn());
      return pair.server.info();
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void tls_1_3_is_spoken_by_default_and_told_with_all_that_was_agreed(Pair pair) {
    TlsInfo info = shake(pair.clientTls(), pair.serverTls(SITE));
    assertThat(info.version()).isEqualTo("TLSv1.3");
    assertThat(info.cipher()).isIn(Mozilla.CIPHERS);
    assertThat(info.serverName()).isEqualTo("a.test");
    assertThat(info.alpn()).isNull();
    assertThat(info.resumed()).isFalse();
    assertThat(info.peerCertificates()).isEmpty();
    assertThat(info.peerSubject()).isNull();
    assertThat(info.peerCommonName()).isNull();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_client_that_has_tls_1_2_only_gets_it(Pair pair) {
    ServerTls old = pair.clientTls().versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_2);
    TlsInfo info = shake(old, pair.serverTls(SITE));
    assertThat(info.version()).isEqualTo("TLSv1.2");
    assertThat(info.cipher()).startsWith("TLS_ECDHE_ECDSA_WITH_");
    assertThat(info.sessionId()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_server_that_is_told_to_has_tls_1_2_only(Pair pair) {
    Tls old = pair.serverTls(SITE).versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_2);
    assertThat(shake(pair.clientTls(), old).version()).isEqualTo("TLSv1.2");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void of_the_protocols_of_alpn_the_server_prefers(Pair pair) {
    TlsInfo info =
        shake(pair.clientTls().alpn("http/1.1", "h2"), pair.serverTls(SITE).alpn("h2", "http/1.1"));
    assertThat(info.alpn()).isEqualTo("h2");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void without_a_protocol_in_common_it_goes_on_without_alpn(Pair pair) {
    assertThat(shake(pair.clientTls().alpn("h2"), pair.serverTls(SITE).alpn("http/1.1"))
            .alpn())
        .isNull();
    assertThat(shake(pair.clientTls(), pair.serverTls(SITE).alpn("http/1.1")).alpn())
        .isNull();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void with_mozillas_cipher_suites_the_client_prefers(Pair pair) {
    ServerTls client = pair.clientTls()
        .versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_2)
        .ciphers(
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    assertThat(shake(client, pair.serverTls(SITE)).cipher())
        .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void with_cipher_suites_of_its_own_the_server_prefers(Pair pair) {
    ServerTls client = pair.clientTls().versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_2);
    String[] order = {
      "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    };
    assertThat(shake(client, pair.serverTls(SITE).ciphers(order)).cipher()).isEqualTo(order[0]);
    String[] reverse = {order[1], order[0]};
    assertThat(shake(client, pair.serverTls(SITE).ciphers(reverse)).cipher()).isEqualTo(order[1]);
  }

  @Test
  void the_frontends_alpn_is_used_unless_there_is_another() {
    Tls tls = Tls.of(Certs.own(SITE));
    assertThat(alpnOf(tls)).isEqualTo("frontend");
    assertThat(alpnOf(tls.alpn("own"))).isEqualTo("own");
  }

  private static String alpnOf(Tls tls) {
    try (ServerTlsContexts there =
            ServerTlsContexts.of(tls, List.of("frontend"), TicketKeys.generate(), Instant.now());
        ClientTlsContext here =
            Certs.client(ServerTls.of().trust(Certs.TRUST).alpn("own", "frontend"));
        TlsPair pair = TlsPair.of(here, "a.test", there)) {
      return Objects.requireNonNull(pair.server.info().alpn());
    }
  }
}
