package dev.fairlead.health;

import static dev.fairlead.health.Bytes.hex;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LdapProbeTest {
  private static final Asker ASKER = new Asker();
  private static final String UNBIND = hex("30 05 020102 42 00");

  @AfterAll
  static void stop() {
    ASKER.close();
  }

  @Test
  void an_anonymous_bind_that_is_accepted_passes_and_is_undone() {
    String bind = hex("30 0c 020101 60 07 020103 04 00 80 00");
    try (ScriptedServer server = ScriptedServer.start(answering(bind, answer("00", "")))) {
      assertThat(ASKER.ask(server, Probes.ldap(), ofSeconds(9))).isEqualTo("L7OK: bound");
      assertThat(server.connection(1).received()).isEqualTo(bind + UNBIND);
    }
  }

  @Test
  void a_name_and_a_password_are_sent_when_there_are_any() {
    Probe probe = Probes.ldap().bind("cn=" + "c".repeat(130), "secret");
    String bind = hex("30 82009b 020101 60 820094 020103 04 820085") + "cn=" + "c".repeat(130)
        + hex("80 06") + "secret";
    try (ScriptedServer server = ScriptedServer.start(answering(bind, answer("31", "")))) {
      assertThat(ASKER.ask(server, probe, ofSeconds(9))).isEqualTo("L7STS: 49 invalidCredentials");
      assertThat(server.connection(1).received()).isEqualTo(bind + UNBIND);
    }
    assertThat(probe.toString()).startsWith("ldap bind as cn=cc").doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "33, too many clients,   51 busy: too many clients",
    "30, no anonymous binds, 48 inappropriateAuthentication: no anonymous binds",
    "7f, odd,                127: odd",
  })
  void a_refusal_is_told_by_code_name_and_the_servers_words(
      String code, String diagnostic, String words) {
    assertThat(ASKER.ask(answering("", answer(code, diagnostic)), Probes.ldap()))
        .isEqualTo("L7STS: " + words);
  }

  @Test
  void a_server_that_is_about_to_leave_says_so() {
    String notice = hex("30 10 020100 78 0b 0a0134 04 00 04 04") + "bye!";
    assertThat(ASKER.ask(answering("", notice), Probes.ldap()))
        .isEqualTo("L7STS: disconnects: 52 unavailable: bye!");
  }

  @ParameterizedTest
  @CsvSource({
    "30 03 020105,                       'message 5, expected 1'",
    "30 05 020101 02 00,                 'tag 0x02, expected 0x61'",
    "30 03 04 01 01,                     'tag 0x04, expected 0x02'",
    "30 06 02050000000001,               it ends too early",
    "30 07 02050000000001,               a number of 5 bytes",
    "30 03 0201ff,                       a number of 1 bytes",
    "30 02 0200,                         a number of 0 bytes",
    "30 05 020101 61 01,                 it ends too early",
    "30 08 020101 61 03 0a 01 00,        it ends too early",
    "30 05 020101 61 80,                 a length of 0 bytes",
    "30 09 020101 61 84 ffffffff,        it ends too early",
  })
  void a_malformed_answer_is_told(String answer, String words) {
    assertThat(ASKER.ask(answering("", hex(answer)), Probes.ldap()))
        .isEqualTo("L7RSP: malformed LDAP answer: " + words);
  }

  @Test
  void a_bind_with_a_name_needs_a_password() {
    assertThatThrownBy(() -> Probes.ldap().bind("cn=check", ""))
        .hasMessage("secret: not shown (expected: 1 to 255 characters without control characters)");
    assertThatThrownBy(() -> Probes.ldap().bind("cn=check", "pass\0word"))
        .hasMessageNotContaining("word");
    assertThatThrownBy(() -> Probes.ldap().bind("", "secret")).hasMessageStartingWith("name: ''");
    assertThat(Probes.ldap()).hasToString("ldap");
  }

  private static String answer(String code, String words) {
    int length = words.length();
    return hex("30 %02x 020101 61 %02x 0a01%s 04 00 04 %02x"
            .formatted(12 + length, 7 + length, code, length))
        + words;
  }

  private static Script answering(String question, String answer) {
    return client -> {
      client.read(Math.max(question.length(), 14));
      client.write(answer);
      client.readAll();
    };
  }
}
