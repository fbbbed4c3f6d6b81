package dev.fairlead.acceptance;

import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's nginx as an origin: gives out the files of a folder, under {@code /chunked/} without telling
 * their length, and takes files by PUT under {@code /up/}. May be killed and started again. Not
 * thread-safe.
 */
final class Nginx implements AutoCloseable {
  private final String name;
  private final Path files;
  private final int port = Ports.free();
  private RealServer process;

  private Nginx(String name, Path files) {
    this.name = name;
    this.files = files;
    this.process = start();
  }

  /** Starts one for the files of a folder that all may read. */
  static Nginx start(String name, Path files) {
    return new Nginx(name, files);
  }

  private RealServer start() {
    return RealServer.nginx(port, """
        log_format fields '$connection $connection_requests $status $request';
        server {
          listen 127.0.0.1:%1$d backlog=1024;
          access_log fields.log fields;
          root %2$s;
          client_max_body_size 0;
          keepalive_requests 1000000;
          add_header X-Origin %3$s;
          location = /heartbeat.html { access_log off; return 200 "alive"; }
          location /chunked/ { ssi on; ssi_types *; alias %2$s/; }
          location /up/ { dav_methods PUT; create_full_put_path on; }
        }
        """.formatted(port, files, name));
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  /** A file that was sent to {@code /up/}. */
  Path uploaded(String file) {
    return files.resolve("up").resolve(file);
  }

  /** One line for each request: connection, its how many-th request, status, request line. */
  List<String> log() {
    try {
      return Files.readAllLines(process.directory().resolve("fields.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once, as a crash does. */
  void kill() {
    ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();
    handle.destroyForcibly();
    handle.onExit().join();
    process.close();
  }

  /** Starts it again on the same port, once it was killed or closed. */
  void restart() {
    process = start();
  }

  @Override
  public void close() {
    process.close();
  }
}
