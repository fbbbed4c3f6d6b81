package dev.fairlead.internal.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.SavedState;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.util.concurrent.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a watch connects to, and that what its TLS holds is given back. */
class WatchedDestinationsTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final ServerTls TLS = ServerTls.of().trust(TlsTrust.of(CA.certificate()));
  private static final Server SERVER =
      Server.of("s1", "127.0.0.1", 8443).tls(TLS).sendProxy(SendProxy.v1());

  private final Engine engine =
      new Engine(new Engine.Parts(null, null, Transport.NIO, 1, 0, List.of(), SavedState.NOTHING));
  private final Destination own = new Destination(SERVER.address(), engine.names());
  private final WatchedDestinations destinations =
      new WatchedDestinations("app", SERVER, own, engine);

  @AfterEach
  void stop() throws Exception {
    endOfWatch();
    engine.close(Duration.ZERO).get(10, TimeUnit.SECONDS);
  }

  private Destination of(UnaryOperator<ConnectOptions> change) throws Exception {
    ConnectOptions options = change.apply(ConnectOptions.of(Duration.ofSeconds(5)));
    Future<Destination> found = onLoop(() -> destinations.of(options));
    return found.get(10, TimeUnit.SECONDS);
  }

  private Destination edge(UnaryOperator<ConnectOptions.Edge> change) throws Exception {
    return of(options -> options.edge(change.apply(options.edge())));
  }

  private void endOfWatch() throws Exception {
    onLoop(() -> {
      destinations.close();
      return true;
    });
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return engine.control().eventLoop().submit(task).get(10, TimeUnit.SECONDS);
  }

  private int contexts() throws Exception {
    return engine
        .files()
        .call(() -> engine.serverTls().size())
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void without_deviations_it_is_the_servers_own() throws Exception {
    assertThat(of(options -> options.timeout(Duration.ofSeconds(1)))).isSameAs(own);
    assertThat(contexts()).isZero();
  }

  @Test
  void another_port_or_address_is_plain_and_without_header_unless_it_is_said() throws Exception {
    assertThat(of(options -> options.port(81)).edge().isNone()).isTrue();
    assertThat(of(options -> options.address(SERVER.address())).edge().isNone()).isTrue();
    assertThat(of(options -> options.port(81).edge(options.edge().tls(ConnectOptions.OF_SERVER)))
            .edge()
            .tls())
        .isNotNull()
        .satisfies(tls -> assertThat(tls.config()).isEqualTo(TLS));
    assertThat(of(options -> options.port(81).edge(options.edge().proxy(SendProxy.v2())))
            .edge()
            .isNone())
        .isFalse();
  }

  @Test
  void what_differs_is_laid_over_the_servers_own_tls() throws Exception {
    assertThat(edge(edge -> edge.tls(ConnectOptions.PLAIN)).edge().tls()).isNull();
    assertThat(edge(edge -> edge.sni("a.example").alpn(List.of("h2")).withoutResumption())
            .edge()
            .tls())
        .isNotNull()
        .satisfies(tls -> assertThat(tls.config())
            .isEqualTo(TLS.serverName("a.example").alpn("h2").sessionReuse(false)));
  }

  @Test
  void the_same_deviation_is_read_once_and_given_back_at_the_end() throws Exception {
    Destination first = edge(edge -> edge.sni("a.example"));
    assertThat(edge(edge -> edge.sni("a.example"))).isSameAs(first);
    assertThat(edge(edge -> edge.sni("b.example"))).isNotSameAs(first);
    assertThat(contexts()).isEqualTo(2);

    endOfWatch();
    assertThat(contexts()).isZero();
  }

  @Test
  void what_is_still_being_read_at_the_end_is_given_back_too() throws Exception {
    Future<Destination> reading = onLoop(() -> {
      Future<Destination> begun = destinations.of(ConnectOptions.of(Duration.ofSeconds(5))
          .edge(ConnectOptions.Edge.DEFAULT.sni("a.example")));
      destinations.close();
      return begun;
    });
    assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(contexts()).isZero();
  }

  @Test
  void what_cannot_be_read_is_tried_again(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("ca.pem");
    ServerTls tls = ServerTls.of().trust(TlsTrust.pem(file));
    assertThatThrownBy(() -> use(edge(edge -> edge.tls(tls))))
        .hasCauseInstanceOf(EdgeException.class)
        .hasMessageContaining("ca.pem");

    Files.writeString(file, TestCertificate.pem("CERTIFICATE", CA.certificate().getEncoded()));
    assertThat(edge(edge -> edge.tls(tls)).edge().tls()).isNotNull();
  }

  @Test
  void settings_of_somebody_else_are_refused() {
    assertThatThrownBy(() -> use(edge(edge -> edge.tls(new ConnectOptions.Tls() {}))))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: ServerTls)");
  }

  private static void use(Object made) {
    throw new AssertionError("accepted: " + made);
  }
}
