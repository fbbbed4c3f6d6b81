package dev.fairlead.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A HAProxy, Nginx or other server found on the PATH, with a configuration of the test's own, in one
 * process of its own. Where the program is missing, the test is skipped with the reason; with {@code CI=true}
 * in the environment it fails instead. Thread-safe.
 */
public final class RealServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Process process;
  private final Path directory;
  private final int port;

  private RealServer(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /**
   * Starts a HAProxy in one process, not as a daemon.
   *
   * @param port one of the ports it binds, to see that it is ready; from {@link Ports#free}
   * @param config the whole configuration file
   * @return accepting
   */
  public static RealServer haproxy(int port, String config) {
    String program = find("haproxy");
    return start(
        port,
        "haproxy.cfg",
        config,
        directory ->
            List.of(program, "-db", "-f", directory.resolve("haproxy.cfg").toString()));
  }

  /**
   * Starts an Nginx in one process, not as a daemon, with all its files in a folder of its own.
   *
   * @param port one of the ports it listens on, to see that it is ready; from {@link Ports#free}
   * @param http what stands inside the block {@code http}
   * @return accepting
   */
  public static RealServer nginx(int port, String http) {
    return nginx(port, "", """
        http {
          access_log access.log;
          client_body_temp_path temp;
          proxy_temp_path temp;
          fastcgi_temp_path temp;
          uwsgi_temp_path temp;
          scgi_temp_path temp;
        %s
        }
        """.formatted(http));
  }

  /**
   * Starts an Nginx that passes on connections, as {@link #nginx} does. Where its stream module is
   * missing, the test is skipped or fails, as for the program.
   *
   * @param port one of the ports it listens on, to see that it is ready; from {@link Ports#free}
   * @param stream what stands inside the block {@code stream}
   * @return accepting
   */
  public static RealServer nginxStream(int port, String stream) {
    return nginx(port, streamModule(), "stream {\n" + stream + "}\n");
  }

  private static RealServer nginx(int port, String first, String blocks) {
    String program = find("nginx");
    String config = """
        %s
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr;
        events {}
        %s
        """.formatted(first, blocks);
    return start(
        port,
        "nginx.conf",
        config,
        directory -> List.of(program, "-p", directory + "/", "-e", "stderr", "-c", "nginx.conf"));
  }

  /**
   * Starts a server of any other kind that stays in the foreground.
   *
   * @param port one of the TCP ports it listens on, to see that it is ready; from {@link Ports#free}
   * @param command its command line, for a new folder that is its working directory; may write files
   *     there first, and give the folder to somebody else
   * @return accepting
   */
  public static RealServer program(int port, Function<Path, List<String>> command) {
    try {
      Path directory = Files.createTempDirectory("fairlead-real-");
      Process process = new ProcessBuilder(command.apply(directory))
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve("log").toFile())
          .start();
      RealServer server = new RealServer(process, directory, port);
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Distributions build it as a module to be loaded, and say with {@code -V} where modules lie. */
  private static String streamModule() {
    String built = buildOptions(find("nginx"));
    if (built.matches("(?s).* --with-stream\\s.*")) {
      return "";
    }
    Matcher folder = Pattern.compile("--modules-path=(\\S+)").matcher(built);
    Path module = Path.of(folder.find() ? folder.group(1) : "", "ngx_stream_module.so");
    if (!Files.exists(module)) {
      throw missing("nginx's stream module is not installed");
    }
    return "load_module " + module + ";";
  }

  private static String buildOptions(String nginx) {
    try {
      Process process =
          new ProcessBuilder(nginx, "-V").redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The port given at the start.
   *
   * @return on loopback
   */
  public int port() {
    return port;
  }

  /**
   * The process id, for signals of the test's own.
   *
   * @return of the one process
   */
  public long pid() {
    return process.pid();
  }

  /**
   * The folder with configuration and log; gone after {@link #close}.
   *
   * @return a temporary folder
   */
  public Path directory() {
    return directory;
  }

  /**
   * What the server wrote to standard output and standard error so far.
   *
   * @return its log
   */
  public String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process, waits for it, and removes its folder. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      delete(directory);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where a program is that a test needs, such as {@code curl}. Where it is missing, the test is
   * skipped or fails, as for the servers.
   *
   * @param program its name
   * @return its path
   */
  public static String find(String program) {
    String found = onPath(program, System.getenv("PATH"));
    if (found != null) {
      return found;
    }
    throw missing(program + " is not on the PATH");
  }

  private static RuntimeException missing(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(reason);
    }
    return new TestAbortedException(reason);
  }

  static @Nullable String onPath(String program, @Nullable String path) {
    return Stream.of(Objects.requireNonNullElse(path, "").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }

  private static RealServer start(
      int port, String file, String config, Function<Path, List<String>> command) {
    return program(port, directory -> {
      try {
        Files.writeString(directory.resolve(file), config);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return command.apply(directory);
    });
  }

  private void awaitReady() {
    boolean ready = Await.held(PATIENCE, () -> accepts() || !process.isAlive());
    if (!ready || !process.isAlive()) {
      String log = log();
      close();
      throw new AssertionError("does not accept on port " + port + "; its log:\n" + log);
    }
  }

  private boolean accepts() {
    try (Socket probe = new Socket()) {
      probe.connect(Ports.loopback(port), 1000);
      // With nobody there and hardly a port left, it may have connected to itself.
      return probe.getLocalPort() != port;
    } catch (IOException e) {
      return false;
    }
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(tree, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
          throws IOException {
        Files.delete(folder);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
