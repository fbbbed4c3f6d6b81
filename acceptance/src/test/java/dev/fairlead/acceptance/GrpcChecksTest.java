package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.testkit.TestCertificates;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads of grpc-java's own health service, in every condition. */
@Timeout(60)
final class GrpcChecksTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");

  private final HealthStatusManager health = new HealthStatusManager();

  /** A running server that may refuse or keep calls waiting. */
  private static final class Origin implements AutoCloseable, ServerInterceptor {
    private final AtomicReference<@Nullable Status> refusal = new AtomicReference<>();
    private final io.grpc.Server server;
    private final int port;
    private volatile boolean hangs;

    Origin(ServerCredentials credentials, BindableService... services) throws IOException {
      var builder = Grpc.newServerBuilderForPort(0, credentials).intercept(this);
      for (BindableService service : services) {
        builder.addService(service);
      }
      server = builder.build().start();
      port = server.getPort();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      Status refused = refusal.get();
      if (refused != null) {
        call.close(refused, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return hangs ? new ServerCall.Listener<>() {} : next.startCall(call, headers);
    }

    @Override
    public void close() {
      io.grpc.Server ending = server.shutdownNow();
      Waits.until("the end of the server", ending::isTerminated);
    }
  }

  private static String verdict(Origin origin, Probe probe) {
    return Checked.verdict(origin.port, probe);
  }

  @Test
  void the_server_and_each_service_have_a_word_of_their_own() throws Exception {
    health.setStatus("shop.Cart", ServingStatus.NOT_SERVING);
    health.setStatus("shop.Till", ServingStatus.UNKNOWN);
    health.setStatus("shop.Search", ServingStatus.SERVING);
    try (Origin origin =
        new Origin(InsecureServerCredentials.create(), health.getHealthService())) {
      assertThat(verdict(origin, Probes.grpc())).isEqualTo("L7OK: SERVING");
      assertThat(verdict(origin, Probes.grpc("shop.Search"))).isEqualTo("L7OK: SERVING");
      assertThat(verdict(origin, Probes.grpc("shop.Cart")))
          .isEqualTo("L7STS: NOT_SERVING, expected SERVING");
      assertThat(verdict(origin, Probes.grpc("shop.Till")))
          .isEqualTo("L7STS: UNKNOWN, expected SERVING");
      assertThat(verdict(origin, Probes.grpc("shop.Nobody")))
          .startsWith("L7STS: grpc-status 5 NOT_FOUND: ")
          .contains("shop.Nobody");
      health.enterTerminalState();
      assertThat(verdict(origin, Probes.grpc())).isEqualTo("L7STS: NOT_SERVING, expected SERVING");
    }
  }

  @Test
  void a_server_without_the_service_or_that_refuses_is_told() throws Exception {
    try (Origin origin = new Origin(InsecureServerCredentials.create())) {
      assertThat(verdict(origin, Probes.grpc()))
          .startsWith("L7STS: grpc-status 12 UNIMPLEMENTED: Method not found");
    }
    try (Origin origin =
        new Origin(InsecureServerCredentials.create(), health.getHealthService())) {
      origin.refusal.set(Status.UNAUTHENTICATED.withDescription("who are you? größer 100%"));
      assertThat(verdict(origin, Probes.grpc()))
          .isEqualTo("L7STS: grpc-status 16 UNAUTHENTICATED: who are you? größer 100%");
    }
  }

  @Test
  void a_server_that_hangs_or_is_gone_is_told() throws Exception {
    Origin origin = new Origin(InsecureServerCredentials.create(), health.getHealthService());
    try (origin) {
      origin.hangs = true;
      // The server knows the check's deadline, and may be the first to say so.
      assertThat(Checked.verdict(origin.port, Probes.grpc(), Duration.ofMillis(500)))
          .matches("L7TOUT: no answer|L7STS: grpc-status 4 DEADLINE_EXCEEDED.*"
              + "|L7RSP: the stream was reset: CANCEL");
    }
    assertThat(verdict(origin, Probes.grpc())).startsWith("L4CON: ").contains("Connection refused");
  }

  @Test
  void through_tls_the_server_chooses_h2(@TempDir Path folder) throws Exception {
    Path chain = CA.server("127.0.0.1").write(folder, "server");
    ServerCredentials credentials =
        TlsServerCredentials.create(chain.toFile(), folder.resolve("server.key").toFile());
    ServerTls tls = ServerTls.of().trust(TlsTrust.of(CA.certificate()));
    try (Origin origin = new Origin(credentials, health.getHealthService())) {
      Server server = Server.of("s1", "127.0.0.1", origin.port);
      HealthCheck check = HealthCheck.of(Probes.grpc());
      assertThat(Checked.verdict(server.tls(tls), check)).isEqualTo("L7OK: SERVING");
      assertThat(Checked.verdict(server, check.tls(tls))).isEqualTo("L7OK: SERVING");
      assertThat(Checked.verdict(server.tls(ServerTls.of()), check))
          .startsWith("L6RSP: the certificate is from an authority that is not trusted");
      assertThat(Checked.verdict(server, check)).startsWith("L7RSP: ");
    }
  }
}
