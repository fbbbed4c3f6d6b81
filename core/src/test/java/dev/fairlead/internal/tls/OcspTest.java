package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.testkit.TestCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ImmediateExecutor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that asks gets the response of the authority along with the certificate. */
class OcspTest {
  private static final TestCertificate SITE = Certs.CA.server("a.test");

  @TempDir
  private Path folder;

  private static byte[] stapled(Tls tls) throws Exception {
    SslContext asking = SslContextBuilder.forClient()
        .sslProvider(SslProvider.OPENSSL_REFCNT)
        .trustManager(Certs.CA.certificate())
        .enableOcsp(true)
        .build();
    try (ServerTlsContexts server = Certs.server(tls)) {
      SslHandler client = asking.newHandler(
          ByteBufAllocator.DEFAULT, "a.test", TlsPair.PORT, ImmediateExecutor.INSTANCE);
      try (TlsPair pair =
          TlsPair.of(client, TlsPair.server(Objects.requireNonNull(server.pick("a.test", true))))) {
        pair.client.info();
        byte[] response = ((ReferenceCountedOpenSslEngine) client.engine()).getOcspResponse();
        return response == null ? new byte[0] : response;
      }
    } finally {
      ReferenceCountUtil.release(asking);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "OPENSSL"})
  void boringssl_staples_it(TlsProvider provider) throws Exception {
    assumeTrue(Certs.providers().contains(TlsProvider.OPENSSL), "the native library is not there");
    byte[] response = Certs.CA.ocspResponse(SITE);
    Path file = Files.write(folder.resolve("site.ocsp"), response);
    assertThat(stapled(Tls.of(Certs.own(SITE).ocspResponse(file)).provider(provider)))
        .isEqualTo(response);
    assertThat(stapled(Tls.of(Certs.own(SITE)).provider(provider))).isEmpty();
  }

  /** It reads the file, so that a mistake in it shows, but cannot hand it over. */
  @Test
  void the_jdk_does_not() throws Exception {
    assumeTrue(Certs.providers().contains(TlsProvider.OPENSSL), "the native library is not there");
    Path file = Files.write(folder.resolve("site.ocsp"), Certs.CA.ocspResponse(SITE));
    Tls tls = Tls.of(Certs.own(SITE).ocspResponse(file)).provider(TlsProvider.JDK);
    assertThat(stapled(tls)).isEmpty();
  }
}
