package dev.fairlead.internal.tls;

import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.handler.ssl.OpenSsl;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** An authority that the tests trust and one that they do not, and what is made of them. */
final class Certs {
  static final TestCertificates CA = TestCertificates.authority("Trusted CA");
  static final TestCertificates OTHER_CA = TestCertificates.authority("Other CA");
  static final TlsTrust TRUST = TlsTrust.of(CA.certificate());
  static final TlsTrust OTHER_TRUST = TlsTrust.of(OTHER_CA.certificate());

  /**
   * Who does the cryptography on either side.
   *
   * @param client there
   * @param server there
   */
  record Pair(TlsProvider client, TlsProvider server) {
    /** A client that trusts {@link #CA}. */
    ServerTls clientTls() {
      return ServerTls.of().trust(TRUST).provider(client);
    }

    Tls serverTls(TestCertificate first, TestCertificate... more) {
      return Tls.of(own(first), Stream.of(more).map(Certs::own).toArray(TlsCertificate[]::new))
          .provider(server);
    }

    @Override
    public String toString() {
      return client + " to " + server;
    }
  }

  private Certs() {}

  /** The providers that are there; where the native library must be, TransportTest says. */
  static List<TlsProvider> providers() {
    return OpenSsl.isAvailable()
        ? List.of(TlsProvider.JDK, TlsProvider.OPENSSL)
        : List.of(TlsProvider.JDK);
  }

  static Stream<Pair> pairs() {
    return providers().stream().flatMap(c -> providers().stream().map(s -> new Pair(c, s)));
  }

  static TlsCertificate own(TestCertificate certificate) {
    return TlsCertificate.of(
        certificate.key(), certificate.chain().toArray(X509Certificate[]::new));
  }

  static ServerTlsContexts server(Tls tls) {
    return ServerTlsContexts.of(tls, List.of(), TicketKeys.generate(), Instant.now());
  }

  static ClientTlsContext client(ServerTls tls) {
    return ClientTlsContext.of(tls, Instant.now());
  }
}
