package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.TestCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is offered by default, seen by a client that would take anything. */
class MozillaTest {
  private static final TestCertificate EC = Certs.CA.server("a.test");
  private static final TestCertificate RSA = Certs.CA.server(Algorithm.rsa2048, "a.test");

  private static final int P_256 = 23;
  private static final int P_384 = 24;
  private static final int P_521 = 25;
  private static final int X25519 = 29;

  static List<TlsProvider> providers() {
    return Certs.providers();
  }

  /** A handshake with a client of the JDK's that is told what to offer. */
  private static TlsPair shake(
      TlsProvider provider, TestCertificate site, String version, String... ciphers)
      throws Exception {
    try (ServerTlsContexts server = Certs.server(Tls.of(Certs.own(site)).provider(provider))) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new Unverified[] {new Unverified()}, null);
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(true);
      engine.setEnabledProtocols(new String[] {version});
      if (ciphers.length > 0) {
        engine.setEnabledCipherSuites(ciphers);
      }
      SSLParameters parameters = engine.getSSLParameters();
      // Takes what the JDK itself has given up, too.
      parameters.setAlgorithmConstraints(new AnyAlgorithm());
      engine.setSSLParameters(parameters);
      return TlsPair.of(
          new SslHandler(engine), TlsPair.server(Objects.requireNonNull(server.pick(null, true))));
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void exactly_mozillas_cipher_suites_are_taken(TlsProvider provider) throws Exception {
    String[] all = SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites();
    assertThat(all).contains("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256").containsAll(Mozilla.CIPHERS);
    for (String cipher : all) {
      if (cipher.endsWith("SCSV")) {
        continue;
      }
      String version = cipher.contains("_WITH_") ? "TLSv1.2" : "TLSv1.3";
      boolean taken = false;
      for (TestCertificate site : List.of(EC, RSA)) {
        try (TlsPair pair = shake(provider, site, version, cipher)) {
          taken |= !pair.server.failed();
        }
      }
      assertThat(taken).as(cipher).isEqualTo(Mozilla.CIPHERS.contains(cipher));
    }
  }

  /**
   * A ClientHello of TLS 1.2 or before (RFC 5246 §7.4.1.2) as no library here writes it any more: with
   * ECDHE_ECDSA_WITH_AES_128_CBC_SHA, the suites with GCM for either key, one group, and as signatures
   * ECDSA on P-256 and RSA-PSS.
   */
  private static byte[] hello(int minor, int group) {
    ByteBuffer body = ByteBuffer.allocate(100);
    body.put((byte) 3).put((byte) minor).put(new byte[32]).put((byte) 0);
    body.putShort((short) 6).putInt(0xc009c02b).putShort((short) 0xc02f);
    body.putShort((short) 0x0100).putShort((short) 18);
    body.putInt(0x000a0004).putShort((short) 2).putShort((short) group);
    body.putInt(0x000d0006).putInt(0x00040403).putShort((short) 0x0804).flip();
    ByteBuffer record = ByteBuffer.allocate(9 + body.remaining());
    record.put((byte) 22).put((byte) 3).put((byte) 1).putShort((short) (4 + body.remaining()));
    record.put((byte) 1).put((byte) 0).putShort((short) body.remaining()).put(body);
    return record.array();
  }

  private static boolean refuses(TlsProvider provider, TestCertificate site, int minor, int group) {
    TlsPair.End end = answering(provider, site, hello(minor, group));
    try {
      if (end.failed()) {
        assertThat(TlsFailures.of(end.failure()).failure()).isEqualTo(Reason.TLS_NOTHING_SHARED);
      }
      return end.failed();
    } finally {
      end.channel.finishAndReleaseAll();
    }
  }

  private static TlsPair.End answering(TlsProvider provider, TestCertificate site, byte[] hello) {
    try (ServerTlsContexts server = Certs.server(Tls.of(Certs.own(site)).provider(provider))) {
      TlsPair.End end =
          new TlsPair.End(TlsPair.server(Objects.requireNonNull(server.pick(null, true))));
      end.channel.writeInbound(Unpooled.wrappedBuffer(hello));
      return end;
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void the_versions_before_1_2_are_refused(TlsProvider provider) {
    for (int minor = 0; minor <= 2; minor++) {
      assertThat(refuses(provider, EC, minor, P_256)).as("3.%d", minor).isTrue();
    }
    assertThat(refuses(provider, EC, 3, P_256)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void mozillas_groups_are_taken_and_no_other_where_the_provider_can_be_told(TlsProvider provider) {
    assertThat(refuses(provider, RSA, 3, X25519)).isFalse();
    assertThat(refuses(provider, RSA, 3, P_256)).isFalse();
    assertThat(refuses(provider, RSA, 3, P_384)).isFalse();
    boolean told = provider == TlsProvider.OPENSSL || Runtime.version().feature() >= 20;
    assertThat(refuses(provider, RSA, 3, P_521)).isEqualTo(told);
  }

  @Test
  void boringssl_takes_the_post_quantum_group() throws Exception {
    assumeTrue(Certs.providers().contains(TlsProvider.OPENSSL), "the native library is not there");
    SslContext hybrid = SslContextBuilder.forClient()
        .sslProvider(SslProvider.OPENSSL_REFCNT)
        .trustManager(Certs.CA.certificate())
        .option(OpenSslContextOption.GROUPS, new String[] {Mozilla.HYBRID_GROUP})
        .build();
    try (ServerTlsContexts server = Certs.server(Tls.of(Certs.own(EC)));
        TlsPair pair = TlsPair.of(
            hybrid.newHandler(ByteBufAllocator.DEFAULT, "a.test", TlsPair.PORT),
            TlsPair.server(Objects.requireNonNull(server.pick(null, true))))) {
      assertThat(pair.echo("hello")).isEqualTo("hello");
    } finally {
      ReferenceCountUtil.release(hybrid);
    }
  }
}
