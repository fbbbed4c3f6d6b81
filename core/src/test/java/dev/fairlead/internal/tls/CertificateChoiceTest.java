package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.testkit.TestCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.util.concurrent.ImmediateExecutor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which certificate a client gets to see. */
class CertificateChoiceTest {
  private static final TestCertificate FIRST = Certs.CA.server("first.test");
  private static final TestCertificate SECOND = Certs.CA.server("second.test", "*.wild.test");
  private static final TestCertificate RSA = Certs.CA.server(Algorithm.rsa2048, "both.test");
  private static final TestCertificate ECDSA = Certs.CA.server("both.test");

  static List<TlsProvider> providers() {
    return Certs.providers();
  }

  private static Tls tls(TestCertificate first, TestCertificate... more) {
    return new Certs.Pair(TlsProvider.AUTO, TlsProvider.AUTO).serverTls(first, more);
  }

  /** The certificate that is picked; null for none. */
  private static @Nullable X509Certificate pick(
      ServerTlsContexts contexts, @Nullable String name, boolean ecdsa) {
    ServerTlsContext picked = contexts.pick(name, ecdsa);
    return picked == null ? null : picked.certificate().leaf();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_client_sees_the_certificate_for_the_name_it_asks_for(TlsProvider provider) {
    Tls tls = tls(FIRST, SECOND).provider(provider);
    try (ServerTlsContexts contexts = Certs.server(tls);
        ClientTlsContext client =
            Certs.client(new Certs.Pair(provider, provider).clientTls().trust(Certs.TRUST));
        TlsPair first = TlsPair.of(client, "first.test", contexts);
        TlsPair second = TlsPair.of(client, "second.test", contexts);
        TlsPair wild = TlsPair.of(client, "any.wild.test", contexts)) {
      assertThat(first.client.info().peerCertificates().get(0)).isEqualTo(FIRST.certificate());
      assertThat(second.client.info().peerCertificates().get(0)).isEqualTo(SECOND.certificate());
      assertThat(wild.client.info().peerCertificates().get(0)).isEqualTo(SECOND.certificate());
    }
  }

  @Test
  void the_first_is_for_all_other_names_and_for_none() {
    try (ServerTlsContexts contexts = Certs.server(tls(FIRST, SECOND))) {
      assertThat(pick(contexts, "other.test", true)).isEqualTo(FIRST.certificate());
      assertThat(pick(contexts, null, true)).isEqualTo(FIRST.certificate());
    }
  }

  @Test
  void strictly_there_is_none_for_other_names_nor_for_no_name() {
    try (ServerTlsContexts contexts = Certs.server(tls(FIRST, SECOND).strictSni(true))) {
      assertThat(pick(contexts, "second.test", true)).isEqualTo(SECOND.certificate());
      assertThat(contexts.pick("other.test", true)).isNull();
      assertThat(contexts.pick(null, true)).isNull();
    }
    // TLS record: alert (21), TLS 1.0, 2 bytes: fatal (2), unrecognized_name (112)
    assertThat(ServerTlsContexts.unrecognizedName()).containsExactly(21, 3, 1, 0, 2, 2, 112);
  }

  @Test
  void of_two_kinds_for_one_name_a_client_gets_the_ec_one_if_it_can() {
    for (Tls tls : List.of(tls(RSA, ECDSA), tls(ECDSA, RSA), tls(FIRST, RSA, ECDSA))) {
      try (ServerTlsContexts contexts = Certs.server(tls)) {
        assertThat(pick(contexts, "both.test", true)).isEqualTo(ECDSA.certificate());
        assertThat(pick(contexts, "both.test", false)).isEqualTo(RSA.certificate());
      }
    }
  }

  @Test
  void the_default_has_both_kinds_if_its_name_has() {
    try (ServerTlsContexts contexts = Certs.server(tls(RSA, FIRST, ECDSA))) {
      assertThat(pick(contexts, "other.test", true)).isEqualTo(ECDSA.certificate());
      assertThat(pick(contexts, "other.test", false)).isEqualTo(RSA.certificate());
    }
  }

  @Test
  void a_client_that_cannot_get_another_gets_what_there_is() {
    try (ServerTlsContexts contexts = Certs.server(tls(ECDSA, RSA, FIRST))) {
      assertThat(pick(contexts, "first.test", false)).isEqualTo(FIRST.certificate());
    }
  }

  @Test
  void of_two_of_a_kind_the_first_is_taken() {
    TestCertificate later = Certs.CA.server("first.test");
    try (ServerTlsContexts contexts = Certs.server(tls(FIRST, later))) {
      assertThat(pick(contexts, "first.test", true)).isEqualTo(FIRST.certificate());
    }
  }

  @Test
  void an_edwards_key_is_for_the_jdk() {
    TestCertificate edwards = Certs.CA.server(Algorithm.ed25519, "edwards.test");
    try (ServerTlsContexts contexts = Certs.server(tls(FIRST, edwards));
        ClientTlsContext client =
            Certs.client(new Certs.Pair(TlsProvider.JDK, TlsProvider.JDK).clientTls());
        TlsPair pair = TlsPair.of(client, "edwards.test", contexts)) {
      assertThat(Objects.requireNonNull(contexts.pick("edwards.test", true)).isNative())
          .isFalse();
      assertThat(pair.client.info().peerCertificates().get(0)).isEqualTo(edwards.certificate());
    }
  }

  @Test
  void when_each_certificate_ends_can_be_read() {
    try (ServerTlsContexts contexts = Certs.server(tls(FIRST, SECOND))) {
      assertThat(contexts.expiries())
          .extracting(ServerTlsContexts.Expiry::names)
          .containsExactly(List.of("first.test"), List.of("second.test", "*.wild.test"));
      assertThat(contexts.expiries().get(0).notAfter())
          .isEqualTo(FIRST.certificate().getNotAfter().toInstant());
      assertThat(contexts.expiries().get(0).certificate()).isEqualTo("CN=first.test");
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_connection_keeps_its_certificate_when_the_snapshot_is_closed(TlsProvider provider) {
    ServerTlsContexts contexts = Certs.server(tls(FIRST).provider(provider));
    try (ClientTlsContext client = Certs.client(new Certs.Pair(provider, provider).clientTls());
        TlsPair pair = TlsPair.of(client, "first.test", contexts)) {
      contexts.close();
      assertThat(pair.echo("still here")).isEqualTo("still here");
    }
  }

  @Test
  void a_closed_snapshot_of_native_contexts_says_so_instead_of_making_a_handler() {
    for (TlsProvider provider : Certs.providers()) {
      ServerTlsContexts contexts = Certs.server(tls(FIRST).provider(provider));
      ServerTlsContext picked = Objects.requireNonNull(contexts.pick(null, true));
      contexts.close();
      if (picked.isNative()) {
        assertThat(picked.newHandler(ByteBufAllocator.DEFAULT, ImmediateExecutor.INSTANCE))
            .isNull();
      }
    }
  }
}
