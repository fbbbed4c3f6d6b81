package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.PostgresProbe;
import dev.fairlead.health.Probes;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator reads of a real PostgreSQL in every condition. */
final class PostgresChecksTest {
  private static final PostgresProbe PROBE = Probes.postgres("admin");

  private static RealServer server;

  @BeforeAll
  static void start() {
    server = Postgres.start();
    Checked.becomes("L7OK: ", server.port(), PROBE);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void checks_that_pass_leave_nothing_in_the_servers_log() {
    int before = server.log().length();
    assertThat(verdict(PROBE)).startsWith("L7OK: ready, version ");
    assertThat(verdict(Probes.postgres("asked")))
        .isEqualTo("L7OK: asks for authentication: password, SCRAM-SHA-256");

    assertThat(verdict(PROBE.database("marker"))).startsWith("L7STS: ");
    Waits.until("the last check in the log", () -> server.log().contains("\"marker\""));
    assertThat(server.log().substring(before).lines())
        .singleElement()
        .asString()
        .contains("FATAL", "marker");
  }

  @Test
  void a_password_is_checked_however_the_server_stores_it() {
    Postgres.createUsers(server);
    for (String user : List.of("asked", "clear", "old")) {
      PostgresProbe probe = Probes.postgres(user).password(Postgres.SECRET);
      assertThat(verdict(probe)).as(user).startsWith("L7OK: ready, version ");
      assertThat(verdict(probe.password("battery staple")))
          .isEqualTo("L7STS: FATAL 28P01: password authentication failed for user \"%s\"", user);
    }
  }

  @Test
  void a_query_tells_a_primary_from_a_standby() {
    String recovering = "select pg_is_in_recovery()";
    assertThat(verdict(PROBE.query(recovering, "f"))).isEqualTo("L7OK: answered f");
    assertThat(verdict(PROBE.query(recovering, "t"))).isEqualTo("L7STS: answered f, expected t");
    assertThat(verdict(PROBE.query("select generate_series(1, 5000)", "1")))
        .isEqualTo("L7OK: answered 1");
    assertThat(verdict(PROBE.query("select 1 where false", "1")))
        .isEqualTo("L7STS: answered no row, expected 1");
    assertThat(verdict(PROBE.query("elect 1", "1")))
        .isEqualTo("L7STS: ERROR 42601: syntax error at or near \"elect\"");
  }

  @Test
  void a_user_or_a_database_that_is_unknown_or_unwelcome_is_told_in_the_servers_words() {
    assertThat(verdict(Probes.postgres("stranger")))
        .isEqualTo("L7STS: FATAL 28000: role \"stranger\" does not exist");
    assertThat(verdict(PROBE.database("nowhere")))
        .isEqualTo("L7STS: FATAL 3D000: database \"nowhere\" does not exist");
    assertThat(verdict(Probes.postgres("banned")))
        .startsWith("L7STS: FATAL 28000: pg_hba.conf rejects connection for host \"127.0.0.1\"");
  }

  @Test
  void one_that_hangs_costs_the_timeout_and_one_that_is_stopped_refuses() {
    RealServer other = Postgres.start();
    try (other) {
      String pid = Long.toString(other.pid());
      Command.run("kill", "-STOP", pid);
      assertThat(Checked.verdict(other.port(), PROBE, Duration.ofMillis(500)))
          .isEqualTo("L7TOUT: no answer");
      Command.run("kill", "-CONT", pid);
    }
    assertThat(Checked.verdict(other.port(), PROBE)).startsWith("L4CON: Connection refused: ");
  }

  @Test
  void one_without_room_says_so() throws IOException {
    try (RealServer full = Postgres.start(
        "max_connections=1", "superuser_reserved_connections=0", "max_wal_senders=0")) {
      Checked.becomes("L7OK: ", full.port(), PROBE);
      try (Socket guest = guest(full.port())) {
        assertThat(guest.isConnected()).isTrue();
        assertThat(Checked.verdict(full.port(), PROBE))
            .isEqualTo("L7STS: FATAL 53300: sorry, too many clients already");
      }
    }
  }

  /** Somebody who was let in, as soon as whoever came before has gone. */
  private static Socket guest(int port) throws IOException {
    while (true) {
      Socket guest = new Socket(InetAddress.getLoopbackAddress(), port);
      String hello = "\0\0\0\46\0\3\0\0user\0admin\0database\0postgres\0\0";
      guest.getOutputStream().write(hello.getBytes(StandardCharsets.ISO_8859_1));
      if (guest.getInputStream().read() == 'R') {
        return guest;
      }
      guest.close();
    }
  }

  @Test
  void one_that_is_still_recovering_says_so() {
    try (RealServer standby = Postgres.startStandby()) {
      Checked.becomes(
          "L7STS: FATAL 57P03: the database system is not accepting connections",
          standby.port(),
          PROBE);
    }
  }

  @Test
  void another_protocol_on_that_port_is_told() {
    assertThat(Checked.verdict(server.port(), Probes.ldap())).startsWith("L7RSP: ");
  }

  private static String verdict(PostgresProbe probe) {
    return Checked.verdict(server.port(), probe);
  }
}
