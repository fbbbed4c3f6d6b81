package dev.fairlead.examples;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.Probes;
import dev.fairlead.http.Http2;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import java.nio.file.Path;

/** How do HTTP/2 clients reach HTTP/2 servers, and gRPC its service? */
public final class Http2AndGrpc {
  private Http2AndGrpc() {}

  /** Runs until Ctrl-C: {@code grpcurl -insecure localhost:8443 list}. */
  public static void main(String[] args) throws Exception {
    Path file = SelfSigned.make("localhost");
    start(
            8443,
            TlsCertificate.pkcs12(file, SelfSigned.password()),
            Server.of("g1", "127.0.0.1", 50_051),
            Server.of("g2", "127.0.0.1", 50_052))
        .awaitClosed();
  }

  static LoadBalancer start(int port, TlsCertificate certificate, Server one, Server other) {
    Backend calls = Backend.builder("calls")
        .server(one.proto("h2")) // HTTP/2 without TLS, with prior knowledge
        .server(other.proto("h2"))
        .healthCheck(HealthCheck.of(Probes.grpc()).every(ofSeconds(1)))
        .serverTimeout(ofMinutes(10))
        .build();
    HttpFrontend api = HttpFrontend.builder("api")
        .bind(Binding.of(port).tls(Tls.of(certificate))) // h2 or http/1.1, by ALPN
        .http2(Http2.defaults().maxConcurrentStreams(250))
        .serverConnections(ServerConnections.defaults().reuse(Reuse.ALWAYS).maxAge(ofHours(1)))
        .clientTimeout(ofMinutes(10)) // so long may a stream rest
        .defaultBackend(calls)
        .build();
    return LoadBalancer.start(api);
  }
}
