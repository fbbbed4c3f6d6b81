package dev.fairlead.acceptance;

import dev.fairlead.acceptance.Command.Ended;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Runs of {@code openssl s_client}, which send one request and read until the end. Immutable. */
final class Openssl {
  private static final String REQUEST =
      "GET / HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n\r\n";

  private final int port;
  private final List<String> arguments;

  private Openssl(int port, List<String> arguments) {
    this.port = port;
    this.arguments = arguments;
  }

  /** A client of a port on loopback, with options. */
  static Openssl to(int port, String... options) {
    return new Openssl(port, List.of(options));
  }

  /** With more options. */
  Openssl with(String... options) {
    List<String> more = new ArrayList<>(arguments);
    more.addAll(List.of(options));
    return new Openssl(port, more);
  }

  /** Asks for this name, and goes on only if the certificate is for it and from this authority. */
  Openssl verifying(String name, Path authority) {
    return with(
        "-servername",
        name,
        "-verify_hostname",
        name,
        "-CAfile",
        authority.toString(),
        "-verify_return_error");
  }

  /** Shows a certificate that was written by {@link #write}. */
  Openssl showing(Path certificate) {
    return with("-cert", certificate.toString(), "-key", keyOf(certificate).toString());
  }

  /** What it wrote, however it ended. */
  Ended run() {
    List<String> line =
        new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + port, "-ign_eof"));
    line.addAll(arguments);
    return Command.end(REQUEST, "openssl", line.toArray(String[]::new));
  }

  /** What it wrote; the request must have been answered. */
  String answered() {
    Ended ended = run();
    if (!ended.text().contains("HTTP/1.1 200")) {
      throw new AssertionError("no answer to " + arguments + ":\n" + ended);
    }
    return ended.text();
  }

  /** What it wrote; the request must not have been answered. */
  String refused() {
    Ended ended = run();
    if (ended.text().contains("HTTP/1.1 200")) {
      throw new AssertionError("an answer to " + arguments + ":\n" + ended);
    }
    return ended.text();
  }

  /** Writes what an authority says of itself. */
  static Path write(Path folder, TestCertificates authority) {
    try {
      return Files.writeString(
          Files.createTempFile(folder, "authority-", ".pem"),
          TestCertificate.pem("CERTIFICATE", authority.certificate().getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (java.security.cert.CertificateException e) {
      throw new AssertionError(e);
    }
  }

  static TlsCertificate served(TestCertificate certificate) {
    return TlsCertificate.of(
        certificate.key(), certificate.chain().toArray(X509Certificate[]::new));
  }

  static Path keyOf(Path certificate) {
    String name = certificate.getFileName().toString();
    return certificate.resolveSibling(name.replaceFirst("crt$", "key"));
  }
}
