package dev.fairlead.acceptance;

import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import dev.fairlead.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An Nginx that answers checks in many ways: HTTP/1.1 on one port, through TLS with ALPN on another, HTTP/2
 * with prior knowledge on a third, behind a PROXY header on a fourth.
 */
final class CheckedNginx implements AutoCloseable {
  final int http = Ports.free();
  final int tls = Ports.free();
  final int http2 = Ports.free();
  final int proxied = Ports.free();

  private final RealServer process;

  private CheckedNginx(Path folder) throws IOException {
    String answers = """
          location = /ok { add_header X-Role standby; return 200 "all ok"; }
          location = /nothing { return 204; }
          location = /moved { return 302 /ok; }
          location = /gone { return 404; }
          location = /busy { return 503; }
          location = /asked { return 200 "$request_method $host $http_x_check $content_length"; }
          location = /name { return 200 "$ssl_server_name $server_protocol"; }
          location = /client { return 200 "$proxy_protocol_addr"; }
          location / { root %s; }
        """.formatted(folder);
    process = RealServer.nginx(http, """
        ssl_certificate %5$s/server.crt;
        ssl_certificate_key %5$s/server.key;
        server { listen 127.0.0.1:%1$d; %6$s }
        server { listen 127.0.0.1:%2$d ssl http2; %6$s }
        server { listen 127.0.0.1:%3$d http2; %6$s }
        server { listen 127.0.0.1:%4$d proxy_protocol; %6$s }
        """.formatted(http, tls, http2, proxied, folder, answers));
  }

  /** In a folder of its own, with a certificate for {@code 127.0.0.1} and {@code a.example}. */
  static CheckedNginx start(Path folder, TestCertificates authority) throws IOException {
    Path unused = authority.server("127.0.0.1", "a.example").write(folder, "server");
    Files.writeString(folder.resolve("huge"), "x".repeat(300_000) + "all ok");
    Files.writeString(folder.resolve("large"), "x".repeat(200_000) + "all ok");
    return new CheckedNginx(folder);
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
