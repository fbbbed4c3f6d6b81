package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.testkit.RealServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  /** Which connection is whose is told by the server's numbers: others end late in the log. */
  @Test
  void a_login_leaves_nothing_in_the_servers_log_and_a_mere_look_at_the_greeting_does()
      throws IOException {
    long before = lookAtGreeting();
    assertThat(verdict(PROBE)).matches("L7OK: version \\d+\\.\\d+\\.\\d+-MariaDB.*");
    long between = lookAtGreeting();
    assertThat(verdict(Probes.mysql())).matches("L7OK: version \\d+\\.\\d+\\.\\d+-MariaDB.*");
    long after = lookAtGreeting();

    assertThat(between).isEqualTo(before + 2);
    assertThat(after).isEqualTo(between + 2);
    Waits.until("complaints of mere looks", () -> aborted(between + 1) && aborted(after));
    assertThat(aborted(before + 1)).as("a complaint of the login").isFalse();
  }

  /** Whether the server's log has a connection that ended before it was authenticated. */
  private static boolean aborted(long number) {
    return server
        .log()
        .lines()
        .anyMatch(line -> line.contains("Aborted connection " + number + " ")
            && line.contains("user: 'unauthenticated'"));
  }

  /** Connects, and leaves. */
  private static long lookAtGreeting() throws IOException {
    try (Socket guest = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      return connectionNumber(guest);
    }
  }

  /**
   * What the server's first packet calls the connection: a head of 4 bytes, the protocol's version (10),
   * the server's with a zero behind it, and the number. Negative if it is a refusal.
   */
  private static long connectionNumber(Socket guest) throws IOException {
    DataInputStream in = new DataInputStream(guest.getInputStream());
    in.readInt();
    if (in.readUnsignedByte() != 10) {
      return -1;
    }
    while (in.readUnsignedByte() != 0) {
      // the server's version
    }
    return Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
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
      Waits.until("all connections are taken", () -> taken(guests) == 10);
      assertThat(verdict(PROBE)).isEqualTo("L7STS: 1040 Too many connections");
    } finally {
      for (Socket guest : guests) {
        guest.close();
      }
    }
    Checked.becomes("L7OK: ", server.port(), PROBE);
  }

  /** Takes one more of the server's connections, when there is one. */
  private static int taken(List<Socket> guests) {
    try {
      Socket guest = new Socket(InetAddress.getLoopbackAddress(), server.port());
      if (connectionNumber(guest) < 0) {
        guest.close(); // somebody else's has not ended yet
      } else {
        guests.add(guest);
      }
      return guests.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String verdict(Probe probe) {
    return Checked.verdict(server.port(), probe);
  }
}
