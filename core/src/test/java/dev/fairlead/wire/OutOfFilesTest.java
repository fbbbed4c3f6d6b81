package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Transport;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that may open few files: accepting pauses and goes on, and nothing dies. */
@EnabledOnOs(OS.LINUX)
class OutOfFilesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CLIENTS = 300;

  @TempDir
  private Path temporary = Path.of("");

  /** The proxy's process, which may have 256 files. */
  private static final class Proxy implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reading;

    Proxy(Transport transport, int server, String classPath) throws IOException {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      process = new ProcessBuilder(
              "sh",
              "-c",
              "ulimit -n 256; exec \"$@\"",
              "sh",
              java,
              "-cp",
              classPath,
              FewFiles.class.getName(),
              transport.name(),
              String.valueOf(server))
          .redirectErrorStream(true)
          .start();
      reading = new Thread(this::read, "testkit-few-files");
      reading.start();
    }

    private void read() {
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line);
        }
      } catch (IOException e) {
        lines.add("broken: " + e);
      }
    }

    /** Waits for a line that begins so. */
    String line(String start) {
      if (!Await.held(SOON, () -> has(start))) {
        throw new AssertionError("no '" + start + "' in " + lines);
      }
      return lines.stream().filter(l -> l.startsWith(start)).findFirst().orElseThrow();
    }

    boolean has(String start) {
      return lines.stream().anyMatch(l -> l.startsWith(start));
    }

    void poke() throws IOException {
      process.getOutputStream().write('x');
      process.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      if (!Await.held(SOON, () -> !process.isAlive())) {
        process.destroyForcibly();
      }
      Await.until(SOON, () -> !reading.isAlive());
      assertThat(process.exitValue())
          .as("the end of a process that said %s", lines)
          .isZero();
    }
  }

  private static Socket connect(InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.connect(to);
    socket.setSoTimeout((int) SOON.toMillis());
    return socket;
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void accepting_pauses_and_goes_on(Transport transport) throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        Proxy proxy = new Proxy(transport, echo.port(), inJars())) {
      int port = Integer.parseInt(proxy.line("port").substring(5));
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      try {
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(connect(address));
        }
        assertThat(proxy.line("paused")).contains("Too many open files");
      } finally {
        for (Socket client : clients) {
          client.setSoLinger(true, 0); // or hundreds of ports would be unusable for a minute
          client.close();
        }
      }
      proxy.line("resumed");
      if (!Await.held(SOON, () -> served(address))) {
        throw new AssertionError("nobody is served any more: " + proxy.lines);
      }
      proxy.poke();
      proxy.line("alive");
    }
  }

  /** As an application has it: a class in a folder could not be loaded without a file. */
  private String inJars() throws IOException {
    List<String> all = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(part);
      all.add(Files.isDirectory(path) ? jar(path, all.size()).toString() : part);
    }
    return String.join(File.pathSeparator, all);
  }

  private Path jar(Path folder, int number) throws IOException {
    Path jar = temporary.resolve(number + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
        out.putNextEntry(new JarEntry(name));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  private static boolean served(InetSocketAddress address) {
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write('x');
      return socket.getInputStream().read() == 'x';
    } catch (IOException e) {
      return false;
    }
  }
}
