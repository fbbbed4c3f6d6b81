package dev.fairlead.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ScriptedServer.Script;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HAProxy's {@code tcp-check}, in our words. */
class TcpScriptTest {
  private static final TcpScript NONE = Probes.script();

  private static Interview interview;

  @BeforeAll
  static void start() {
    interview = new Interview();
  }

  @AfterAll
  static void stop() {
    interview.close();
  }

  @Test
  void without_steps_a_connection_is_enough() throws Exception {
    assertThat(interview.with(client -> client.readAll(), NONE)).isEqualTo("L4OK: connected");
  }

  @Test
  void several_steps_pass_one_after_the_other() throws Exception {
    Script server = client -> {
      client.write("220 hello\r\n");
      client.readUntil("A\r\n");
      client.write("answer ");
      client.write("a");
      if (client.read(2).equals("\u0000\u00ff")) {
        client.write(new byte[] {(byte) 0x80, 0x00, 0x0a});
      }
      client.readAll();
    };
    TcpScript script = NONE.expect("220 ")
        .expectRegex("h.l+o\r\n$")
        .send("A\r\n")
        .expect("answer a")
        .sendBinary("00ff")
        .expectBinary("80000a")
        .expectBinaryRegex("^8.*0A$");
    assertThat(interview.with(server, script)).isEqualTo("L7OK: 7 steps passed");
  }

  @Test
  void a_step_that_fails_is_named_with_its_comment_and_what_came_instead() throws Exception {
    TcpScript script = NONE.expect("220 ").comment("greeting").minReceived(4);
    assertThat(interview.with(saying("554 no service\r\n"), script))
        .isEqualTo("L7RSP: no match at step 1, expect \"220 \" (greeting), got \"554 no service\"");
    assertThat(interview.with(
            saying("554 no\r\n"),
            HealthCheck.of(NONE.expect("554").send("A").expect("b")).timeout(ofMillis(200))))
        .isEqualTo("L7TOUT: no match at step 3, expect \"b\"");
    assertThat(interview.with(client -> client.write("554"), NONE.expect("220")))
        .isEqualTo("L7RSP: closed, no match at step 1, expect \"220\", got \"554\"");
  }

  @Test
  void what_is_sent_forgets_what_came_before() throws Exception {
    Script echo = client -> {
      client.write("one");
      client.readUntil("!");
      client.write("two");
      client.readAll();
    };
    assertThat(interview.with(echo, NONE.expect("one").send("!").expect("two").expect("two")))
        .isEqualTo("L7OK: 4 steps passed");
    assertThat(interview.with(
            echo,
            HealthCheck.of(NONE.expect("one").send("!").expect("two").expect("one"))
                .timeout(ofMillis(200))))
        .isEqualTo("L7TOUT: no match at step 4, expect \"one\", got \"two\"");
  }

  @Test
  void what_is_sent_makes_room_for_the_answer() throws Exception {
    assertThat(interview.with(
            client -> {
              client.write("x".repeat(20_000));
              client.readUntil("next");
              client.write("well");
              client.readAll();
            },
            NONE.expect("x").minReceived(16_384).send("next").expect("well")))
        .isEqualTo("L7OK: 3 steps passed");
  }

  @Test
  void what_is_rejected_fails_as_soon_as_it_comes() throws Exception {
    assertThat(interview.with(saying("one ERROR two"), NONE.reject("ERROR")))
        .startsWith("L7RSP: unwanted match at step 1, reject \"ERROR\", got \"one ERROR");
    assertThat(interview.with(saying("one ERROR two"), NONE.rejectRegex("ERR.R")))
        .startsWith("L7RSP: unwanted match at step 1, reject /ERR.R/, got ");
    assertThat(interview.with(saying("\u0001\u0002"), NONE.rejectBinary("0102")))
        .isEqualTo("L7RSP: unwanted match at step 1, reject binary 0102, got \"??\"");
    assertThat(interview.with(saying("\u0001\u0002"), NONE.rejectBinaryRegex("^0102")))
        .startsWith("L7RSP: unwanted match at step 1, reject binary /^0102/, got ");
  }

  @Test
  void what_is_rejected_and_does_not_come_passes_at_the_end_of_the_data() throws Exception {
    assertThat(interview.with(client -> client.write("all is well"), NONE.reject("ERROR")))
        .isEqualTo("L7OK: 1 step passed");
    assertThat(interview.with(client -> client.closeOutput(), NONE.reject("ERROR")))
        .isEqualTo("L7RSP: closed, no data at step 1, reject \"ERROR\"");
  }

  @Test
  void a_number_of_bytes_settles_a_step_either_way() throws Exception {
    TcpScript reject = NONE.reject("ERROR").minReceived(6).send("next").expect("well");
    assertThat(interview.with(
            client -> {
              client.write("all ");
              client.pause(ofMillis(20));
              client.write("is");
              client.readUntil("next");
              client.write("well");
              client.readAll();
            },
            reject))
        .isEqualTo("L7OK: 3 steps passed");
    assertThat(interview.with(saying("all is well"), NONE.expectRegex("ill").minReceived(0)))
        .startsWith("L7RSP: no match at step 1, expect /ill/, got \"all is well\"");
    assertThat(interview.with(
            client -> {
              client.write("wel");
              client.pause(ofMillis(20));
              client.write("l");
              client.readAll();
            },
            NONE.expect("well").minReceived(1)))
        .isEqualTo("L7OK: 1 step passed");
  }

  @Test
  void a_regular_expression_that_runs_away_fails_its_check_and_holds_up_nobody() throws Exception {
    assertThat(interview.with(
            saying("a".repeat(4_000) + "!"), NONE.expectRegex("(a*)*b").minReceived(4_001)))
        .matches("L7RSP: .*the regular expression (takes too long|is too deep for 4001 bytes)");
    assertThat(
            interview.with(saying("a".repeat(12_000)), NONE.expectRegex(".*b").minReceived(12_000)))
        .endsWith("the regular expression takes too long");
  }

  @Test
  void what_cannot_work_is_refused_at_once() {
    assertThatThrownBy(() -> NONE.expectRegex("a("))
        .hasMessageStartingWith("regex: 'a(' (expected: a regular expression; Unclosed group");
    assertThatThrownBy(() -> NONE.sendBinary("0g"))
        .hasMessage("hex: '0g' (expected: hexadecimal digits, two for each byte)");
    assertThatThrownBy(() -> NONE.expectBinary("123"))
        .hasMessage("hex: '123' (expected: hexadecimal digits, two for each byte)");
    assertThatThrownBy(() -> NONE.expect(""))
        .hasMessage("text: empty (expected: at least one character)");
    assertThatThrownBy(() -> NONE.expect("x".repeat(16_385)))
        .hasMessage("expect: 16385 bytes (expected: at most 16384)");
    assertThatThrownBy(() -> NONE.minReceived(1))
        .hasMessage("minReceived: no step (expected: after a step)");
    assertThatThrownBy(() -> NONE.send("x").minReceived(1))
        .hasMessage("minReceived: after a send (expected: after an expect)");
    assertThatThrownBy(() -> NONE.expect("x").minReceived(16_385))
        .hasMessage("minReceived: 16385 (expected: 0..16384)");
  }

  @Test
  void it_is_a_value_and_tells_its_steps_but_not_what_it_sends() {
    TcpScript script =
        NONE.send("secret\r\n").expectRegex("^ok").comment("login").reject("no");
    assertThat(script)
        .hasToString("tcp script: send 8 bytes, expect /^ok/ (login), reject \"no\"")
        .isEqualTo(NONE.send("secret\r\n").expectRegex("^ok").comment("login").reject("no"))
        .isNotEqualTo(NONE.send("secret\r\n").expect("^ok").comment("login").reject("no"));
    assertThat(HealthCheck.of(script).every(ofSeconds(1)))
        .isEqualTo(HealthCheck.of(
                NONE.send("secret\r\n").expectRegex("^ok").comment("login").reject("no"))
            .every(ofSeconds(1)));
  }

  private static Script saying(String text) {
    return client -> {
      client.write(text);
      client.readAll();
    };
  }
}
