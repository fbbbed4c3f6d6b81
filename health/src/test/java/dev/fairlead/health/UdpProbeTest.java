package dev.fairlead.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.local.LocalAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Probes by UDP: {@link UdpProbe}, and what {@link DnsProbe} has in common with it. */
class UdpProbeTest {
  private static final Asker ASKER = new Asker();
  private static final UdpProbe PING = Probes.udp("ping");

  @AfterAll
  static void stop() {
    ASKER.close();
  }

  static Stream<Probe> probes() {
    return Stream.of(PING, PING.requireReply(), PING.expect("pong"), Probes.dns("."));
  }

  @ParameterizedTest
  @MethodSource("probes")
  void that_nobody_listens_is_a_matter_of_the_connection(Probe probe) {
    SocketAddress nobody;
    try (UdpPeer gone = UdpPeer.start(question -> List.of())) {
      nobody = gone.address();
    }
    assertThat(ASKER.ask(nobody, probe, ofSeconds(9)))
        .isEqualTo("L4CON: port unreachable, nobody listens there");
  }

  @ParameterizedTest
  @MethodSource("probes")
  void a_server_within_this_jvm_cannot_be_asked(Probe probe) {
    assertThat(ASKER.ask(new LocalAddress("here"), probe, ofSeconds(9))).startsWith("L4CON: ");
  }

  @Test
  void without_an_answer_the_check_passes_at_half_its_time_unless_one_is_needed() {
    assertThat(ask(List.of(), PING, ofMillis(200))).isEqualTo("L4OK: not refused");
    assertThat(ask(List.of(), PING.requireReply(), ofMillis(100))).isEqualTo("L7TOUT: no answer");
    assertThat(ask(List.of(), PING.expect("pong"), ofMillis(100))).isEqualTo("L7TOUT: no answer");
  }

  @Test
  void the_payload_is_sent_as_one_datagram_and_any_answer_will_do() {
    try (UdpPeer peer = UdpPeer.start(question -> List.of("what?"))) {
      assertThat(ASKER.ask(peer.address(), Probes.udpBinary("00ff80"), ofSeconds(9)))
          .isEqualTo("L7OK: answered, 5 bytes");
      assertThat(peer.received).containsExactly("\0\u00ff\u0080");
    }
    assertThat(ask(List.of(""), PING.requireReply(), ofSeconds(9)))
        .isEqualTo("L7OK: answered, 0 bytes");
  }

  @Test
  void an_expected_answer_is_looked_for_as_text_bytes_or_pattern() {
    List<String> pong = List.of("+PONG\n");
    Duration time = ofSeconds(9);
    assertThat(ask(pong, PING.expect("PONG"), time)).isEqualTo("L7OK: answered, 6 bytes");
    assertThat(ask(pong, PING.expectBinary("504f"), time)).startsWith("L7OK");
    assertThat(ask(pong, PING.expectRegex("^.P"), time)).startsWith("L7OK");
    assertThat(ask(pong, PING.expectBinaryRegex("^2B..4F"), time)).startsWith("L7OK");
    assertThat(ask(pong, PING.expect("pong"), time))
        .isEqualTo("L7RSP: got \"+PONG\", expected \"pong\"");
    assertThat(ask(pong, PING.expectBinaryRegex("^00"), time))
        .isEqualTo("L7RSP: got \"+PONG\", expected binary /^00/");
  }

  @Test
  void the_first_answer_decides_and_cannot_break_the_log() {
    assertThat(ask(List.of("\u001b[31mno\n", "pong"), PING.expect("pong"), ofSeconds(9)))
        .isEqualTo("L7RSP: got \"?[31mno\", expected \"pong\"");
  }

  @Test
  void of_a_long_answer_the_beginning_is_looked_at() {
    List<String> answer = List.of("x".repeat(3000) + "pong");
    assertThat(ask(answer, PING.expect("pong"), ofSeconds(9)))
        .startsWith("L7RSP: got \"xxx")
        .hasSizeLessThan(310);
    assertThat(ask(answer, PING, ofSeconds(9))).isEqualTo("L7OK: answered, 2048 bytes");
  }

  @Test
  void a_regular_expression_that_would_search_for_years_costs_one_check() {
    assertThat(ask(List.of("a".repeat(1000)), PING.expectRegex("(a*)*b"), ofSeconds(9)))
        .startsWith("L7RSP: ");
  }

  @Test
  void what_cannot_be_sent_or_looked_for_is_refused() {
    assertThatThrownBy(() -> Probes.udp("x".repeat(65_508)))
        .hasMessage("payload: 65508 bytes (expected: at most 65507)");
    assertThatThrownBy(() -> Probes.udp(""))
        .hasMessage("text: empty (expected: at least one character)");
    assertThatThrownBy(() -> Probes.udpBinary("0")).hasMessageStartingWith("hex: '0' (expected: ");
    assertThatThrownBy(() -> PING.expectRegex("("))
        .hasMessageStartingWith("regex: '(' (expected: ");
    assertThat(PING).hasToString("udp: send 4 bytes");
    assertThat(PING.requireReply()).hasToString("udp: send 4 bytes, require a reply");
    assertThat(PING.expect("pong")).hasToString("udp: send 4 bytes, expect \"pong\"");
  }

  private static String ask(List<String> answers, Probe probe, Duration timeout) {
    try (UdpPeer peer = UdpPeer.start(question -> answers)) {
      return ASKER.ask(peer.address(), probe, timeout);
    }
  }
}
