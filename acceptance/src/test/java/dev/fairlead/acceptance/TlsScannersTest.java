package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.testkit.TestCertificates;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What sslscan and testssl.sh find at the defaults. With {@code -Dfairlead.long=true} testssl.sh does all
 * that it can; else what is about protocols, ciphers and the certificate.
 */
final class TlsScannersTest {
  private static final TestCertificates CA = TestCertificates.authority("test authority");

  /** What is so on purpose, or is not of our making. */
  private static final Set<String> EXPLAINED = Set.of(
      // The certificate is a test's own and lives for an hour.
      "cert_chain_of_trust",
      "cert_expirationStatus",
      "cert_notAfter",
      "cert_revocation",
      "cert_trust",
      "DNS_CAArecord",
      // Of the openssl that testssl.sh has found.
      "engine_problem",
      // Mozilla's intermediate guidelines: all ciphers are good, so the client may choose.
      "cipher_order",
      // The origin's to send.
      "security_headers",
      // The run leaves before the JDK's tickets have come; see OpensslResumptionTest.
      "sessionresumption_ticket");

  @TempDir
  Path folder;

  private static Tls tls(TlsProvider provider) {
    return Tls.of(
            Openssl.served(CA.server("site.example")),
            Openssl.served(CA.server(Algorithm.rsa2048, "site.example")))
        .provider(provider);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void sslscan_finds_nothing_old(TlsProvider provider) {
    try (TlsEdge edge = TlsEdge.http(tls(provider))) {
      String found = Command.run(
          "sslscan", "--no-colour", "--sni-name=site.example", "127.0.0.1:" + edge.port());

      for (String old : List.of("SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1")) {
        assertThat(found).containsPattern(old + "\\s+disabled");
      }
      for (String current : List.of("TLSv1.2", "TLSv1.3")) {
        assertThat(found).containsPattern(current + "\\s+enabled");
      }
      assertThat(found.lines().filter(line -> line.contains("heartbleed")))
          .hasSize(2)
          .allMatch(line -> line.contains("not vulnerable"));
      assertThat(found)
          .contains("Session renegotiation not supported")
          .doesNotContainPattern("(Accepted|Preferred).*(RC4|3DES|NULL|EXP|ADH|AECDH|CBC|-SHA\\b)");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void testssl_finds_nothing_above_low(TlsProvider provider) throws IOException {
    try (TlsEdge edge = TlsEdge.http(tls(provider))) {
      List<Finding> findings = testssl(edge.port());

      assertThat(findings).extracting(Finding::id).contains("TLS1_3", "cipherlist_NULL");
      assertThat(findings)
          .filteredOn(finding -> finding.severe() && !explained(finding.id()))
          .isEmpty();
    }
  }

  /** The identifiers of a second certificate have its number behind them. */
  private static boolean explained(String id) {
    return EXPLAINED.contains(id.replaceFirst(" <.*", ""));
  }

  private List<Finding> testssl(int port) throws IOException {
    boolean all = Boolean.getBoolean("fairlead.long");
    Path csv = folder.resolve("found.csv");
    List<String> line = new ArrayList<>(
        List.of("--quiet", "--color", "0", "--warnings", "batch", "--csvfile", csv.toString()));
    if (!all) {
      line.addAll(List.of("--protocols", "--std", "--server-defaults"));
    }
    line.addAll(List.of("--nodns", "none", "--ip", "127.0.0.1", "site.example:" + port));
    String text = Command.start("testssl", line.toArray(String[]::new))
        .end(all ? 600 : 120)
        .text();
    if (!Files.exists(csv)) {
      throw new AssertionError("no findings:\n" + text);
    }
    return Files.readAllLines(csv).stream().skip(1).map(Finding::parse).toList();
  }

  /** A line of its CSV. */
  private record Finding(String id, String severity, String text) {
    static Finding parse(String line) {
      String[] fields = line.substring(1).split("\",\"", -1);
      return new Finding(fields[0], fields[3], fields[4]);
    }

    boolean severe() {
      return !Set.of("OK", "INFO", "LOW", "DEBUG").contains(severity);
    }
  }
}
