package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.event.Event;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates that change under load. 100 times, and 1,000 with {@code -Dfairlead.long=true}. */
final class CertificateSwapTest {
  private static final int SWAPS = Boolean.getBoolean("fairlead.long") ? 1000 : 100;
  private static final int CLIENTS = 4;
  private static final TestCertificates CA = TestCertificates.authority("test authority");
  private static final List<TestCertificate> MANY =
      Stream.generate(() -> CA.server("site.example")).limit(8).toList();

  @TempDir
  Path folder;

  /** Clients that do one full handshake and request after the other, and one that keeps its connection. */
  private static final class Load implements AutoCloseable {
    private final int port;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final java.util.Set<X509Certificate> seen = ConcurrentHashMap.newKeySet();
    private final AtomicLong handshakes = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final List<Thread> threads;
    private volatile boolean over;

    Load(int port) {
      this.port = port;
      this.threads = IntStream.rangeClosed(0, CLIENTS)
          .mapToObj(i -> new Thread(i == 0 ? this::keep : this::comeAgain, "client-" + i))
          .toList();
      threads.forEach(Thread::start);
    }

    private void comeAgain() {
      while (!over) {
        try (SSLSocket socket = connect()) {
          socket.startHandshake();
          seen.add((X509Certificate) socket.getSession().getPeerCertificates()[0]);
          ask(socket);
          handshakes.incrementAndGet();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
          failures.add(e);
        }
      }
    }

    private void keep() {
      try (SSLSocket socket = connect()) {
        while (!over) {
          ask(socket);
          kept.incrementAndGet();
        }
      } catch (IOException | GeneralSecurityException | RuntimeException e) {
        failures.add(e);
      }
    }

    /** Without any session of before, so that each handshake is a full one. */
    private SSLSocket connect() throws IOException, GeneralSecurityException {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", CA.certificate());
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
      socket.setSoTimeout((int) Waits.PATIENCE.toMillis());
      return socket;
    }

    private static void ask(SSLSocket socket) throws IOException {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: site.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes(15);
      if (!new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 200 OK")) {
        throw new IOException(new String(status, StandardCharsets.US_ASCII));
      }
      StringBuilder rest = new StringBuilder();
      while (rest.indexOf("\r\n\r\n") < 0
          || rest.indexOf("\r\n\r\n") == rest.lastIndexOf("\r\n\r\n")) {
        int b = socket.getInputStream().read();
        if (b < 0) {
          throw new IOException("ended in a response");
        }
        rest.append((char) b);
      }
    }

    @Override
    public void close() {
      end();
    }

    private void end() {
      over = true;
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static TestCertificate number(int i) {
    return MANY.get(i % MANY.size());
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void changes_by_call_fail_no_handshake(TlsProvider provider) {
    Tls tls = Tls.of(Openssl.served(number(0))).provider(provider);
    try (TlsEdge edge = TlsEdge.http(tls);
        Load load = new Load(edge.port())) {
      for (int i = 1; i <= SWAPS; i++) {
        long before = load.handshakes.get();
        edge.control()
            .certificates(List.of(Openssl.served(number(i))))
            .toCompletableFuture()
            .join();
        Waits.until("a handshake between", () -> load.handshakes.get() > before);
      }
      load.end();
      check(edge, load);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void changes_of_watched_files_fail_no_handshake(TlsProvider provider) throws IOException {
    Path file = folder.resolve("site.pem");
    replace(file, number(0));
    Tls tls = Tls.of(TlsCertificate.pem(file)).provider(provider).watchFiles(Duration.ofMillis(10));
    try (TlsEdge edge = TlsEdge.http(tls);
        Load load = new Load(edge.port())) {
      for (int i = 1; i <= SWAPS; i++) {
        int wanted = i;
        replace(file, number(i));
        Waits.until(
            "swap " + i, () -> edge.events(Event.CertificatesChanged.class).size() >= wanted);
      }
      load.end();
      check(edge, load);
      assertThat(edge.events(Event.CertificatesKept.class)).isEmpty();
    }
  }

  /** At once, as certbot and the like do it. */
  private static void replace(Path file, TestCertificate certificate) throws IOException {
    Path next = Files.writeString(
        file.resolveSibling("next"), certificate.chainPem() + certificate.keyPem());
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void check(TlsEdge edge, Load load) {
    System.out.printf(
        "%d swaps, %d handshakes, %d requests on a kept connection, %d failures%n",
        SWAPS, load.handshakes.get(), load.kept.get(), load.failures.size());
    assertThat(load.failures).isEmpty();
    assertThat(load.seen).hasSize(MANY.size());
    assertThat(load.kept.get()).isPositive();
    assertThat(edge.count(Counter.TLS_ERRORS)).isZero();
    assertThat(edge.events(Event.CertificatesChanged.class)).hasSize(SWAPS);
  }
}
