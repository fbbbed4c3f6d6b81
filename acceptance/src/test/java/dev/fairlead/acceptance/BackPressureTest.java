package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.ChildProxy.Memory;
import dev.fairlead.acceptance.Plan.Mode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One side takes 1 MiB/s for some seconds and then all it can get: the proxy does not hold what is under
 * way. The long form, 30 s and 1 GiB, runs with {@code -Dfairlead.long=true}.
 */
final class BackPressureTest {
  private static final boolean LONG = Boolean.getBoolean("fairlead.long");
  private static final long SLOW_SECONDS = LONG ? 30 : 5;
  private static final int MIB = 1024 * 1024;
  private static final long SIZE = (LONG ? 1024L : 256L) * MIB;
  private static final long ALLOWED = 4L * MIB;
  private static final int PART = 64 * 1024;

  @TempDir
  Path folder;

  @BeforeEach
  void makeFile() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("large").toFile(), "rw")) {
      file.setLength(SIZE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_reads_slowly_costs_no_memory(Mode mode) throws Exception {
    try (Nginx origin = Nginx.start("a", folder);
        ChildProxy proxy = ChildProxy.start(mode, origin.port())) {
      for (int i = 0; i < 2; i++) {
        download(proxy, () -> Long.MAX_VALUE); // the code is compiled, the buffers are there
      }
      Memory baseline = proxy.memory();

      Watched watched = new Watched(proxy, baseline);
      download(proxy, watched);

      watched.check("download " + mode);
    }
  }

  @Test
  void a_server_that_reads_slowly_costs_no_memory() throws Exception {
    try (ServerSocket origin = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        ChildProxy proxy = ChildProxy.start(Mode.HTTP, origin.getLocalPort())) {
      for (int i = 0; i < 2; i++) {
        upload(origin, proxy, () -> Long.MAX_VALUE);
      }
      Memory baseline = proxy.memory();

      Watched watched = new Watched(proxy, baseline);
      upload(origin, proxy, watched);

      watched.check("upload HTTP");
    }
  }

  /** Allows 1 MiB/s for a while, then everything; looks at the proxy's memory all the time. */
  private static final class Watched implements LongSupplier {
    private final ChildProxy proxy;
    private final Memory baseline;
    private final long start = System.nanoTime();
    private long lastLook = start;
    private Memory most;
    private int looks;

    Watched(ChildProxy proxy, Memory baseline) {
      this.proxy = proxy;
      this.baseline = baseline;
      this.most = baseline;
    }

    /** How many bytes may have been read by now. */
    @Override
    public long getAsLong() {
      long now = System.nanoTime();
      if (now - lastLook > 100_000_000) {
        lastLook = now;
        looks++;
        most = most.max(proxy.memory());
      }
      double seconds = (now - start) / 1e9;
      return seconds > SLOW_SECONDS ? Long.MAX_VALUE : (long) (seconds * MIB);
    }

    void check(String what) {
      Memory more = most.minus(baseline);
      System.out.printf(
          "back-pressure, %s of %d MiB, %d s slow, %d looks: baseline %s; at most more: %s%n",
          what, SIZE / MIB, SLOW_SECONDS, looks, baseline, more);
      assertThat(looks).isGreaterThan((int) SLOW_SECONDS * 5);
      assertThat(more.heap()).isLessThan(ALLOWED);
      assertThat(more.buffers()).isLessThan(ALLOWED);
      assertThat(more.resident()).isLessThan(ALLOWED);
    }
  }

  private static void download(ChildProxy proxy, LongSupplier pace) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head("GET", "/large", 0).getBytes(ISO_8859_1));
      assertThat(readAll(socket.getInputStream(), pace)).isGreaterThan(SIZE);
    }
  }

  private static void upload(ServerSocket origin, ChildProxy proxy, LongSupplier pace)
      throws Exception {
    CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> take(origin, pace));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write(head("PUT", "/up", SIZE).getBytes(ISO_8859_1));
      byte[] part = new byte[PART];
      for (long sent = 0; sent < SIZE; sent += PART) {
        out.write(part);
      }
      assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
          .isEqualTo("HTTP/1.1 204");
    }
    assertThat(received.join()).isEqualTo(SIZE);
  }

  /** Accepts one connection, reads one request at that pace, and answers. */
  private static long take(ServerSocket origin, LongSupplier pace) {
    try (Socket socket = origin.accept()) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), PART);
      for (int newLines = 0; newLines < 2; ) {
        int next = in.read();
        newLines = next == '\n' ? newLines + 1 : next == '\r' ? newLines : 0;
      }
      long count = read(in, pace, SIZE);
      socket
          .getOutputStream()
          .write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long readAll(InputStream in, LongSupplier pace) throws IOException {
    return read(in, pace, Long.MAX_VALUE);
  }

  /** Reads at that pace until the end, or until it has so many bytes. */
  private static long read(InputStream in, LongSupplier pace, long enough) throws IOException {
    byte[] part = new byte[PART];
    long count = 0;
    while (count < enough) {
      if (count >= pace.getAsLong()) {
        LockSupport.parkNanos(2_000_000); // this is the pace, not a wait for something
        continue;
      }
      int some = in.read(part);
      if (some < 0) {
        break;
      }
      count += some;
    }
    return count;
  }

  private static String head(String method, String path, long length) {
    return RawClient.head(
        method,
        path,
        "Connection: close",
        length > 0 ? "Content-Length: " + length : "Accept: */*");
  }
}
