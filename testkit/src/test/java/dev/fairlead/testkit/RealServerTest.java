package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RealServerTest {
  private static final String HAPROXY = """
      global
        nbthread 1
      defaults
        mode http
        timeout connect 5s
        timeout client 5s
        timeout server 5s
      frontend web
        bind 127.0.0.1:%d
        http-request return status 200 content-type text/plain string "from haproxy"
      """;

  @Test
  void haproxy_answers_with_the_given_configuration_and_is_gone_after_close() throws IOException {
    int port = Ports.free();
    Path directory;
    try (RealServer server = RealServer.haproxy(port, HAPROXY.formatted(port))) {
      directory = server.directory();
      assertThat(get(port)).endsWith("from haproxy");
      assertThat(server.pid()).isPositive();
      assertThat(server.port()).isEqualTo(port);
    }
    assertThatThrownBy(() -> get(port)).isInstanceOf(ConnectException.class);
    assertThat(directory).doesNotExist();
  }

  @Test
  void nginx_answers_with_the_given_configuration() throws IOException {
    int port = Ports.free();
    String http = "server { listen 127.0.0.1:%d; return 200 'from nginx'; }".formatted(port);
    try (RealServer server = RealServer.nginx(port, http)) {
      assertThat(get(server.port())).endsWith("from nginx");
    }
  }

  @Test
  void a_server_that_cannot_start_fails_with_its_log() {
    RealServer.find("haproxy");

    assertThatThrownBy(() -> RealServer.haproxy(Ports.free(), "no such keyword"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("unknown keyword");
  }

  @Test
  void a_program_is_looked_for_in_every_folder_of_the_path() {
    assertThat(RealServer.onPath("no-such-program", System.getenv("PATH"))).isNull();
    assertThat(RealServer.onPath("sh", null)).isNull();
    assertThat(RealServer.onPath("sh", "nowhere:" + System.getenv("PATH"))).endsWith("sh");
  }

  private static String get(int port) throws IOException {
    try (Socket socket = new Socket(Ports.loopback(port).getAddress(), port)) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
