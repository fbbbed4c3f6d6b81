package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Binding;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.event.Event;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The certificates of a running frontend: read at its start, changed, and given up at its end. */
class CertificatesTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final TestCertificate SITE = CA.server("site.example");

  @TempDir
  Path folder;

  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.start(c -> c.write("hello"));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private WireProxy serving(Tls tls) {
    return WireProxy.start(
        WireProxy.to(server).build(),
        Transport.AUTO,
        b -> b.bind(Binding.of("127.0.0.1", 0).tls(tls)));
  }

  private TlsCertificate pem(TestCertificate certificate) throws IOException {
    return TlsCertificate.pem(
        Files.writeString(folder.resolve("site.crt"), certificate.chainPem()),
        Files.writeString(folder.resolve("site.key"), certificate.keyPem()));
  }

  private static <T> T soon(CompletableFuture<T> future) throws Exception {
    return future.get(WireProxy.SOON.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void one_that_has_ended_fails_the_start_by_frontend_file_and_reason() throws Exception {
    Tls tls = Tls.of(pem(CA.expired("site.example")));
    assertThatThrownBy(() -> serving(tls))
        .hasMessageContaining("frontend 'tcp': certificate: " + folder.resolve("site.crt"))
        .hasMessageContaining("expired on ");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void what_is_wrong_at_a_reload_is_told_by_file_and_reason_and_the_old_one_stays(
      TlsProvider provider) throws Exception {
    try (WireProxy proxy = serving(Tls.of(pem(SITE)).provider(provider))) {
      Files.writeString(folder.resolve("site.key"), CA.server("site.example").keyPem());
      String reason = "the key does not belong to the certificate";

      assertThatThrownBy(
              () -> soon(proxy.lb().frontend("tcp").reloadCertificates().toCompletableFuture()))
          .hasMessageContaining("certificate: " + folder.resolve("site.crt"))
          .hasMessageContaining(reason);
      Await.until(
          "the event",
          WireProxy.SOON,
          () -> !proxy.events(Event.CertificatesKept.class).isEmpty());
      assertThat(proxy.events(Event.CertificatesKept.class).get(0).reason()).contains(reason);
      assertThat(proxy.lb().frontend("tcp").certificates())
          .extracting(c -> c.notAfter())
          .containsExactly(SITE.certificate().getNotAfter().toInstant());

      pem(CA.server("other.example"));
      soon(proxy.lb().frontend("tcp").reloadCertificates().toCompletableFuture());
      assertThat(proxy.lb().frontend("tcp").certificates().get(0).names())
          .containsExactly("other.example");
    }
  }

  @Test
  void one_that_ends_within_three_weeks_is_told_at_the_start() throws Exception {
    try (WireProxy proxy = serving(Tls.of(pem(SITE)))) {
      Await.until(
          "the event",
          WireProxy.SOON,
          () -> !proxy.events(Event.CertificateExpires.class).isEmpty());
      assertThat(
              proxy.events(Event.CertificateExpires.class).get(0).certificate().notAfter())
          .isBefore(Instant.now().plus(21, ChronoUnit.DAYS));
    }
  }

  /** What is being read then is neither used nor left behind: Netty's leak detector watches. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_frontend_may_close_amid_a_reload(TlsProvider provider) throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    TlsCertificate certificate = TlsCertificate.pkcs12(
            SITE.writePkcs12(folder.resolve("site.p12"), "secret"), "secret".toCharArray())
        .password(() -> {
          if (asked.getAndIncrement() > 0) {
            reading.countDown();
            awaited(goOn);
          }
          return "secret".toCharArray();
        });
    try (WireProxy proxy = serving(Tls.of(certificate).provider(provider))) {
      CompletableFuture<Void> reload =
          proxy.lb().frontend("tcp").reloadCertificates().toCompletableFuture();
      awaited(reading);
      soon(proxy.lb().close("tcp", Duration.ZERO).toCompletableFuture());
      goOn.countDown();
      soon(reload);
    }
  }

  @Test
  void on_all_addresses_certificates_change_together_or_on_none() throws Exception {
    Path first = SITE.writePkcs12(folder.resolve("first.p12"), "");
    Path second = SITE.writePkcs12(folder.resolve("second.p12"), "");
    try (WireProxy proxy = WireProxy.start(
        WireProxy.to(server).build(),
        Transport.AUTO,
        b -> b.bind(Binding.of("127.0.0.1", 0).tls(pkcs12(first)))
            .bind(Binding.of("127.0.0.1", 0).tls(pkcs12(second))))) {
      CA.server("next.example").writePkcs12(first, "");
      CA.expired("next.example").writePkcs12(second, "");
      assertThatThrownBy(
              () -> soon(proxy.lb().frontend("tcp").reloadCertificates().toCompletableFuture()))
          .hasMessageContaining("expired");
      assertThat(proxy.lb().frontend("tcp").certificates())
          .flatExtracting(c -> c.names())
          .containsOnly("site.example");

      CA.server("next.example").writePkcs12(second, "");
      soon(proxy.lb().frontend("tcp").reloadCertificates().toCompletableFuture());
      assertThat(proxy.lb().frontend("tcp").certificates())
          .flatExtracting(c -> c.names())
          .containsOnly("next.example");
      Await.until(
          "told once",
          WireProxy.SOON,
          () -> proxy.events(Event.CertificatesChanged.class).size() == 1);
    }
  }

  private static Tls pkcs12(Path file) {
    return Tls.of(TlsCertificate.pkcs12(file, new char[0]));
  }

  /** The password is asked for when the file has been read. */
  @Test
  void a_file_that_changes_while_the_frontend_starts_is_taken_over() throws Exception {
    Path file = SITE.writePkcs12(folder.resolve("site.p12"), "secret");
    AtomicInteger asked = new AtomicInteger();
    Tls tls = Tls.of(TlsCertificate.pkcs12(file, new char[0]).password(() -> {
          if (asked.getAndIncrement() == 0) {
            CA.server("next.example").writePkcs12(file, "secret");
          }
          return "secret".toCharArray();
        }))
        .watchFiles(Duration.ofMillis(50));
    try (WireProxy proxy = serving(tls)) {
      Await.until(
          "the change",
          WireProxy.SOON,
          () -> proxy.lb().frontend("tcp").certificates().get(0).names().contains("next.example"));
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
