package dev.fairlead.health;

import static dev.fairlead.health.Bytes.hex;
import static dev.fairlead.health.Bytes.postgres;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresProbeTest {
  private static final Asker ASKER = new Asker();
  private static final Probe PROBE = Probes.postgres("check");
  private static final String LET_IN = postgres('R', hex("00000000"));
  private static final String READY = postgres('S', "server_version\00015.6\0")
      + postgres('K', hex("00000007 00000008"))
      + postgres('Z', "I");

  @AfterAll
  static void stop() {
    ASKER.close();
  }

  @ParameterizedTest
  @CsvSource({
    "00000002, Kerberos",
    "00000003, password",
    "00000005 01020304, 'password, MD5'",
    "00000007, GSSAPI",
    "00000009, SSPI",
    "0000000a 5343 00 5344 00 00, 'password, SC or SD'",
  })
  void a_server_that_asks_for_a_password_answers(String request, String words) {
    assertThat(ASKER.ask(answering(postgres('R', hex(request))), PROBE))
        .isEqualTo("L7OK: asks for authentication: " + words);
  }

  @Test
  void a_user_who_is_let_in_waits_until_the_server_is_ready_and_says_good_bye() {
    try (ScriptedServer server = ScriptedServer.start(answering(LET_IN + READY))) {
      assertThat(ASKER.ask(server, Probes.postgres("check").database("app"), ofSeconds(9)))
          .isEqualTo("L7OK: ready, version 15.6");
      assertThat(server.connection(1).received())
          .isEqualTo(hex("0000003b 00030000")
              + "user\0check\0database\0app\0application_name\0fairlead\0\0"
              + postgres('X', ""));
    }
    assertThat(ASKER.ask(answering(LET_IN), PROBE, ofMillis(100)))
        .isEqualTo("L7TOUT: let in, but not ready");
  }

  @Test
  void what_the_server_refuses_it_says_in_its_own_words() {
    String starting = postgres(
        'E', "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0Fpostmaster.c\0\0");
    assertThat(ASKER.ask(answering(starting), PROBE))
        .isEqualTo("L7STS: FATAL 57P03: the database system is starting up");
    String notice = postgres('N', "SNOTICE\0C00000\0Mhello\0\0");
    assertThat(ASKER.ask(answering(notice + LET_IN + notice + starting), PROBE))
        .startsWith("L7STS: FATAL 57P03");
  }

  @Test
  void an_error_is_one_short_line_whatever_is_in_it() {
    String error = "SFATAL\0C08P01\0Mno\nway\u001b[2J" + "!".repeat(20_000) + "\0\0";
    assertThat(ASKER.ask(answering(postgres('E', error)), PROBE))
        .startsWith("L7STS: FATAL 08P01: no?way?[2J!!!")
        .hasSize("L7STS: ".length() + 300);
  }

  @Test
  void an_answer_in_many_pieces_is_heard() {
    Script script = client -> client.drip(LET_IN + READY, 3, ofMillis(1));
    assertThat(ASKER.ask(script, PROBE)).isEqualTo("L7OK: ready, version 15.6");
  }

  @ParameterizedTest
  @CsvSource({
    "R, 00,               it ends too early",
    "R, 00000063,         authentication of kind 99",
    "R, 0000000a 5343,    it ends too early",
    "E, 53 46,            it ends too early",
  })
  void a_malformed_answer_is_told(char type, String body, String words) {
    assertThat(ASKER.ask(answering(postgres(type, hex(body))), PROBE))
        .isEqualTo("L7RSP: malformed PostgreSQL answer: " + words);
  }

  @Test
  void answers_out_of_turn_are_no_answers() {
    assertThat(ASKER.ask(answering(READY), PROBE)).startsWith("L7RSP: not PostgreSQL: S");
    assertThat(ASKER.ask(answering(LET_IN + LET_IN), PROBE)).startsWith("L7RSP: not PostgreSQL: R");
  }

  @Test
  void a_password_is_given_in_the_way_the_server_asks_for() {
    Probe probe = Probes.postgres("check").password("secret");
    String clear = postgres('p', "secret\0");
    assertThat(login(hex("00000003"), clear, probe)).isEqualTo("L7OK: ready, version 15.6");
    String md5 = postgres('p', "md502cfab7b194fed7a6164b3e12511bd79\0");
    assertThat(login(hex("00000005 01020304"), md5, probe)).isEqualTo("L7OK: ready, version 15.6");
    assertThat(ASKER.ask(answering(LET_IN + READY), probe)).startsWith("L7OK: ready");
    assertThat(ASKER.ask(answering(postgres('R', hex("00000007"))), probe))
        .isEqualTo("L7STS: asks for more than a password: GSSAPI");
    assertThat(ASKER.ask(answering(postgres('R', hex("0000000a 5343 00 00"))), probe))
        .isEqualTo("L7STS: asks for more than a password: password, SC");
    String sasl = postgres('R', hex("0000000a") + "SCRAM-SHA-256\0\0");
    assertThat(ASKER.ask(answering(sasl + LET_IN), probe))
        .isEqualTo("L7RSP: malformed PostgreSQL answer:"
            + " it lets in without knowing the password itself");
    assertThat(ASKER.ask(
            answering(sasl + postgres('R', hex("0000000b") + "r=a,s=YQ==,i=1")), probe))
        .isEqualTo("L7RSP: malformed PostgreSQL answer: a SCRAM challenge to somebody else");
    assertThat(ASKER.ask(answering(sasl + sasl), probe))
        .isEqualTo("L7RSP: malformed PostgreSQL answer: it asks for the password twice");
    assertThat(probe.toString()).doesNotContain("secret");
  }

  @Test
  void a_server_gets_no_more_than_one_password_stretched() {
    Script twice = client -> {
      client.readUntil("fairlead\0\0");
      client.write(postgres('R', hex("0000000a") + "SCRAM-SHA-256\0\0"));
      client.readUntil("r=");
      String challenge = "r=" + client.read(24) + "x,s=YQ==,i=9999999";
      client.write(postgres('R', hex("0000000b") + challenge).repeat(2));
      client.readAll();
    };
    assertThat(ASKER.ask(twice, Probes.postgres("check").password("secret")))
        .isEqualTo("L7RSP: malformed PostgreSQL answer: a second SCRAM challenge");
  }

  private static String login(String request, String answer, Probe probe) {
    Script script = client -> {
      client.readUntil("fairlead\0\0");
      client.write(postgres('R', request));
      String got = client.read(answer.length());
      client.write(got.equals(answer) ? LET_IN + READY : postgres('E', "Mgot " + got + "\0\0"));
      client.readAll();
    };
    return ASKER.ask(script, probe);
  }

  @ParameterizedTest
  @CsvSource({
    "0001 00000001 66,                 L7OK: answered f",
    "0002 00000001 66 00000001 67,     L7OK: answered f",
    "0001 00000002 7474,               'L7STS: answered tt, expected f'",
    "0001 ffffffff,                    'L7STS: answered null, expected f'",
    "0000,                             L7RSP: malformed PostgreSQL answer: a row without columns",
    "0001 7fffffff 66,                 L7RSP: malformed PostgreSQL answer: a column beyond its row",
  })
  void the_first_column_of_the_first_row_answers_a_query(String row, String verdict) {
    String done = postgres('C', "SELECT 2\0") + postgres('Z', "I");
    String more = postgres('D', hex("0001 00000004") + "more");
    assertThat(query(postgres('T', "\0\0") + postgres('D', hex(row)) + more + done))
        .isEqualTo(verdict);
  }

  @Test
  void a_query_without_a_row_or_with_an_error_fails() {
    String ready = postgres('Z', "I");
    assertThat(query(postgres('T', "\0\0") + postgres('C', "SELECT 0\0") + ready))
        .isEqualTo("L7STS: answered no row, expected f");
    assertThat(query(postgres('I', "") + ready)).isEqualTo("L7STS: answered no row, expected f");
    assertThat(query(postgres('E', "SERROR\0C42601\0Msyntax error\0\0") + ready))
        .isEqualTo("L7STS: ERROR 42601: syntax error");
    assertThat(query(postgres('H', "\0\0\0"))).startsWith("L7RSP: not PostgreSQL: H");
    assertThat(query(hex("44 7fffffff"))).startsWith("L7RSP: not PostgreSQL: D");
  }

  private static String query(String answer) {
    Script script = client -> {
      client.readUntil("fairlead\0\0");
      client.write(LET_IN + READY);
      client.readUntil(postgres('Q', "select 1\0"));
      client.write(answer);
      client.readAll();
    };
    return ASKER.ask(script, Probes.postgres("check").query("select 1", "f"));
  }

  @Test
  void names_cannot_carry_more_than_a_name() {
    assertThatThrownBy(() -> Probes.postgres(""))
        .hasMessage("user: '' (expected: 1 to 255 characters without control characters)");
    assertThatThrownBy(() -> Probes.postgres("a").database("b\0options"))
        .hasMessageStartingWith("database: 'b?options' (expected: ");
    assertThatThrownBy(() -> Probes.postgres("a").query("", "f"))
        .hasMessage("sql: empty (expected: at least one character)");
    assertThatThrownBy(() -> Probes.postgres("a").query("a\0b", "f"))
        .hasMessage("sql: 'a?b' (expected: no zero byte)");
    assertThat(PROBE).hasToString("postgres user check, database postgres");
    assertThat(Probes.postgres("check").query("select 1", "1"))
        .hasToString("postgres user check, database postgres, select 1 expecting 1");
  }

  private static Script answering(String answer) {
    return client -> {
      client.readUntil("fairlead\0\0");
      client.write(answer);
      client.readAll();
    };
  }
}
