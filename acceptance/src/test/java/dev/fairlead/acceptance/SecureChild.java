package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.status.Counter;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A Fairlead that terminates TLS in a JVM of its own, so that clients do not share its threads and heap. */
final class SecureChild implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final int port;

  private SecureChild(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.port = Integer.parseInt(answers.readLine());
  }

  /**
   * Starts one.
   *
   * @param certificate in PEM; its key lies beside it, see {@code TestCertificate.write}
   * @param origin the port of the server behind it
   */
  static SecureChild start(TlsProvider provider, Path certificate, int origin) {
    try {
      return new SecureChild(new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-cp",
              System.getProperty("java.class.path"),
              SecureChild.class.getName(),
              provider.name(),
              certificate.toString(),
              String.valueOf(origin))
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  /** What the child has counted so far. */
  long count(Counter counter) {
    try {
      process.getOutputStream().write((counter.name() + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
      return Long.parseLong(answers.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** The child. Answers each name of a counter with its value, until its input ends. */
  public static void main(String[] args) throws IOException {
    Path certificate = Path.of(args[1]);
    Tls tls = Tls.of(TlsCertificate.pem(certificate, Openssl.keyOf(certificate)))
        .provider(TlsProvider.valueOf(args[0]));
    Backend app = Backend.builder("app")
        .server(Server.of("a", "127.0.0.1", Integer.parseInt(args[2])))
        .build();
    try (LoadBalancer lb = LoadBalancer.start(HttpFrontend.builder("in")
        .bind(Binding.of("127.0.0.1", 0).tls(tls))
        .defaultBackend(app)
        .build())) {
      System.out.println(((InetSocketAddress) lb.address("in")).getPort());
      BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String asked = questions.readLine(); asked != null; asked = questions.readLine()) {
        System.out.println(
            lb.count(new Subject(Kind.FRONTEND, "in", null), Counter.valueOf(asked)));
      }
    }
  }
}
