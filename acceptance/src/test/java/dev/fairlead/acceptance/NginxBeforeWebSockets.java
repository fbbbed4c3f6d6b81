package dev.fairlead.acceptance;

import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's nginx with TLS before a server of WebSockets: it speaks HTTP/2, which it prefers, without RFC 8441,
 * and HTTP/1.1, by which it passes WebSockets on. {@code /version} tells what a request came by. Thread-safe.
 */
final class NginxBeforeWebSockets implements AutoCloseable {
  private final RealServer process;

  private NginxBeforeWebSockets(RealServer process) {
    this.process = process;
  }

  static NginxBeforeWebSockets start(int origin) {
    int port = Ports.free();
    Path certificate = Site.certificate();
    return new NginxBeforeWebSockets(RealServer.nginx(
        port, """
        log_format versions '$server_protocol $status $request_uri';
        server {
          listen 127.0.0.1:%d ssl http2;
          ssl_certificate %s;
          ssl_certificate_key %s;
          access_log versions.log versions;
          location = /version { return 200 $server_protocol; }
          location / {
            proxy_pass http://127.0.0.1:%d;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
          }
        }
        """.formatted(port, certificate, Openssl.keyOf(certificate), origin)));
  }

  int port() {
    return process.port();
  }

  /** One line for each request that has ended: version, status, target. */
  List<String> log() {
    try {
      return Files.readAllLines(process.directory().resolve("versions.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
