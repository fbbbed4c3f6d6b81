package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Probes;
import dev.fairlead.health.RedisProbe;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads of a real Redis in every condition. */
final class RedisChecksTest {
  private static final RedisProbe PROBE = Probes.redis();

  @Test
  void one_that_works_that_hangs_and_that_is_stopped_are_told_apart() {
    RealServer server = start();
    try (server) {
      assertThat(Checked.verdict(server.port(), PROBE)).isEqualTo("L7OK: +PONG");
      String pid = Long.toString(server.pid());
      Command.run("kill", "-STOP", pid);
      assertThat(Checked.verdict(server.port(), PROBE, Duration.ofMillis(200)))
          .isEqualTo("L7TOUT: no answer to PING");
      Command.run("kill", "-CONT", pid);
    }
    assertThat(Checked.verdict(server.port(), PROBE))
        .startsWith("L4CON: ")
        .contains("Connection refused");
  }

  @Test
  void a_password_is_needed_right_or_wrong() {
    try (RealServer server =
        start("--requirepass", "secret", "--user", "monitor", "on", ">watch", "+ping")) {
      assertThat(Checked.verdict(server.port(), PROBE))
          .isEqualTo("L7STS: -NOAUTH Authentication required.");
      assertThat(Checked.verdict(server.port(), PROBE.password("secret"))).isEqualTo("L7OK: +PONG");
      assertThat(Checked.verdict(server.port(), PROBE.user("monitor", "watch")))
          .isEqualTo("L7OK: +PONG");
      assertThat(Checked.verdict(server.port(), PROBE.password("wrong")))
          .isEqualTo("L7STS: -WRONGPASS invalid username-password pair or user is disabled.");
      assertThat(Checked.verdict(server.port(), PROBE.user("nobody", "wrong")))
          .startsWith("L7STS: -WRONGPASS ");
      assertThat(
              Checked.verdict(server.port(), PROBE.user("monitor", "watch").unlessExists("maint")))
          .startsWith("L7STS: -NOPERM ");
    }
    try (RealServer open = start()) {
      assertThat(Checked.verdict(open.port(), PROBE.password("needless")))
          .startsWith("L7STS: -ERR AUTH <password> called without any password configured");
    }
  }

  @Test
  void a_key_takes_it_out_of_service() throws IOException {
    try (RealServer server = start()) {
      RedisProbe probe = PROBE.unlessExists("maint");
      assertThat(Checked.verdict(server.port(), probe)).isEqualTo("L7OK: no key maint");
      tell(server, "SET maint 1\r\n");
      assertThat(Checked.verdict(server.port(), probe)).isEqualTo("L7STS: the key maint exists");
    }
  }

  @Test
  void one_that_still_loads_says_so(@TempDir Path data) throws IOException {
    try (RealServer server = start("--dir", data.toString())) {
      StringBuilder keys = new StringBuilder();
      for (int i = 0; i < 2_000; i++) {
        keys.append("SET k").append(i).append(' ').append("x".repeat(100)).append("\r\n");
      }
      tell(server, keys + "SAVE\r\n");
    }
    try (RealServer loading = start(
        "--dir", data.toString(),
        "--key-load-delay", "50000",
        "--loading-process-events-interval-bytes", "1024")) {
      assertThat(Checked.verdict(loading.port(), PROBE))
          .isEqualTo("L7STS: -LOADING Redis is loading the dataset in memory");
    }
  }

  @Test
  void to_a_probe_of_another_protocol_it_is_a_stranger() {
    try (RealServer server = start()) {
      assertThat(Checked.verdict(server.port(), Probes.memcached()))
          .startsWith("L7RSP: not memcached: \"-ERR unknown command 'version'");
      assertThat(Checked.verdict(server.port(), Probes.smtp(), Duration.ofMillis(300)))
          .isEqualTo("L7TOUT: no greeting");
    }
  }

  private static RealServer start(String... options) {
    String program = RealServer.find("redis-server");
    int port = Ports.free();
    return RealServer.program(port, directory -> {
      List<String> line = new ArrayList<>(List.of(
          program,
          "--port",
          "" + port,
          "--bind",
          "127.0.0.1",
          "--save",
          "",
          "--dir",
          directory.toString()));
      line.addAll(List.of(options));
      return line;
    });
  }

  /** Says something, and waits until all of it was understood. */
  private static void tell(RealServer server, String commands) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String all = commands + "QUIT\r\n";
      socket.getOutputStream().write(all.getBytes(StandardCharsets.US_ASCII));
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answers.lines()).hasSameSizeAs(all.lines().toList()).containsOnly("+OK");
    }
  }
}
