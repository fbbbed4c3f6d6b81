package dev.fairlead.acceptance;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Debian's nginx as an origin in each version: gives out the files of a folder, and takes files by PUT
 * under {@code /up/}. Not thread-safe.
 */
final class FileOrigin implements AutoCloseable {
  /** In what way the proxy reaches it. */
  enum Reached {
    HTTP_1,
    HTTP_2,
    HTTP_2_BY_TLS
  }

  private final Path files;
  private final Identity identity;
  private final int http1 = Ports.free();
  private final int http2 = Ports.free();
  private final int secure = Ports.free();
  private final RealServer nginx;

  private FileOrigin(Path files, Identity identity, int requests) {
    this.files = files;
    this.identity = identity;
    this.nginx = RealServer.nginx(http1, """
        log_format fields '$server_protocol $status';
        keepalive_requests %7$d;
        client_max_body_size 0;
        large_client_header_buffers 8 64k;
        ssl_certificate %4$s;
        ssl_certificate_key %5$s;
        server {
          listen 127.0.0.1:%1$d backlog=1024;
          listen 127.0.0.1:%2$d http2 backlog=1024;
          listen 127.0.0.1:%3$d ssl http2 backlog=1024;
          access_log fields.log fields;
          root %6$s;
          location = /took { return 204; }
          location /up/ { dav_methods PUT; create_full_put_path on; }
        }
        """.formatted(
            http1,
            http2,
            secure,
            identity.certificate(),
            Openssl.keyOf(identity.certificate()),
            files,
            requests));
  }

  /** For the files of a folder, which all may read from now on. */
  static FileOrigin start(Path files, Identity identity) {
    return start(files, identity, 1_000_000);
  }

  /** One that ends each connection after so many requests. */
  static FileOrigin start(Path files, Identity identity, int requests) {
    try {
      Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new FileOrigin(files, identity, requests);
  }

  /** A proxy's, to reach it so. */
  Plan plan(Reached how) {
    return switch (how) {
      case HTTP_1 -> Plan.http(Member.of("a", http1));
      case HTTP_2 -> Plan.http(Member.of("a", http2)).http2ToServers();
      case HTTP_2_BY_TLS ->
        Plan.http(Member.of("a", secure)).http2ToServers().overTls(identity.authority());
    };
  }

  /** Files that were sent to {@code /up/}. */
  Path uploaded(String file) {
    return files.resolve("up").resolve(file);
  }

  /** How many requests it answered with a status, in a version as {@code HTTP/2.0}. */
  long answered(String version, int status) {
    try (var lines = Files.lines(nginx.directory().resolve("fields.log"))) {
      return lines.filter(line -> line.equals(version + " " + status)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    nginx.close();
  }
}
