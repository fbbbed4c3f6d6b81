package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator reads of a real MariaDB in every condition. */
final class MariadbChecksTest {
  private static final Probe PROBE = Probes.mysql("check");

  private static RealServer server;

  @BeforeAll
  static void start() {
    server = Mariadb.start();
    Checked.becomes("L7OK: ", server.port(), PROBE);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
      assertThat(Checked.verdict(server.port(), PROBE)).startsWith("L4CON: Connection refused: ");
    }
  }

  @Test
  void a_login_leaves_nothing_in_the_servers_log_and_a_mere_look_at_the_greeting_does() {
    int before = server.log().length();
    assertThat(verdict(PROBE)).matches("L7OK: version \\d+\\.\\d+\\.\\d+-MariaDB.*");

    assertThat(verdict(Probes.mysql())).matches("L7OK: version \\d+\\.\\d+\\.\\d+-MariaDB.*");
    Waits.until("an aborted connection", () -> server.log().substring(before).contains("borted"));
    assertThat(server.log().substring(before).lines().filter(line -> line.contains("borted")))
        .singleElement()
        .asString()
        .contains("unauthenticated");
  }

  @Test
  void a_user_who_is_unknown_or_needs_a_password_is_told_in_the_servers_words() {
    assertThat(verdict(Probes.mysql("stranger")))
        .isEqualTo(
            "L7STS: 1045 Access denied for user 'stranger'@'127.0.0.1' (using password: NO)");
    assertThat(verdict(Probes.mysql("locked")))
        .isEqualTo("L7STS: 1045 Access denied for user 'locked'@'127.0.0.1' (using password: NO)");
  }

  @Test
  void one_that_hangs_costs_the_timeout() {
    String pid = Long.toString(server.pid());
    Command.run("kill", "-STOP", pid);
    try {
      assertThat(Checked.verdict(server.port(), PROBE, Duration.ofMillis(500)))
          .isEqualTo("L7TOUT: no greeting");
    } finally {
      Command.run("kill", "-CONT", pid);
    }
  }

  @Test
  void one_without_room_says_so() throws IOException {
    List<Socket> guests = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        Socket guest = new Socket(InetAddress.getLoopbackAddress(), server.port());
        guests.add(guest);
        assertThat(guest.getInputStream().read()).isPositive();
      }
      assertThat(verdict(PROBE)).isEqualTo("L7STS: 1040 Too many connections");
    } finally {
      for (Socket guest : guests) {
        guest.close();
      }
    }
    Checked.becomes("L7OK: ", server.port(), PROBE);
  }

  private static String verdict(Probe probe) {
    return Checked.verdict(server.port(), probe);
  }
}
