package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.internal.tls.Certs.Pair;
import dev.fairlead.spi.TlsInfo;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.TestCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ImmediateExecutor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers are asked for by the right name, and believed for a reason. */
class ServersTest {
  private static final TestCertificate SITE = Certs.CA.server(
      "a.test", "b.test", "lonely", "xn--mnchen-3ya.test", "192.0.2.1", "2001:db8::1");

  static Stream<Pair> pairs() {
    return Certs.pairs();
  }

  private static TlsInfo shake(
      Pair pair, ServerTls client, String host, @Nullable String requestHost) {
    try (ServerTlsContexts server = Certs.server(pair.serverTls(SITE));
        ClientTlsContext context = Certs.client(client)) {
      SslHandler here = context.newHandler(
          ByteBufAllocator.DEFAULT,
          ImmediateExecutor.INSTANCE,
          host,
          TlsPair.PORT,
          requestHost,
          null);
      SslHandler there = TlsPair.server(Objects.requireNonNull(server.pick(null, true)));
      try (TlsPair shaken = TlsPair.of(here, there)) {
        return shaken.server.info();
      }
    }
  }

  static Stream<Arguments> names() {
    return pairs()
        .flatMap(p -> Stream.of(
                new String[] {"a.test", "a.test"},
                new String[] {"A.Test", "a.test"},
                new String[] {"a.test.", "a.test"},
                new String[] {"lonely", "lonely"},
                new String[] {"192.0.2.1", null},
                new String[] {"2001:db8::1", null},
                new String[] {"[2001:db8::1]", null})
            .map(n -> Arguments.arguments(p, n[0], n[1])));
  }

  @ParameterizedTest
  @MethodSource("names")
  void the_configured_host_is_asked_for_and_verified(
      Pair pair, String host, @Nullable String asked) {
    assertThat(shake(pair, pair.clientTls(), host, null).serverName()).isEqualTo(asked);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void another_name_can_be_set_for_an_address(Pair pair) {
    ServerTls named = pair.clientTls().serverName("b.test");
    assertThat(shake(pair, named, "203.0.113.7", null).serverName()).isEqualTo("b.test");
    ServerTls idn = pair.clientTls().serverName("münchen.test");
    assertThat(shake(pair, idn, "203.0.113.7", null).serverName()).isEqualTo("xn--mnchen-3ya.test");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void the_host_of_the_request_is_asked_for_where_it_should(Pair pair) {
    ServerTls auto = pair.clientTls().sniFromHost(true);
    assertThat(shake(pair, auto, "203.0.113.7", "b.test").serverName()).isEqualTo("b.test");
    assertThat(shake(pair, auto, "a.test", null).serverName()).isEqualTo("a.test");
    assertThat(shake(pair, pair.clientTls(), "a.test", "b.test").serverName()).isEqualTo("a.test");
    assertThat(shake(pair, auto.serverName("b.test"), "203.0.113.7", "a.test").serverName())
        .isEqualTo("b.test");
  }

  @ParameterizedTest
  @CsvSource({"a b", "a_b", "ä.test", "'-'", "'..'", "'.'", "':'", "'[]'", "'a/b'", "'%00'"})
  void whatever_host_a_request_names_the_answer_is_no_exception(String host) {
    for (TlsProvider provider : Certs.providers()) {
      ServerTls auto = new Pair(provider, provider).clientTls().sniFromHost(true);
      try (ClientTlsContext context = Certs.client(auto)) {
        SslHandler handler = context.newHandler(
            ByteBufAllocator.DEFAULT, ImmediateExecutor.INSTANCE, "a.test", 443, host, null);
        ReferenceCountUtil.release(handler.engine());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_pin_needs_neither_authority_nor_name(Pair pair) throws Exception {
    byte[] certificate =
        HexFormat.of().parseHex(TrustRules.sha256(SITE.certificate().getEncoded()));
    byte[] key = HexFormat.of()
        .parseHex(TrustRules.sha256(SITE.certificate().getPublicKey().getEncoded()));
    for (String pin : new String[] {
      HexFormat.of().formatHex(certificate),
      HexFormat.ofDelimiter(":").withUpperCase().formatHex(certificate),
      Base64.getEncoder().encodeToString(key),
      "sha256/" + Base64.getEncoder().encodeToString(key),
      "sha256//" + Base64.getEncoder().encodeToString(key)
    }) {
      ServerTls pinned = ServerTls.of().provider(pair.client()).pinned("0".repeat(64), pin);
      assertThat(shake(pair, pinned, "elsewhere.test", null).serverName())
          .isEqualTo("elsewhere.test");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void without_verification_everybody_is_believed(Pair pair) {
    ServerTls blind = ServerTls.of().provider(pair.client()).withoutVerification();
    assertThat(shake(pair, blind, "elsewhere.test", null).version()).isEqualTo("TLSv1.3");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void by_default_the_authorities_of_the_system_are_asked(Pair pair) {
    ServerTls system = ServerTls.of().provider(pair.client());
    try (ServerTlsContexts server = Certs.server(pair.serverTls(SITE));
        ClientTlsContext client = Certs.client(system);
        TlsPair shaken = TlsPair.of(client, "a.test", server)) {
      assertThat(TlsFailures.of(shaken.client.failure()).failure())
          .isEqualTo(Reason.TLS_UNKNOWN_CA);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_reload_takes_the_files_of_now_and_what_is_wrong_changes_nothing(
      Pair pair, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("ca.pem");
    Files.writeString(file, Certs.OTHER_CA.server("x").bundle().getRootCertificatePEM());
    ServerTls config = pair.clientTls().trust(TlsTrust.pem(file));
    try (ServerTlsContexts server = Certs.server(pair.serverTls(SITE));
        ClientTlsContext client = Certs.client(config)) {
      try (TlsPair before = TlsPair.of(client, "a.test", server)) {
        assertThat(before.client.failed()).isTrue();
      }
      Files.writeString(file, SITE.bundle().getRootCertificatePEM());
      client.read(Instant.now()).use();
      try (TlsPair after = TlsPair.of(client, "a.test", server)) {
        assertThat(after.client.info().resumed()).isFalse();
      }
      client.read(Instant.now()).giveUp();
      Files.writeString(file, "nonsense");
      assertThatThrownBy(() -> client.read(Instant.now()))
          .hasMessage("trust: " + file + ": no certificate in it");
      try (TlsPair still = TlsPair.of(client, "a.test", server)) {
        assertThat(still.echo("hello")).isEqualTo("hello");
      }
    }
  }

  private static TlsPair offering(
      ClientTlsContext client, @Nullable String protocol, ServerTlsContexts server) {
    SslHandler here = client.newHandler(
        ByteBufAllocator.DEFAULT,
        ImmediateExecutor.INSTANCE,
        "a.test",
        TlsPair.PORT,
        null,
        protocol);
    return TlsPair.of(here, TlsPair.server(Objects.requireNonNull(server.pick("a.test", true))));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_connection_may_offer_one_of_several_protocols(Pair pair) {
    ServerTls config = pair.clientTls().alpn("h2", "http/1.1");
    Tls both = pair.serverTls(SITE).alpn("h2", "http/1.1");
    try (ServerTlsContexts server = Certs.server(both);
        ClientTlsContext client = Certs.client(config)) {
      for (int i = 0; i < 2; i++) { // the second time, after a reload
        for (String protocol : new String[] {"h2", "http/1.1"}) {
          try (TlsPair shaken = offering(client, protocol, server)) {
            assertThat(shaken.echo("hello")).isEqualTo("hello");
            assertThat(shaken.server.info().alpn()).isEqualTo(protocol);
          }
        }
        client.read(Instant.now()).use();
      }
      try (TlsPair shaken = offering(client, null, server)) {
        assertThat(shaken.server.info().alpn()).isEqualTo("h2");
      }
      assertThatThrownBy(() -> offering(client, "spdy/3", server))
          .hasMessage("protocol: 'spdy/3' (expected: one of [h2, http/1.1])");
    }
  }

  @Test
  void one_context_serves_all_servers_of_equal_configurations() {
    ServerTls one = ServerTls.of().trust(Certs.TRUST).alpn("h2");
    ServerTls same = ServerTls.of().trust(Certs.TRUST).alpn("h2");
    ServerTls other = ServerTls.of().trust(Certs.TRUST);
    try (ClientTlsContexts contexts = new ClientTlsContexts()) {
      ClientTlsContext first = contexts.use(one, Instant.now());
      assertThat(contexts.use(same, Instant.now())).isSameAs(first);
      ClientTlsContext second = contexts.use(other, Instant.now());
      assertThat(second).isNotSameAs(first);
      assertThat(contexts.release(first)).isFalse();
      assertThat(contexts.all()).containsExactlyInAnyOrder(first, second);
      assertThat(contexts.release(first)).isTrue();
      assertThat(contexts.size()).isEqualTo(1);
      assertThatThrownBy(() -> contexts.release(first)).isInstanceOf(IllegalStateException.class);
      assertThat(contexts.use(one, Instant.now())).isNotSameAs(first);
    }
  }

  @Test
  void our_own_certificate_is_checked_at_the_start() {
    TlsCertificate ended = Certs.own(Certs.CA.expired("me.test"));
    assertThatThrownBy(() -> Certs.client(ServerTls.of().certificate(ended)))
        .isInstanceOf(TlsMaterialException.class)
        .hasMessageStartingWith("certificate: CN=me.test: expired on ");
  }

  @Test
  void a_cipher_suite_that_the_provider_does_not_have_is_told_at_the_start() {
    for (TlsProvider provider : Certs.providers()) {
      Tls tls = new Pair(provider, provider).serverTls(SITE).ciphers("TLS_AES_129_GCM_SHA256");
      assertThatThrownBy(() -> Certs.server(tls))
          .hasMessageStartingWith("ciphers: TLS_AES_129_GCM_SHA256: not known to ");
    }
  }

  @Test
  void cipher_suites_of_another_version_only_are_told_at_the_start() {
    for (TlsProvider provider : Certs.providers()) {
      Tls tls = new Pair(provider, provider)
          .serverTls(SITE)
          .versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_2)
          .ciphers("TLS_AES_128_GCM_SHA256");
      assertThatThrownBy(() -> Certs.server(tls))
          .hasMessage("ciphers: [TLS_AES_128_GCM_SHA256]: none for the versions offered");
    }
  }
}
