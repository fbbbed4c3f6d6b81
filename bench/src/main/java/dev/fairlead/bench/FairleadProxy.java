package dev.fairlead.bench;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.tcp.TcpFrontend;
import java.nio.file.Path;

/** Fairlead as a process of its own, with health checks, limits and counters on: what is measured. */
public final class FairleadProxy {
  private FairleadProxy() {}

  /**
   * Runs until it is killed: {@code mode port originPort transport threads}, and with TLS {@code provider
   * certificate key}.
   */
  public static void main(String[] args) {
    int port = Integer.parseInt(args[1]);
    int origin = Integer.parseInt(args[2]);
    Server a = Server.of("a", "127.0.0.1", origin).maxConnections(1000);
    Server b = Server.of("b", "127.0.0.1", origin).maxConnections(1000);
    boolean http2 = Mode.named(args[0]) == Mode.H2H2;
    Backend backend = Backend.builder("origins")
        .server(http2 ? a.proto("h2") : a)
        .server(http2 ? b.proto("h2") : b)
        .healthCheck(HealthCheck.tcp())
        .build();
    Binding binding = Binding.of("127.0.0.1", port);
    if (args.length > 5) {
      binding = binding.tls(Tls.of(TlsCertificate.pem(Path.of(args[6]), Path.of(args[7])))
          .provider(TlsProvider.valueOf(args[5]))
          .versions(TlsVersion.TLS_1_3, TlsVersion.TLS_1_3));
    }
    Frontend frontend = Mode.named(args[0]) == Mode.TCP
        ? TcpFrontend.builder("in").bind(binding).defaultBackend(backend).build()
        : HttpFrontend.builder("in")
            .bind(binding)
            .forwardedFor()
            .defaultBackend(backend)
            .build();
    LoadBalancer.builder()
        .frontend(frontend)
        .transport(Transport.valueOf(args[3]))
        .threads(Integer.parseInt(args[4]))
        .start()
        .awaitClosed();
  }
}
