package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.internal.tls.Certs.Pair;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client cannot make a server work again and again on one connection. */
class RenegotiationTest {
  static List<TlsProvider> providers() {
    return Certs.providers();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void a_second_handshake_on_a_connection_ends_it(TlsProvider provider) {
    Pair pair = new Pair(TlsProvider.JDK, provider);
    try (ServerTlsContexts server = Certs.server(pair.serverTls(Certs.CA.server("a.test")));
        ClientTlsContext client =
            Certs.client(pair.clientTls().versions(TlsVersion.TLS_1_2, TlsVersion.TLS_1_2));
        TlsPair shaken = TlsPair.of(client, "a.test", server)) {
      assertThat(shaken.echo("hello")).isEqualTo("hello");
      SslHandler handler = shaken.client.channel.pipeline().get(SslHandler.class);
      handler.engine().getSession().invalidate(); // so that it asks for a full one
      handler.renegotiate();
      shaken.carry();
      assertThat(TlsFailures.of(shaken.client.failure()).alert())
          .isIn("handshake_failure", "no_renegotiation");
      assertThat(shaken.server.channel.isActive()).isFalse();
    }
  }
}
