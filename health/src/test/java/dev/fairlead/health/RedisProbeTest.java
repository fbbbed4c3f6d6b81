package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ScriptedServer.Script;
import org.junit.jupiter.api.Test;

/** The conversation with Redis; with the real one in module {@code acceptance}. */
class RedisProbeTest {
  private static final String PING = "*1\r\n$4\r\nPING\r\n";

  @Test
  void a_pong_passes() throws Exception {
    assertThat(ask(answering(PING, "+PONG\r\n"), Probes.redis())).isEqualTo("L7OK: +PONG");
  }

  @Test
  void a_pong_in_pieces_passes() throws Exception {
    assertThat(ask(
            client -> {
              client.read(PING.length());
              for (String piece : new String[] {"+P", "ONG\r", "\n"}) {
                client.write(piece);
              }
              client.readAll();
            },
            Probes.redis()))
        .isEqualTo("L7OK: +PONG");
  }

  @Test
  void what_it_refuses_is_told_in_its_own_words() throws Exception {
    assertThat(ask(
            answering(PING, "-LOADING Redis is loading the dataset in memory\r\n"), Probes.redis()))
        .isEqualTo("L7STS: -LOADING Redis is loading the dataset in memory");
    assertThat(ask(answering(PING, "-NOAUTH Authentication required.\r\n"), Probes.redis()))
        .isEqualTo("L7STS: -NOAUTH Authentication required.");
  }

  @Test
  void a_login_comes_first() throws Exception {
    String auth = "*2\r\n$4\r\nAUTH\r\n$7\r\ns\u00c3\u00a9cr!t\r\n";
    assertThat(ask(
            client -> {
              client.read(auth.length());
              client.write("+OK\r\n");
              client.read(PING.length());
              client.write("+PONG\r\n");
              client.readAll();
            },
            Probes.redis().password("sécr!t")))
        .isEqualTo("L7OK: +PONG");
    assertThat(ask(
            answering(
                "*3\r\n$4\r\nAUTH\r\n$3\r\nme\n\r\n$1\r\nx\r\n",
                "-WRONGPASS invalid username-password pair or user is disabled.\r\n"),
            Probes.redis().user("me\n", "x")))
        .isEqualTo("L7STS: -WRONGPASS invalid username-password pair or user is disabled.");
  }

  @Test
  void a_server_that_repeats_what_it_was_sent_does_not_tell_the_password() throws Exception {
    Probe probe = Probes.redis().password("hunter2");
    String auth = "*2\r\n$4\r\nAUTH\r\n$7\r\nhunter2\r\n";
    assertThat(ask(
            answering(
                auth, "-ERR unknown command 'AUTH', with args beginning with: 'hunter2' \r\n"),
            probe))
        .isEqualTo("L7STS: -ERR unknown command 'AUTH', with args beginning with: …");
    assertThat(ask(answering(auth, "AUTH hunter2?\r\n"), probe))
        .isEqualTo("L7RSP: not Redis: \"AUTH …?\"");
    assertThat(ask(
            client -> {
              client.read(auth.length());
              client.write("AUTH hunter2");
            },
            probe))
        .isEqualTo("L7RSP: closed, no answer to AUTH, got \"AUTH …\"");
  }

  @Test
  void a_key_takes_it_out_of_service() throws Exception {
    String exists = "*2\r\n$6\r\nEXISTS\r\n$5\r\nmaint\r\n";
    Probe probe = Probes.redis().unlessExists("maint");
    assertThat(ask(answering(exists, ":0\r\n"), probe)).isEqualTo("L7OK: no key maint");
    assertThat(ask(answering(exists, ":1\r\n"), probe)).isEqualTo("L7STS: the key maint exists");
  }

  @Test
  void an_answer_to_another_question_is_not_redis() throws Exception {
    assertThat(ask(answering(PING, "+OK\r\n"), Probes.redis()))
        .isEqualTo("L7RSP: not Redis: \"+OK\"");
    assertThat(ask(answering(PING, ":0\r\n"), Probes.redis()))
        .isEqualTo("L7RSP: not Redis: \":0\"");
  }

  @Test
  void the_password_is_told_to_nobody() {
    assertThat(Probes.redis()).hasToString("redis PING");
    assertThat(Probes.redis().password("hush")).hasToString("redis PING with a password");
    assertThat(Probes.redis().user("monitor", "hush").unlessExists("maint"))
        .hasToString("redis EXISTS maint as monitor");
    assertThatThrownBy(() -> Probes.redis().password(""))
        .hasMessage("password: empty (expected: at least one character)");
  }

  @Test
  void equal_settings_make_equal_probes() {
    assertThat(Probes.redis().user("u", "p").unlessExists("k"))
        .isEqualTo(Probes.redis().unlessExists("k").user("u", "p"))
        .hasSameHashCodeAs(Probes.redis().unlessExists("k").user("u", "p"))
        .isNotEqualTo(Probes.redis().user("u", "q").unlessExists("k"))
        .isNotEqualTo(Probes.redis());
  }

  private static Script answering(String question, String answer) {
    return client -> {
      String asked = client.read(question.length());
      client.write(asked.equals(question) ? answer : "-ERR unexpected " + asked.length() + "\r\n");
      client.readAll();
    };
  }

  private static String ask(Script script, Probe probe) throws Exception {
    try (Interview interview = new Interview()) {
      return interview.with(script, probe);
    }
  }
}
