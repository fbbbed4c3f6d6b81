package dev.fairlead.health;

import static dev.fairlead.health.Bytes.hex;
import static dev.fairlead.health.Bytes.mysql;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MysqlProbeTest {
  private static final Asker ASKER = new Asker();
  private static final Probe PROBE = Probes.mysql("check");
  private static final String OK = mysql(2, hex("00 00 00 0200 0000"));
  private static final String QUIT = mysql(0, hex("01"));

  @AfterAll
  static void stop() {
    ASKER.close();
  }

  @Test
  void without_a_user_the_greeting_is_enough_and_nothing_is_said() {
    try (ScriptedServer server = ScriptedServer.start(client -> {
      client.write(greeting("8.0.36", "caching_sha2_password"));
      client.readAll();
    })) {
      assertThat(ASKER.ask(server, Probes.mysql(), ofSeconds(9))).isEqualTo("L7OK: version 8.0.36");
      assertThat(server.connection(1).received()).isEmpty();
    }
  }

  @Test
  void a_user_logs_in_without_a_password_by_the_servers_method_and_takes_leave() {
    String login = hex("01820800 00000001 21") + "\0".repeat(23) + "check\0\0" + "some_method\0";
    Script script = client -> {
      client.write(greeting("5.5.5-10.11.6-MariaDB", "some_method"));
      client.read(4 + login.length());
      client.write(OK);
      client.readAll();
    };
    try (ScriptedServer server = ScriptedServer.start(script)) {
      assertThat(ASKER.ask(server, PROBE, ofSeconds(9))).isEqualTo("L7OK: version 10.11.6-MariaDB");
      assertThat(server.connection(1).received()).isEqualTo(mysql(1, login) + QUIT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mysql_native_password, 000000 03",
    "caching_sha2_password, 010000 03 00",
    "unix_socket,           000000 03",
  })
  void when_the_server_wants_another_method_the_login_goes_on_to_its_end(
      String method, String answer) {
    String login = "check\0\0" + "some_method\0";
    Script script = client -> {
      client.write(greeting("8.0.36", "some_method"));
      client.readUntil(login);
      client.write(mysql(2, hex("fe") + method + "\0" + "0123456789abcdefghij\0"));
      client.read(hex(answer).length());
      client.write(mysql(4, hex("00 00 00 0200 0000")));
      client.readAll();
    };
    try (ScriptedServer server = ScriptedServer.start(script)) {
      assertThat(ASKER.ask(server, PROBE, ofSeconds(9))).isEqualTo("L7OK: version 8.0.36");
      assertThat(server.connection(1).received()).endsWith(login + hex(answer) + QUIT);
    }
  }

  @Test
  void a_server_from_before_methods_had_names_is_spoken_to_in_its_way() {
    String greeting = hex("0a") + "5.1.73\0" + hex("01000000") + "12345678\0"
        + hex("00a2 08 0200 0000 15") + "\0".repeat(10) + "0123456789ab\0";
    Script script = client -> {
      client.write(mysql(0, greeting));
      client.readUntil("check\0\0");
      client.write(OK);
      client.readAll();
    };
    assertThat(ASKER.ask(script, PROBE)).isEqualTo("L7OK: version 5.1.73");
  }

  @Test
  void what_the_server_refuses_it_says_in_its_own_words() {
    String full = mysql(0, hex("ff 1004") + "Too many connections");
    assertThat(ASKER.ask(saying(full), PROBE)).isEqualTo("L7STS: 1040 Too many connections");
    assertThat(ASKER.ask(saying(full), Probes.mysql()))
        .isEqualTo("L7STS: 1040 Too many connections");
    String denied = mysql(2, hex("ff 1504") + "#28000Access denied for user 'check'");
    Script script = client -> {
      client.write(greeting("8.0.36", "caching_sha2_password"));
      client.readUntil("check\0\0");
      client.write(denied);
      client.readAll();
    };
    assertThat(ASKER.ask(script, PROBE)).isEqualTo("L7STS: 1045 Access denied for user 'check'");
  }

  @ParameterizedTest
  @CsvSource({
    "0a 38 2e,                                 it ends too early",
    "0a 38 00 00000000,                        it ends too early",
    "09 33 2e 32 00,                           handshake of version 9",
    "ff 10,                                    it ends too early",
    "0a 38 00 00000000 0000000000000000 00 0000, a protocol before 4.1",
  })
  void a_malformed_greeting_is_told(String greeting, String words) {
    assertThat(ASKER.ask(saying(mysql(0, hex(greeting))), PROBE))
        .isEqualTo("L7RSP: malformed MySQL answer: " + words);
  }

  @Test
  void one_that_leaves_amid_the_login_is_told() {
    Script script = client -> {
      client.write(greeting("8.0.36", "caching_sha2_password"));
      client.readUntil("check\0\0caching_sha2_password\0");
    };
    assertThat(ASKER.ask(script, PROBE)).isEqualTo("L7RSP: closed, no answer to the login");
  }

  @Test
  void an_answer_to_the_login_that_is_none_is_told() {
    Script script = client -> {
      client.write(greeting("8.0.36", "caching_sha2_password"));
      client.readUntil("check\0\0");
      client.write(mysql(2, hex("01 04")));
      client.readAll();
    };
    assertThat(ASKER.ask(script, PROBE))
        .isEqualTo("L7RSP: malformed MySQL answer: a packet of kind 1 to the login");
  }

  @Test
  void a_user_is_a_name() {
    assertThatThrownBy(() -> Probes.mysql("a\0b"))
        .hasMessageStartingWith("user: 'a?b' (expected: ");
    assertThat(PROBE).hasToString("mysql user check");
    assertThat(Probes.mysql()).hasToString("mysql");
  }

  private static Script saying(String text) {
    return client -> {
      client.write(text);
      client.readAll();
    };
  }

  private static String greeting(String version, String method) {
    return mysql(
        0,
        hex("0a") + version + "\0" + hex("07000000") + "12345678\0" + hex("fff7 08 0200 ff81 15")
            + "\0".repeat(10) + "0123456789ab\0" + method + "\0");
  }
}
