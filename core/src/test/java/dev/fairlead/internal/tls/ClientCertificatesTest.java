package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.internal.tls.Certs.Pair;
import dev.fairlead.spi.TlsInfo;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who a client is, by its certificate. */
class ClientCertificatesTest {
  private static final TestCertificate SITE = Certs.CA.server("a.test");
  private static final TestCertificates CLIENTS = TestCertificates.authority("Client CA");
  private static final TestCertificate ALICE = CLIENTS.client("alice");
  private static final TestCertificate BOB = CLIENTS.client("bob");
  private static final TestCertificate MALLORY =
      TestCertificates.authority("Client CA").client("m");

  @TempDir
  private Path folder;

  static Stream<Pair> pairs() {
    return Certs.pairs();
  }

  private static Tls asking(Pair pair, ClientAuth auth) {
    return pair.serverTls(SITE).clientCertificates(auth, TlsTrust.of(CLIENTS.certificate()));
  }

  private static TlsPair shake(Pair pair, TestCertificate client, Tls server) {
    return shake(Certs.client(pair.clientTls().certificate(Certs.own(client))), server);
  }

  private static TlsPair shake(ClientTlsContext client, Tls server) {
    try (client;
        ServerTlsContexts there = Certs.server(server)) {
      return TlsPair.of(client, "a.test", there);
    }
  }

  private static Reason failure(TlsPair pair) {
    return TlsFailures.of(pair.server.failure()).failure();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_good_one_is_told_with_its_subject(Pair pair) {
    try (TlsPair shaken = shake(pair, ALICE, asking(pair, ClientAuth.REQUIRED))) {
      TlsInfo info = shaken.server.info();
      assertThat(info.peerCertificates()).containsExactly(ALICE.certificate());
      assertThat(info.peerSubject()).isEqualTo("CN=alice,O=Clients");
      assertThat(info.peerCommonName()).isEqualTo("alice");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void one_that_is_wanted_and_shown_is_told_too(Pair pair) {
    try (TlsPair shaken = shake(pair, ALICE, asking(pair, ClientAuth.OPTIONAL))) {
      assertThat(shaken.server.info().peerCommonName()).isEqualTo("alice");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void without_one_the_handshake_fails_where_it_is_required_only(Pair pair) {
    try (TlsPair shaken =
        shake(Certs.client(pair.clientTls()), asking(pair, ClientAuth.REQUIRED))) {
      assertThat(failure(shaken)).isEqualTo(Reason.TLS_NO_CERTIFICATE);
    }
    try (TlsPair shaken =
        shake(Certs.client(pair.clientTls()), asking(pair, ClientAuth.OPTIONAL))) {
      assertThat(shaken.server.info().peerCertificates()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void one_that_nobody_asks_for_is_not_shown(Pair pair) {
    try (TlsPair shaken = shake(pair, ALICE, pair.serverTls(SITE))) {
      assertThat(shaken.server.info().peerSubject()).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void one_of_another_authority_fails_even_where_none_is_needed(Pair pair) {
    for (ClientAuth auth : new ClientAuth[] {ClientAuth.OPTIONAL, ClientAuth.REQUIRED}) {
      try (TlsPair shaken = shake(pair, MALLORY, asking(pair, auth))) {
        assertThat(failure(shaken)).isEqualTo(Reason.TLS_UNKNOWN_CA);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void one_that_has_ended_fails(Pair pair) {
    Instant end = Instant.now().minusSeconds(60);
    TestCertificate ended = CLIENTS.client("ended", end);
    try (ClientTlsContext client = ClientTlsContext.of(
            pair.clientTls().certificate(Certs.own(ended)), end.minusSeconds(60));
        ServerTlsContexts server = Certs.server(asking(pair, ClientAuth.REQUIRED));
        TlsPair shaken = TlsPair.of(client, "a.test", server)) {
      assertThat(failure(shaken)).isEqualTo(Reason.TLS_EXPIRED);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_pinned_one_needs_no_authority(Pair pair) throws Exception {
    String pin = TrustRules.sha256(MALLORY.certificate().getEncoded());
    Tls tls = pair.serverTls(SITE).clientCertificates(ClientAuth.REQUIRED, TlsTrust.pinned(pin));
    try (TlsPair shaken = shake(pair, MALLORY, tls)) {
      assertThat(shaken.server.info().peerCommonName()).isEqualTo("m");
    }
    try (TlsPair shaken = shake(pair, ALICE, tls)) {
      assertThat(failure(shaken)).isEqualTo(Reason.TLS_PIN_MISMATCH);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_revoked_one_fails_and_the_others_do_not(Pair pair) throws IOException {
    for (byte[] list : new byte[][] {
      CLIENTS.revocationList(BOB),
      TestCertificate.pem("X509 CRL", CLIENTS.revocationList(BOB))
          .getBytes(StandardCharsets.US_ASCII)
    }) {
      Tls tls = withList(pair, list);
      try (TlsPair shaken = shake(pair, ALICE, tls)) {
        assertThat(shaken.server.info().peerCommonName()).isEqualTo("alice");
      }
      try (TlsPair shaken = shake(pair, BOB, tls)) {
        assertThat(failure(shaken)).isEqualTo(Reason.TLS_REVOKED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void without_a_list_of_its_authority_that_is_still_valid_nobody_gets_in(Pair pair)
      throws IOException {
    Instant before = Instant.now().minusSeconds(3600); // the JDK bears with clocks for 15 minutes
    for (byte[] list :
        new byte[][] {Certs.CA.revocationList(), CLIENTS.revocationList(before, BOB)}) {
      try (TlsPair shaken = shake(pair, ALICE, withList(pair, list))) {
        TlsFailures.Diagnosis diagnosis = TlsFailures.of(shaken.server.failure());
        assertThat(diagnosis.failure()).isEqualTo(Reason.TLS_FAILED);
        assertThat(diagnosis.text()).contains("revocation");
      }
    }
  }

  private Tls withList(Pair pair, byte[] list) throws IOException {
    Path file = Files.write(folder.resolve("list.crl"), list);
    return pair.serverTls(SITE)
        .clientCertificates(
            ClientAuth.REQUIRED, TlsTrust.of(CLIENTS.certificate()).crl(file));
  }

  @Test
  void what_is_wrong_with_authorities_and_lists_is_told_by_field_file_and_reason()
      throws IOException {
    Pair pair = Certs.pairs().findFirst().orElseThrow();
    Path missing = folder.resolve("missing.pem");
    Path empty =
        Files.writeString(folder.resolve("empty.pem"), "-----BEGIN X-----\n-----END X-----");
    assertBad(pair, TlsTrust.pem(missing), "clientTrust: " + missing + ": no such file");
    assertBad(pair, TlsTrust.pem(empty), "clientTrust: " + empty + ": no certificate in it");
    TlsTrust good = TlsTrust.of(CLIENTS.certificate());
    assertBad(pair, good.crl(missing), "crl: " + missing + ": no such file");
    assertBad(pair, good.crl(empty), "crl: " + empty + ": no revocation list in it");
    Path junk = Files.write(folder.resolve("junk.crl"), new byte[] {1, 2, 3});
    assertBad(pair, good.crl(junk), "crl: " + junk + ": bad revocation list: ");
  }

  private static void assertBad(Pair pair, TlsTrust trust, String message) {
    Tls tls = pair.serverTls(SITE).clientCertificates(ClientAuth.REQUIRED, trust);
    assertThatThrownBy(() -> Certs.server(tls))
        .isExactlyInstanceOf(TlsMaterialException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void authorities_are_read_from_a_file() throws IOException {
    Pair pair = Certs.pairs().findFirst().orElseThrow();
    String both = Certs.OTHER_CA.server("x.test").bundle().getRootCertificatePEM()
        + ALICE.bundle().getRootCertificatePEM();
    TlsTrust trust = TlsTrust.pem(Files.writeString(folder.resolve("ca.pem"), both));
    Tls tls = pair.serverTls(SITE).clientCertificates(ClientAuth.REQUIRED, trust);
    try (TlsPair shaken = shake(pair, ALICE, tls)) {
      assertThat(shaken.server.info().peerCommonName()).isEqualTo("alice");
    }
  }
}
