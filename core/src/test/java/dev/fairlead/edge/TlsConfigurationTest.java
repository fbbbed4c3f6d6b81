package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of TLS: its defaults, its copies, and what is refused at the call. */
class TlsConfigurationTest {
  private static final Path CHAIN = Path.of("a.crt");
  private static final Path KEY = Path.of("a.key");
  private static final TlsCertificate CERTIFICATE = TlsCertificate.pem(CHAIN, KEY);
  private static final String DURATION = " (expected: more than 0, at most 365 days)";

  private static final PrivateKey NO_KEY = new PrivateKey() {
    private static final long serialVersionUID = 1;

    @Override
    public String getAlgorithm() {
      return "none";
    }

    @Override
    public String getFormat() {
      return "none";
    }

    @Override
    public byte[] getEncoded() {
      return new byte[0];
    }
  };

  private static Tls tls() {
    return Tls.of(CERTIFICATE);
  }

  @Test
  void towards_clients_the_defaults_are_careful() {
    Tls tls = tls();
    assertThat(tls.certificates()).containsExactly(CERTIFICATE);
    assertThat(tls.minVersion()).isEqualTo(TlsVersion.TLS_1_2);
    assertThat(tls.maxVersion()).isEqualTo(TlsVersion.TLS_1_3);
    assertThat(tls.ciphers()).isEmpty();
    assertThat(tls.alpn()).isEmpty();
    assertThat(tls.strictSni()).isFalse();
    assertThat(tls.clientAuth()).isEqualTo(ClientAuth.NONE);
    assertThat(tls.clientTrust()).isNull();
    assertThat(tls.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(tls.maxHandshakes()).isZero();
    assertThat(tls.sessionTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(tls.sessionTickets()).isTrue();
    assertThat(tls.ticketKeyRotation()).isEqualTo(Duration.ofHours(1));
    assertThat(tls.provider()).isEqualTo(TlsProvider.AUTO);
    assertThat(tls.watchFiles()).isNull();
  }

  @Test
  void towards_servers_the_defaults_verify() {
    ServerTls tls = ServerTls.of();
    assertThat(tls.verifies()).isTrue();
    assertThat(tls.trust()).isEqualTo(TlsTrust.system());
    assertThat(tls.serverName()).isNull();
    assertThat(tls.sniFromHost()).isFalse();
    assertThat(tls.certificate()).isNull();
    assertThat(tls.sessionReuse()).isTrue();
    assertThat(tls.alpn()).isEmpty();
    assertThat(tls.handshakeTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(tls.provider()).isEqualTo(TlsProvider.AUTO);
  }

  @Test
  void each_method_changes_its_own_field_of_a_copy_only() {
    Duration second = Duration.ofSeconds(1);
    TlsTrust trust = TlsTrust.pem(Path.of("ca.pem"));
    TlsCertificate other = TlsCertificate.pem(Path.of("b.pem"));
    Tls tls = tls()
        .certificates(List.of(CERTIFICATE, other))
        .versions(TlsVersion.TLS_1_3, TlsVersion.TLS_1_3)
        .ciphers("TLS_AES_128_GCM_SHA256")
        .alpn("h2", "http/1.1", "h2")
        .strictSni(true)
        .clientCertificates(ClientAuth.OPTIONAL, trust)
        .handshakeTimeout(second)
        .maxHandshakes(7)
        .sessionTimeout(second)
        .sessionTickets(false)
        .ticketKeyRotation(second)
        .provider(TlsProvider.JDK)
        .watchFiles(second);
    assertThat(tls.certificates()).containsExactly(CERTIFICATE, other);
    assertThat(tls.minVersion()).isEqualTo(TlsVersion.TLS_1_3);
    assertThat(tls.ciphers()).containsExactly("TLS_AES_128_GCM_SHA256");
    assertThat(tls.alpn()).containsExactly("h2", "http/1.1");
    assertThat(tls.strictSni()).isTrue();
    assertThat(tls.clientAuth()).isEqualTo(ClientAuth.OPTIONAL);
    assertThat(tls.clientTrust()).isEqualTo(trust);
    assertThat(tls.handshakeTimeout()).isEqualTo(second);
    assertThat(tls.maxHandshakes()).isEqualTo(7);
    assertThat(tls.sessionTimeout()).isEqualTo(second);
    assertThat(tls.sessionTickets()).isFalse();
    assertThat(tls.ticketKeyRotation()).isEqualTo(second);
    assertThat(tls.provider()).isEqualTo(TlsProvider.JDK);
    assertThat(tls.watchFiles()).isEqualTo(second);
    assertThat(tls.clientCertificates(ClientAuth.NONE, trust).clientTrust()).isNull();
  }

  @Test
  void what_is_said_of_servers_is_equal_if_all_of_it_is() {
    Supplier<ServerTls> full = () -> ServerTls.of()
        .trust(TlsTrust.pem(Path.of("ca.pem")).crl(Path.of("ca.crl")))
        .certificate(TlsCertificate.pem(CHAIN, KEY).password("x".toCharArray()).names("a.test"))
        .serverName("Server.Test")
        .versions(TlsVersion.TLS_1_3, TlsVersion.TLS_1_3)
        .ciphers("TLS_AES_128_GCM_SHA256")
        .alpn("h2");
    assertThat(full.get()).isEqualTo(full.get()).hasSameHashCodeAs(full.get());
    assertThat(full.get().serverName()).isEqualTo("server.test");
    assertThat(List.of(
            ServerTls.of(),
            full.get().trust(TlsTrust.pem(Path.of("ca.pem"))),
            full.get().trust(TlsTrust.system()),
            full.get().pinned("0".repeat(64)),
            full.get().withoutVerification(),
            full.get().certificate(TlsCertificate.pem(CHAIN, KEY).password("y".toCharArray())),
            full.get().certificate(TlsCertificate.pem(KEY)),
            full.get().serverName("other.test"),
            full.get().sniFromHost(true),
            full.get().sessionReuse(false),
            full.get().alpn("http/1.1"),
            full.get().ciphers("TLS_AES_256_GCM_SHA384"),
            full.get().provider(TlsProvider.JDK),
            full.get().handshakeTimeout(Duration.ofSeconds(1)),
            full.get().watchFiles(Duration.ofSeconds(1)),
            full.get().versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3)))
        .doesNotContain(full.get())
        .doesNotHaveDuplicates();
  }

  @Test
  void who_names_a_trust_wants_it_to_be_asked() {
    assertThat(ServerTls.of().withoutVerification().trust(TlsTrust.system()).verifies())
        .isTrue();
    assertThat(ServerTls.of().withoutVerification().verifies()).isFalse();
  }

  @Test
  void nothing_secret_is_printed() {
    TlsCertificate store = TlsCertificate.pkcs12(Path.of("a.p12"), "hunter2".toCharArray());
    assertThat(Tls.of(store)).hasToString("tls [a.p12]");
    assertThat(store.password()).hasToString("***");
    assertThat(ServerTls.of().certificate(store).serverName("a.test"))
        .hasToString("tls trust system name a.test");
    assertThat(ServerTls.of().withoutVerification()).hasToString("tls without verification");
    assertThat(TlsTrust.pem(Path.of("ca.pem")).crl(Path.of("ca.crl")))
        .hasToString("ca.pem crl ca.crl");
  }

  @Test
  void a_password_is_copied_in_and_out() {
    char[] given = "hunter2".toCharArray();
    Supplier<char[]> password = new Password(given);
    given[0] = 'x';
    password.get()[0] = 'y';
    assertThat(password.get()).containsExactly("hunter2".toCharArray());
  }

  private static Arguments bad(String message, ThrowingCallable call) {
    return arguments(message, call);
  }

  static Stream<Arguments> bad() {
    String host = " (expected: a host name)";
    String pattern = " (expected: a host name or '*.' and a host name)";
    String pin = " (expected: a SHA-256 as 64 hex digits or as Base64)";
    return Stream.of(
        bad("certificates: empty (expected: at least one)", () -> tls().certificates(List.of())),
        bad("chain: empty (expected: at least one certificate)", () -> TlsCertificate.of(NO_KEY)),
        bad("authorities: empty (expected: at least one certificate)", () -> TlsTrust.of()),
        bad("pinned: empty (expected: at least one SHA-256)", () -> TlsTrust.pinned()),
        bad("pinned: 'abc'" + pin, () -> TlsTrust.pinned("abc")),
        bad("pinned: 'sha256/AAAA'" + pin, () -> ServerTls.of().pinned("sha256/AAAA")),
        bad("names: ''" + pattern, () -> CERTIFICATE.names("")),
        bad("names: '*'" + pattern, () -> CERTIFICATE.names("*")),
        bad("names: '*.'" + pattern, () -> CERTIFICATE.names("*.")),
        bad("names: 'a.*.test'" + pattern, () -> CERTIFICATE.names("good.test", "a.*.test")),
        bad("names: 'a b.test'" + pattern, () -> CERTIFICATE.names("a b.test")),
        bad("names: 'a..test'" + pattern, () -> CERTIFICATE.names("a..test")),
        bad("serverName: '*.a.test'" + host, () -> ServerTls.of().serverName("*.a.test")),
        bad("serverName: 'a.test:443'" + host, () -> ServerTls.of().serverName("a.test:443")),
        bad(
            "serverName: '" + "a".repeat(64) + "'" + host,
            () -> ServerTls.of().serverName("a".repeat(64))),
        bad(
            "versions: TLS_1_3, TLS_1_2 (expected: the older one first)",
            () -> tls().versions(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2)),
        bad(
            "ciphers: 'ECDHE-RSA-AES128-GCM-SHA256'"
                + " (expected: an IANA name such as TLS_AES_128_GCM_SHA256)",
            () -> tls().ciphers("ECDHE-RSA-AES128-GCM-SHA256")),
        bad("alpn: '' (expected: 1 to 255 ASCII characters)", () -> tls().alpn("h2", "")),
        bad(
            "alpn: 'ä' (expected: 1 to 255 ASCII characters)",
            () -> ServerTls.of().alpn("ä")),
        bad("handshakeTimeout: PT0S" + DURATION, () -> tls().handshakeTimeout(Duration.ZERO)),
        bad(
            "handshakeTimeout: PT0S" + DURATION,
            () -> ServerTls.of().handshakeTimeout(Duration.ZERO)),
        bad("sessionTimeout: PT0S" + DURATION, () -> tls().sessionTimeout(Duration.ZERO)),
        bad("ticketKeyRotation: PT0S" + DURATION, () -> tls().ticketKeyRotation(Duration.ZERO)),
        bad("watchFiles: PT0S" + DURATION, () -> tls().watchFiles(Duration.ZERO)),
        bad("maxHandshakes: -1 (expected: >= 0)", () -> tls().maxHandshakes(-1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void a_wrong_value_is_named_with_its_field_and_range(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void a_pin_cannot_be_revoked() {
    TlsTrust pinned = TlsTrust.pinned("0".repeat(64));
    assertThatThrownBy(() -> pinned.crl(Path.of("ca.crl")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("crl: ca.crl (expected: none with pinned)");
  }
}
