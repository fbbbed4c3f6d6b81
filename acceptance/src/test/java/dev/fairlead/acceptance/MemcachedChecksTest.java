package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator reads of a real memcached in every condition. */
final class MemcachedChecksTest {
  private static final Probe PROBE = Probes.memcached();

  @Test
  void one_that_works_that_hangs_and_that_is_stopped_are_told_apart() {
    RealServer server = start(List.of());
    try (server) {
      assertThat(Checked.verdict(server.port(), PROBE)).matches("L7OK: VERSION [0-9.]+");
      String pid = Long.toString(server.pid());
      Command.run("kill", "-STOP", pid);
      assertThat(Checked.verdict(server.port(), PROBE, Duration.ofMillis(200)))
          .isEqualTo("L7TOUT: no answer to version");
      Command.run("kill", "-CONT", pid);
    }
    assertThat(Checked.verdict(server.port(), PROBE))
        .startsWith("L4CON: ")
        .contains("Connection refused");
  }

  @Test
  void one_that_demands_a_login_says_so() {
    String program = RealServer.find("memcached");
    int port = Ports.free();
    try (RealServer server = RealServer.program(port, directory -> {
      Path users = directory.resolve("users");
      try {
        Files.writeString(users, "monitor:watch\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return line(program, port, List.of("-Y", users.toString()));
    })) {
      assertThat(Checked.verdict(server.port(), PROBE))
          .isEqualTo("L7STS: CLIENT_ERROR unauthenticated");
    }
  }

  @Test
  void to_a_probe_of_another_protocol_it_is_a_stranger() {
    try (RealServer server = start(List.of())) {
      assertThat(Checked.verdict(server.port(), Probes.redis()))
          .isEqualTo("L7RSP: not Redis: \"ERROR\"");
      assertThat(Checked.verdict(
              server.port(), Probes.script().send("get a\r\n").expectRegex("^END\r\n$")))
          .isEqualTo("L7OK: 2 steps passed");
    }
  }

  private static RealServer start(List<String> options) {
    String program = RealServer.find("memcached");
    int port = Ports.free();
    return RealServer.program(port, directory -> line(program, port, options));
  }

  /** As root it demands to be told who it is to be. */
  private static List<String> line(String program, int port, List<String> options) {
    List<String> line = new ArrayList<>(
        List.of(program, "-u", "root", "-l", "127.0.0.1", "-p", "" + port, "-U", "0"));
    line.addAll(options);
    return line;
  }
}
