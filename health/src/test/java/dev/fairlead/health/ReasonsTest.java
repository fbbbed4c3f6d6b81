package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class ReasonsTest {
  @Test
  void what_the_system_said_is_told_alike_on_every_transport() {
    String refused = "Connection refused: /10.0.0.1:80";
    assertThat(Reasons.message(new ConnectException(refused))).isEqualTo(refused);
    assertThat(Reasons.message(
            new ConnectException("finishConnect(..) failed with error(-111): " + refused)))
        .isEqualTo(refused);
    assertThat(Reasons.message(
            new IOException("recvAddress(..) failed with error(-104): Connection reset by peer")))
        .isEqualTo("Connection reset by peer");
  }

  @Test
  void nothing_turns_or_breaks_the_line_of_an_operator() {
    assertThat(Reasons.line("a\tb\u0085c\u2028d\u2029e\u202ef\u200bg\ud83d\ude00"))
        .isEqualTo("a?b?c?d?e?f?g\ud83d\ude00");
  }

  @Test
  void however_long_what_came_is_what_was_expected_is_told() {
    assertThat(Verdict.fail("x".repeat(400)).expected("2xx").words())
        .isEqualTo("x".repeat(300) + ", expected 2xx");
    assertThat(Verdict.fail("503").words()).isEqualTo("503");
  }

  @Test
  void of_other_failures_the_class_is_named() {
    assertThat(Reasons.message(new IOException("the call(..) failed with error(5): no")))
        .isEqualTo("IOException: the call(..) failed with error(5): no");
  }
}
