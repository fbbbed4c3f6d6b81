package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that {@code openssl s_client} resumes. */
final class OpensslResumptionTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final Tls TLS =
      Tls.of(Openssl.served(CA.server("site.example")), Openssl.served(CA.server("b.example")));

  @TempDir
  Path folder;

  private String session() {
    return folder.resolve("session.pem").toString();
  }

  @ParameterizedTest
  @CsvSource({
    "JDK,-tls1_2,TLSv1.2",
    "JDK,-tls1_3,TLSv1.3",
    "OPENSSL,-tls1_2,TLSv1.2",
    "OPENSSL,-tls1_3,TLSv1.3"
  })
  void a_client_that_comes_again_resumes_its_session(
      TlsProvider provider, String option, String version) {
    try (TlsEdge edge = TlsEdge.http(TLS.provider(provider))) {
      Openssl client = Openssl.to(edge.port(), option, "-servername", "site.example");
      assertThat(client.with("-sess_out", session()).answered()).contains("New, " + version);

      for (int i = 0; i < 3; i++) { // on whatever event loop
        assertThat(client.with("-sess_in", session(), "-sess_out", session()).answered())
            .contains("Reused, " + version);
      }

      assertThat(edge.count(Counter.TLS_HANDSHAKES)).isEqualTo(4);
      assertThat(edge.count(Counter.TLS_RESUMED)).isEqualTo(3);
      assertThat(edge.count(Counter.TLS_ERRORS)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void tls_1_2_resumes_without_tickets_by_the_sessions_id(TlsProvider provider) {
    try (TlsEdge edge = TlsEdge.http(TLS.provider(provider))) {
      Openssl client = Openssl.to(edge.port(), "-tls1_2", "-no_ticket");
      client.with("-sess_out", session()).answered();

      assertThat(client.with("-sess_in", session()).answered()).contains("Reused, TLSv1.2");
      assertThat(edge.count(Counter.TLS_RESUMED)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"-tls1_2", "-tls1_3"})
  void without_tickets_none_is_given_by_openssl(String version) {
    Tls without = TLS.provider(TlsProvider.OPENSSL).sessionTickets(false);
    try (TlsEdge edge = TlsEdge.http(without)) {
      assertThat(Openssl.to(edge.port(), version).answered())
          .doesNotContain("TLS session ticket:")
          .doesNotContain("Post-Handshake New Session Ticket arrived");
    }
  }

  @Test
  void a_ticket_outlives_a_change_of_certificates_and_dies_with_its_keys() {
    Tls rotating = TLS.provider(TlsProvider.OPENSSL).ticketKeyRotation(Duration.ofSeconds(1));
    try (TlsEdge edge = TlsEdge.http(TLS.provider(TlsProvider.OPENSSL));
        TlsEdge soon = TlsEdge.http(rotating)) {
      Openssl client = Openssl.to(edge.port(), "-tls1_3", "-servername", "site.example");
      client.with("-sess_out", session()).answered();
      edge.control()
          .certificates(List.of(Openssl.served(CA.server("site.example"))))
          .toCompletableFuture()
          .join();
      assertThat(client.with("-sess_in", session()).answered()).contains("Reused, TLSv1.3");

      Openssl late = Openssl.to(soon.port(), "-tls1_3", "-servername", "site.example");
      late.with("-sess_out", session()).answered();
      Waits.until(
          "the keys are forgotten",
          () -> late.with("-sess_in", session()).answered().contains("New, TLSv1.3"));
    }
  }

  @ParameterizedTest
  @CsvSource({"JDK,-tls1_2", "JDK,-tls1_3", "OPENSSL,-tls1_2", "OPENSSL,-tls1_3"})
  void a_session_of_one_name_shows_no_other_names_certificate(
      TlsProvider provider, String version) {
    try (TlsEdge edge = TlsEdge.http(TLS.provider(provider))) {
      Openssl client = Openssl.to(edge.port(), version);
      client.with("-servername", "site.example", "-sess_out", session()).answered();

      String said =
          client.with("-servername", "b.example", "-sess_in", session()).answered();
      System.out.println(provider + version + said);
    }
  }
}
