package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ScriptedServer.Script;
import org.junit.jupiter.api.Test;

/** The conversations with SMTP servers and memcached; with real ones in module {@code acceptance}. */
class MailAndCacheProbesTest {
  @Test
  void a_mail_server_that_greets_answers_and_takes_leave_passes() throws Exception {
    assertThat(ask(mail("220 mx ready\r\n", "250 mx\r\n", "221 bye\r\n"), Probes.smtp()))
        .isEqualTo("L7OK: 220 mx ready");
    assertThat(ask(
            mail("220-mx\r\n220 ready\r\n", "250-mx\r\n250-SIZE 1\r\n250 HELP\r\n", "221 bye\r\n"),
            Probes.smtp()))
        .isEqualTo("L7OK: 220 ready");
  }

  @Test
  void the_hello_is_as_configured() throws Exception {
    Script strict = client -> {
      client.write("220\r\n");
      String hello = client.readUntil("\r\n");
      client.write(hello.equals("EHLO lb.example\r\n") ? "250\r\n" : "500 " + hello);
      client.readUntil("QUIT\r\n");
      client.write("221\r\n");
    };
    assertThat(ask(strict, Probes.smtp("EHLO", "lb.example"))).isEqualTo("L7OK: 220");
    assertThat(ask(strict, Probes.smtp())).isEqualTo("L7STS: 500 HELO localhost, expected 2xx");
  }

  @Test
  void a_mail_server_that_refuses_is_told_in_its_own_words() throws Exception {
    assertThat(ask(mail("421 too busy\r\n", "", ""), Probes.smtp()))
        .isEqualTo("L7STS: 421 too busy, expected 2xx");
    assertThat(ask(mail("220 mx\r\n", "550 who?\r\n", ""), Probes.smtp()))
        .isEqualTo("L7STS: 550 who?, expected 2xx");
  }

  @Test
  void an_unfinished_conversation_names_what_was_missing() throws Exception {
    assertThat(ask(
            client -> {
              client.write("220 mx\r\n");
              client.readUntil("\r\n");
              client.write("250-mx\r\n");
            },
            Probes.smtp()))
        .isEqualTo("L7RSP: closed, no answer to HELO");
  }

  @Test
  void a_hello_that_could_break_out_of_its_line_is_refused() {
    assertThatThrownBy(() -> Probes.smtp("HELO", "a\r\nRCPT TO:x"))
        .hasMessageStartingWith("domain: 'a")
        .hasMessageEndingWith("(expected: visible ASCII without spaces)");
    assertThatThrownBy(() -> Probes.smtp("VRFY", "a"))
        .hasMessage("hello: 'VRFY' (expected: HELO or EHLO)");
  }

  @Test
  void a_cache_that_tells_its_version_passes() throws Exception {
    assertThat(ask(cache("VERSION 1.6.18\r\n"), Probes.memcached()))
        .isEqualTo("L7OK: VERSION 1.6.18");
  }

  @Test
  void a_cache_that_refuses_is_told_in_its_own_words() throws Exception {
    assertThat(ask(cache("ERROR\r\n"), Probes.memcached())).isEqualTo("L7STS: ERROR");
    assertThat(ask(cache("SERVER_ERROR out of memory\r\n"), Probes.memcached()))
        .isEqualTo("L7STS: SERVER_ERROR out of memory");
    assertThat(ask(cache("VERSIONS\r\n"), Probes.memcached()))
        .isEqualTo("L7RSP: not memcached: \"VERSIONS\"");
  }

  private static Script mail(String greeting, String hello, String bye) {
    return client -> {
      client.write(greeting);
      client.readUntil("\r\n");
      client.write(hello);
      client.readUntil("QUIT\r\n");
      client.write(bye);
    };
  }

  private static Script cache(String answer) {
    return client -> {
      client.readUntil("version\r\n");
      client.write(answer);
      client.readAll();
    };
  }

  private static String ask(Script script, Probe probe) throws Exception {
    try (Interview interview = new Interview()) {
      return interview.with(script, probe);
    }
  }
}
