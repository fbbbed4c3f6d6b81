package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.internal.tls.Certs.Pair;
import dev.fairlead.internal.tls.TlsFailures.Diagnosis;
import dev.fairlead.internal.tls.TlsPair.End;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.TestCertificate;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Why a handshake failed is told in the same words, whoever does the cryptography. */
class TlsFailuresTest {
  private static final TestCertificate SITE = Certs.CA.server("a.test", "192.0.2.1");

  static Stream<Pair> pairs() {
    return Certs.pairs();
  }

  static List<TlsProvider> providers() {
    return Certs.providers();
  }

  static Stream<Arguments> pairsAndVersions() {
    return Certs.pairs()
        .flatMap(p -> Stream.of(TlsVersion.values()).map(v -> Arguments.arguments(p, v)));
  }

  private static TlsPair shake(ServerTls client, String host, Tls server) {
    // As of a time when it was good: those who look at it find out.
    Instant then = server.certificates().get(0).chain().get(0).getNotBefore().toInstant();
    try (ServerTlsContexts there =
            ServerTlsContexts.of(server, List.of(), TicketKeys.generate(), then.plusSeconds(1));
        ClientTlsContext here = Certs.client(client)) {
      return TlsPair.of(here, host, there.pick(host, true));
    }
  }

  private static Diagnosis atClient(ServerTls client, String host, Tls server) {
    try (TlsPair pair = shake(client, host, server)) {
      return TlsFailures.of(pair.client.failure());
    }
  }

  private static Diagnosis atServer(ServerTls client, String host, Tls server) {
    try (TlsPair pair = shake(client, host, server)) {
      return TlsFailures.of(pair.server.failure());
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void an_authority_that_is_not_trusted(Pair pair) {
    ServerTls client = pair.clientTls().trust(Certs.OTHER_TRUST);
    Diagnosis diagnosis = atClient(client, "a.test", pair.serverTls(SITE));
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_UNKNOWN_CA);
    assertThat(diagnosis.text())
        .isEqualTo("the certificate is from an authority that is not trusted:"
            + " CN=a.test, issued by CN=Trusted CA,O=Fairlead tests");
    assertThat(diagnosis.alert()).isNull();
  }

  @ParameterizedTest
  @MethodSource("pairsAndVersions")
  void a_certificate_for_another_name(Pair pair, TlsVersion version) {
    Tls server = pair.serverTls(SITE).versions(version, version);
    for (String host : new String[] {"b.test", "192.0.2.2", "x.a.test", "lonely"}) {
      Diagnosis diagnosis = atClient(pair.clientTls(), host, server);
      assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_WRONG_HOST);
      assertThat(diagnosis.text())
          .isEqualTo("the certificate is for another name: CN=a.test, for [a.test, 192.0.2.1]");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_certificate_that_has_ended(Pair pair) {
    TestCertificate ended = Certs.CA.expired("a.test");
    Diagnosis diagnosis = atClient(pair.clientTls(), "a.test", pair.serverTls(ended));
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_EXPIRED);
    assertThat(diagnosis.text())
        .startsWith("the certificate has expired: CN=a.test, valid from ")
        .endsWith(ended.certificate().getNotAfter().toInstant().toString());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_pinned_or_trusted_certificate_that_has_ended(Pair pair) throws Exception {
    TestCertificate ended = Certs.CA.expired("a.test");
    String pin = TrustRules.sha256(ended.certificate().getEncoded());
    for (TlsTrust trust : new TlsTrust[] {TlsTrust.pinned(pin), TlsTrust.of(ended.certificate())}) {
      Diagnosis diagnosis =
          atClient(pair.clientTls().trust(trust), "a.test", pair.serverTls(ended));
      assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_EXPIRED);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void an_authority_in_between_that_has_ended(Pair pair) {
    TestCertificate below =
        Certs.CA.intermediate("Ended CA", Instant.now().minusSeconds(60)).server("a.test");
    Diagnosis diagnosis = atClient(pair.clientTls(), "a.test", pair.serverTls(below));
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_EXPIRED);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_certificate_that_has_not_begun(Pair pair) {
    TestCertificate early = Certs.CA.notYetValid("a.test");
    Diagnosis diagnosis = atClient(pair.clientTls(), "a.test", pair.serverTls(early));
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_NOT_YET_VALID);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_certificate_that_was_revoked(Pair pair, @TempDir Path folder) throws IOException {
    Path list = Files.write(folder.resolve("list.crl"), Certs.CA.revocationList(SITE));
    ServerTls client = pair.clientTls().trust(Certs.TRUST.crl(list));
    Diagnosis diagnosis = atClient(client, "a.test", pair.serverTls(SITE));
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_REVOKED);
    assertThat(diagnosis.text())
        .isEqualTo("the certificate has been revoked: CN=a.test, serial number "
            + SITE.certificate().getSerialNumber().toString(16));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_certificate_that_is_not_pinned(Pair pair) {
    Diagnosis diagnosis =
        atClient(pair.clientTls().pinned("0".repeat(64)), "a.test", pair.serverTls(SITE));
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_PIN_MISMATCH);
    assertThat(diagnosis.text())
        .contains(TrustRules.sha256(SITE.certificate().getPublicKey().getEncoded()));
  }

  @ParameterizedTest
  @MethodSource("pairsAndVersions")
  void a_peer_that_does_not_believe_us(Pair pair, TlsVersion version) {
    Tls server = pair.serverTls(SITE).versions(version, version);
    Diagnosis diagnosis = atServer(pair.clientTls().trust(Certs.OTHER_TRUST), "a.test", server);
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_PEER_REFUSED);
    // BoringSSL sends what RFC 8446 §6.2 has for it; the JDK does not distinguish.
    String alert = pair.client() == TlsProvider.JDK ? "certificate_unknown" : "unknown_ca";
    assertThat(diagnosis.alert()).isEqualTo(alert);
    assertThat(diagnosis.text()).isEqualTo("the peer refused the handshake: alert " + alert);
  }

  @ParameterizedTest
  @MethodSource("pairsAndVersions")
  void a_peer_that_wants_a_certificate_of_ours(Pair pair, TlsVersion version) {
    Tls server = pair.serverTls(SITE)
        .versions(version, version)
        .clientCertificates(ClientAuth.REQUIRED, Certs.TRUST);
    Diagnosis client = atClient(pair.clientTls(), "a.test", server);
    assertThat(client.failure()).isEqualTo(Reason.TLS_PEER_REFUSED);
    assertThat(client.alert()).isIn("bad_certificate", "certificate_required", "handshake_failure");
    assertThat(atServer(pair.clientTls(), "a.test", server).failure())
        .isEqualTo(Reason.TLS_NO_CERTIFICATE);
  }

  @ParameterizedTest
  @MethodSource("pairsAndVersions")
  void no_version_in_common(Pair pair, TlsVersion version) {
    TlsVersion other = version == TlsVersion.TLS_1_2 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
    ServerTls client = pair.clientTls().versions(other, other);
    Tls server = pair.serverTls(SITE).versions(version, version);
    assertThat(atServer(client, "a.test", server).failure()).isEqualTo(Reason.TLS_NOTHING_SHARED);
    Diagnosis diagnosis = atClient(client, "a.test", server);
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_NOTHING_SHARED);
    assertThat(diagnosis.alert()).isEqualTo("protocol_version");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void no_cipher_suite_in_common(Pair pair) {
    ServerTls client = pair.clientTls()
        .versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_2)
        .ciphers("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    Tls other = pair.serverTls(SITE).ciphers("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    assertThat(atServer(client, "a.test", other).failure()).isEqualTo(Reason.TLS_NOTHING_SHARED);
    Tls rsaOnly = pair.serverTls(SITE).ciphers("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    assertThat(atServer(client, "a.test", rsaOnly).failure()).isEqualTo(Reason.TLS_NOTHING_SHARED);
    Diagnosis diagnosis = atClient(client, "a.test", other);
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_PEER_REFUSED);
    assertThat(diagnosis.alert()).isEqualTo("handshake_failure");
  }

  /** Both ends, alone, in the middle of a handshake. */
  private static Stream<End> alone(TlsProvider provider) {
    Pair pair = new Pair(provider, provider);
    try (ServerTlsContexts server = Certs.server(pair.serverTls(SITE));
        ClientTlsContext client = Certs.client(pair.clientTls())) {
      SslHandler there = TlsPair.server(Objects.requireNonNull(server.pick(null, true)));
      return Stream.of(new End(there), new End(TlsPair.client(client, "a.test")));
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void something_that_is_not_tls(TlsProvider provider) {
    for (String words : new String[] {
      "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n"
    }) {
      alone(provider).forEach(end -> {
        end.channel.writeInbound(Unpooled.copiedBuffer(words, StandardCharsets.US_ASCII));
        assertThat(TlsFailures.of(end.failure()).failure()).isEqualTo(Reason.TLS_NOT_SPOKEN);
        end.channel.finishAndReleaseAll();
      });
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_peer_that_says_nothing(TlsProvider provider) {
    alone(provider).forEach(end -> {
      end.channel.advanceTimeBy(4999, TimeUnit.MILLISECONDS);
      end.channel.runScheduledPendingTasks();
      assertThat(end.failed()).isFalse();
      end.channel.advanceTimeBy(5001, TimeUnit.MILLISECONDS);
      end.channel.runScheduledPendingTasks();
      assertThat(TlsFailures.of(end.failure()).failure()).isEqualTo(Reason.TLS_TIMEOUT);
      end.channel.finishAndReleaseAll();
    });
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_peer_that_goes_away(TlsProvider provider) {
    alone(provider).forEach(end -> {
      end.channel.close();
      assertThat(TlsFailures.of(end.failure()).failure()).isEqualTo(Reason.TLS_CLOSED);
      end.channel.finishAndReleaseAll();
    });
  }

  @Test
  void a_connection_that_breaks() {
    for (Throwable broken : new Throwable[] {
      new IOException("Connection reset by peer"),
      new ClosedChannelException(),
      new SSLException("failure when writing TLS control frames", new ClosedChannelException())
    }) {
      assertThat(TlsFailures.of(broken).failure()).isEqualTo(Reason.TLS_CLOSED);
    }
  }

  @Test
  void anything_else_is_told_as_it_is() {
    Diagnosis diagnosis = TlsFailures.of(new SSLException("the moon is full"));
    assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_FAILED);
    assertThat(diagnosis.text()).isEqualTo("the handshake failed: the moon is full");
  }

  @Test
  void an_exception_that_causes_itself_in_a_circle_ends() {
    SSLException one = new SSLException("one");
    SSLException two = new SSLException("two", one);
    one.initCause(two);
    assertThat(TlsFailures.of(one).failure()).isEqualTo(Reason.TLS_FAILED);
  }
}
