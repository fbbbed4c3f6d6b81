package dev.fairlead.health;

import static dev.fairlead.health.Bytes.hex;
import static dev.fairlead.testkit.Scripts.closeAtOnce;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.SilentPort;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Probes of databases and directories whose port is in other hands, or in none. */
class ProbesAmongStrangersTest {
  private static final Asker ASKER = new Asker();

  /**
   * A probe, and what its protocol might say.
   *
   * @param huge the head of a message that would be as long as can be told
   * @param part the beginning of a good answer
   */
  record Case(Probe probe, String protocol, String huge, String part) {
    String missing() {
      return protocol.equals("MySQL") ? "no greeting" : "no answer";
    }

    @Override
    public String toString() {
      return probe.toString();
    }
  }

  static Stream<Case> probes() {
    return Stream.of(
        new Case(Probes.postgres("check"), "PostgreSQL", "R" + hex("7fffffff"), "R\0\0"),
        new Case(Probes.mysql(), "MySQL", hex("ffffff 00"), hex("4a0000 00 0a 31")),
        new Case(Probes.mysql("check"), "MySQL", hex("ffffff 00"), hex("4a0000 00 0a 31")),
        new Case(Probes.ldap(), "LDAP", hex("30 84 ffffffff"), hex("30 0c 02")));
  }

  @AfterAll
  static void stop() {
    ASKER.close();
  }

  @ParameterizedTest
  @MethodSource("probes")
  void nobody_there_is_a_matter_of_the_connection(Case of) {
    try (ScriptedServer refusing = ScriptedServer.refusing();
        SilentPort silent = SilentPort.open()) {
      assertThat(ASKER.ask(refusing, of.probe(), ofSeconds(9)))
          .startsWith("L4CON: Connection refused");
      assertThat(ASKER.ask(silent.address(), of.probe(), ofMillis(100)))
          .isEqualTo("L4TOUT: no connection");
    }
  }

  @ParameterizedTest
  @MethodSource("probes")
  void one_that_hangs_costs_the_timeout(Case of) {
    assertThat(ASKER.ask(client -> client.readAll(), of.probe(), ofMillis(100)))
        .isEqualTo("L7TOUT: " + of.missing());
    Script halfWay = client -> {
      client.write(of.part());
      client.readAll();
    };
    assertThat(ASKER.ask(halfWay, of.probe(), ofMillis(100))).isEqualTo("L7TOUT: " + of.missing());
  }

  @ParameterizedTest
  @MethodSource("probes")
  void one_that_is_too_slow_costs_the_timeout(Case of) {
    Script slow = client -> client.drip(of.part(), 1, ofMillis(60));
    assertThat(ASKER.ask(slow, of.probe(), ofMillis(100))).isEqualTo("L7TOUT: " + of.missing());
  }

  @ParameterizedTest
  @MethodSource("probes")
  void one_that_leaves_without_an_answer_is_told(Case of) {
    String beforeOrAfterItWasSeenToConnect = "L7RSP: .*|L4CON: Connection reset.*";
    assertThat(ASKER.ask(closeAtOnce(), of.probe())).matches(beforeOrAfterItWasSeenToConnect);
    Script reset = client -> {
      client.write(of.part());
      client.reset();
    };
    assertThat(ASKER.ask(reset, of.probe())).matches(beforeOrAfterItWasSeenToConnect);
    Script halfWay = client -> {
      client.write(of.part());
      client.closeOutput();
      client.readAll();
    };
    assertThat(ASKER.ask(halfWay, of.probe())).isEqualTo("L7RSP: closed, " + of.missing());
  }

  @ParameterizedTest
  @MethodSource("probes")
  void another_protocol_is_shown_and_cannot_break_the_log(Case of) {
    for (String greeting : List.of(
        "SSH-2.0-Open\u001b[31mSSH_9.2\r\n",
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        "-ERR unknown command\r\n",
        "220 mail.example ESMTP\r\n")) {
      Script script = client -> {
        client.write(greeting);
        client.readAll();
      };
      assertThat(ASKER.ask(script, of.probe()))
          .startsWith("L7RSP: not " + of.protocol() + ": " + greeting.substring(0, 12))
          .matches("[ -~]*")
          .hasSizeLessThan(70);
    }
  }

  @ParameterizedTest
  @MethodSource("probes")
  void garbage_without_end_is_not_kept(Case of) {
    for (String garbage : List.of("\0", "\u00ff", "0", "x", "E", "R")) {
      Script flood = client -> {
        while (true) {
          client.write(garbage.repeat(8000));
        }
      };
      assertThat(ASKER.ask(flood, of.probe())).startsWith("L7RSP: ");
    }
  }

  @ParameterizedTest
  @MethodSource("probes")
  void a_huge_length_is_refused_at_once(Case of) {
    Script script = client -> {
      client.write(of.huge());
      client.readAll();
    };
    assertThat(ASKER.ask(script, of.probe())).startsWith("L7RSP: not " + of.protocol());
  }
}
