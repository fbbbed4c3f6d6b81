package dev.fairlead.health;

import static dev.fairlead.health.Bytes.hex;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsProbeTest {
  private static final Asker ASKER = new Asker();
  private static final DnsProbe PROBE = Probes.dns("app.example");

  @AfterAll
  static void stop() {
    ASKER.close();
  }

  @Test
  void the_question_is_asked_as_rfc_1035_has_it() {
    try (UdpPeer peer = UdpPeer.start(question -> List.of(answer(question, "8180", "0001")))) {
      assertThat(ASKER.ask(peer.address(), PROBE.type("AAAA"), ofSeconds(9)))
          .isEqualTo("L7OK: NOERROR, 1 answer");
      assertThat(ASKER.ask(peer.address(), Probes.dns("."), ofSeconds(9))).startsWith("L7OK");
      assertThat(ASKER.ask(peer.address(), Probes.dns("a.").type("TYPE258"), ofSeconds(9)))
          .startsWith("L7OK");

      assertThat(peer.received.get(0).substring(2))
          .isEqualTo(hex("0100 0001 0000 0000 0000 03") + "app" + hex("07") + "example"
              + hex("00 001c 0001"));
      assertThat(peer.received.get(1).substring(2))
          .isEqualTo(hex("0100 0001 0000 0000 0000 00 0006 0001"));
      assertThat(peer.received.get(2).substring(12)).isEqualTo(hex("01 61 00 0102 0001"));
    }
  }

  @Test
  void the_code_of_the_answer_decides() {
    assertThat(ask(q -> answer(q, "8180", "0000"), PROBE)).isEqualTo("L7OK: NOERROR, 0 answers");
    assertThat(ask(q -> answer(q, "8182", "0000"), PROBE))
        .isEqualTo("L7STS: SERVFAIL, expected NOERROR");
    assertThat(ask(q -> answer(q, "818f", "0000"), PROBE))
        .isEqualTo("L7STS: RCODE15, expected NOERROR");
    DnsProbe unknown = PROBE.expect("NOERROR", "NXDOMAIN");
    assertThat(ask(q -> answer(q, "8183", "0000"), unknown)).isEqualTo("L7OK: NXDOMAIN, 0 answers");
    assertThat(ask(q -> answer(q, "8185", "0000"), unknown))
        .isEqualTo("L7STS: REFUSED, expected NOERROR or NXDOMAIN");
  }

  @Test
  void an_answer_may_shout_and_need_not_repeat_a_question_that_was_not_read() {
    UnaryOperator<String> shouting =
        q -> answer(q.substring(0, 12) + q.substring(12).toUpperCase(Locale.ROOT), "8180", "0000");
    assertThat(ask(shouting, PROBE)).startsWith("L7OK");
    assertThat(ask(q -> q.substring(0, 2) + hex("8181 0000 0000 0000 0000"), PROBE))
        .isEqualTo("L7STS: FORMERR, expected NOERROR");
  }

  @Test
  void an_answer_with_another_id_is_not_ours() {
    UnaryOperator<String> other =
        q -> (char) (q.charAt(0) ^ 1) + answer(q, "8180", "0000").substring(1);
    assertThat(ask(other, PROBE, ofMillis(100)))
        .isEqualTo("L7TOUT: no answer, only one with another id");
    try (UdpPeer peer = UdpPeer.start(q -> List.of(other.apply(q), answer(q, "8180", "0000")))) {
      assertThat(ASKER.ask(peer.address(), PROBE, ofSeconds(9))).startsWith("L7OK");
    }
    assertThat(ask(q -> "SSH-2.0-OpenSSH\r\n", PROBE, ofMillis(100)))
        .startsWith("L7TOUT: no answer");
    assertThat(ask(q -> "", PROBE, ofMillis(100))).startsWith("L7TOUT: no answer");
  }

  @Test
  void an_answer_to_another_question_is_told() {
    assertThat(ask(q -> q, PROBE)).isEqualTo("L7RSP: a question instead of an answer");
    assertThat(ask(q -> q.substring(0, 11), PROBE))
        .isEqualTo("L7RSP: malformed DNS answer: 11 bytes");
    String other = "L7RSP: answer to another question";
    assertThat(ask(q -> answer(q, "8180", "0000").replace("app", "ape"), PROBE)).isEqualTo(other);
    assertThat(ask(q -> answer(q, "8180", "0000").replace("\6", "\5"), PROBE)).isEqualTo(other);
    assertThat(ask(q -> answer(q, "8180", "0000").substring(0, 20), PROBE)).isEqualTo(other);
    assertThat(ask(q -> q.substring(0, 2) + hex("8180 0000 0000 0000 0000"), PROBE))
        .isEqualTo(other);
  }

  @Property
  void any_bytes_are_judged(@ForAll @Size(max = 60) byte[] bytes, @ForAll boolean ours) {
    byte[] question = DnsMessage.question(7, "app.example", "A");
    byte[] answer = bytes.clone();
    if (ours) {
      System.arraycopy(question, 0, answer, 0, Math.min(2, answer.length));
    }
    if (DnsMessage.sameId(question, answer) && DnsMessage.wrong(question, answer) == null) {
      assertThat(DnsMessage.codeOf(answer)).isNotEmpty();
      assertThat(DnsMessage.answers(answer)).isBetween(0, 65_535);
    }
  }

  @ParameterizedTest
  @CsvSource({"''", "..", ".example", "a..b", "'a b'", "grün.example"})
  void what_is_no_name_is_refused(String name) {
    assertThatThrownBy(() -> Probes.dns(name))
        .hasMessage("name: '" + name + "' (expected: a domain name in ASCII, or '.')");
  }

  @Test
  void limits_of_names_types_and_codes_are_kept() {
    assertThatThrownBy(() -> Probes.dns("a".repeat(64))).hasMessageStartingWith("name: 'aa");
    assertThatThrownBy(() -> Probes.dns("a.".repeat(127) + "a"))
        .hasMessageStartingWith("name: 'a.");
    assertThat(Probes.dns("a.".repeat(126) + "a.").toString()).startsWith("dns SOA a.a.");
    assertThatThrownBy(() -> PROBE.type("TYPE0"))
        .hasMessageStartingWith("type: 'TYPE0' (expected: ");
    assertThatThrownBy(() -> PROBE.type("TYPE65536")).hasMessageStartingWith("type: 'TYPE65536'");
    assertThatThrownBy(() -> PROBE.type("a")).hasMessageStartingWith("type: 'a' (expected: ");
    assertThatThrownBy(() -> PROBE.expect("OK"))
        .hasMessageStartingWith("code: 'OK' (expected: one of [NOERROR, ");
    assertThatThrownBy(PROBE::expect).hasMessage("expect: nothing (expected: at least one code)");
    assertThat(PROBE.type("A").expect("NXDOMAIN"))
        .hasToString("dns A app.example expecting NXDOMAIN");
  }

  private static String answer(String question, String flags, String answers) {
    return question.substring(0, 2)
        + hex(flags + "0001" + answers + "00000000")
        + question.substring(12);
  }

  private static String ask(UnaryOperator<String> server, DnsProbe probe) {
    return ask(server, probe, ofSeconds(9));
  }

  private static String ask(UnaryOperator<String> server, DnsProbe probe, Duration timeout) {
    try (UdpPeer peer = UdpPeer.start(question -> List.of(server.apply(question)))) {
      return ASKER.ask(peer.address(), probe, timeout);
    }
  }
}
