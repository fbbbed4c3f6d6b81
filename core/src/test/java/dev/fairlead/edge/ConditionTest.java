package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Condition.Answer;
import dev.fairlead.spi.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions made of conditions, and of one's own. */
class ConditionTest {
  private static Condition always(Answer answer) {
    return new Condition() {
      @Override
      public Needs needs() {
        return Needs.FIRST_BYTES;
      }

      @Override
      public Answer ask(Connection connection) {
        return answer;
      }

      @Override
      public String toString() {
        return answer.name();
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "YES, YES, YES, YES",
    "YES, NO, NO, YES",
    "NO, YES, NO, YES",
    "NO, NO, NO, NO",
    "YES, OPEN, OPEN, YES",
    "OPEN, YES, OPEN, YES",
    "NO, OPEN, NO, OPEN",
    "OPEN, NO, NO, OPEN",
    "OPEN, OPEN, OPEN, OPEN"
  })
  void what_more_bytes_cannot_change_is_answered_at_once(
      Answer one, Answer two, Answer and, Answer or) {
    FakeConnection connection = new FakeConnection();
    assertThat(always(one).and(always(two)).ask(connection)).isEqualTo(and);
    assertThat(always(one).or(always(two)).ask(connection)).isEqualTo(or);
  }

  @Test
  void the_opposite_of_what_is_open_is_open_until_no_more_comes() {
    FakeConnection connection = new FakeConnection();
    assertThat(always(Answer.YES).not().ask(connection)).isEqualTo(Answer.NO);
    assertThat(always(Answer.NO).not().ask(connection)).isEqualTo(Answer.YES);
    assertThat(always(Answer.OPEN).not().ask(connection)).isEqualTo(Answer.OPEN);
    assertThat(always(Answer.OPEN).not().ask(connection.ended())).isEqualTo(Answer.YES);
  }

  @Test
  void a_whole_needs_what_its_parts_need() {
    Condition addresses = Conditions.source("10.0.0.0/8");
    Condition bytes = Conditions.sni("a.test");
    Condition handshake = Conditions.tlsVersion(TlsVersion.TLS_1_3);
    assertThat(addresses.and(addresses).needs()).isEqualTo(Needs.ADDRESSES);
    assertThat(addresses.or(bytes).needs()).isEqualTo(Needs.FIRST_BYTES);
    assertThat(handshake.and(bytes).needs()).isEqualTo(Needs.TLS);
    assertThat(bytes.not().needs()).isEqualTo(Needs.FIRST_BYTES);
  }

  @Test
  void a_whole_tells_itself_with_its_parts() {
    Condition whole =
        Conditions.source("10.0.0.0/8").not().and(Conditions.tls()).or(Conditions.rdp());
    assertThat(whole).hasToString("((not source[10.0.0.0/8] and tls()) or rdp())");
  }

  @Test
  void ones_own_knows_its_answer_when_it_is_asked() {
    Condition low = Condition.of(Needs.ADDRESSES, c -> c.number() < 5);
    assertThat(low.ask(new FakeConnection())).isEqualTo(Answer.YES);
    assertThat(low.not().ask(new FakeConnection())).isEqualTo(Answer.NO);
    assertThat(low.needs()).isEqualTo(Needs.ADDRESSES);
    assertThat(low).hasToString("own condition on ADDRESSES");
  }

  /** An answer of one's own, for who may ask already. */
  private static Condition known(Needs needs, boolean holds) {
    return Condition.of(needs, c -> holds);
  }

  @ParameterizedTest
  @CsvSource({
    "ADDRESSES, NO, OPEN",
    "FIRST_BYTES, NO, YES",
    "TLS, NO, YES",
  })
  void what_is_known_decides_for_what_is_not(Needs known, Answer and, Answer or) {
    FakeConnection connection = new FakeConnection();
    Condition bytes = known(Needs.FIRST_BYTES, true);
    Condition handshake = known(Needs.TLS, true);
    Condition never = known(Needs.ADDRESSES, false);
    assertThat(never.and(bytes).ask(connection, known)).isEqualTo(and);
    assertThat(handshake.and(never).ask(connection, known)).isEqualTo(and);
    assertThat(never.or(bytes).ask(connection, known)).isEqualTo(or);
    assertThat(never.not().or(handshake).ask(connection, known)).isEqualTo(Answer.YES);
  }

  @Test
  void what_is_not_known_stays_open_even_when_no_more_bytes_come() {
    FakeConnection connection = new FakeConnection().ended();
    Condition handshake = known(Needs.TLS, false);
    assertThat(handshake.ask(connection, Needs.FIRST_BYTES)).isEqualTo(Answer.OPEN);
    assertThat(handshake.not().ask(connection, Needs.FIRST_BYTES)).isEqualTo(Answer.OPEN);
    assertThat(handshake.not().ask(connection, Needs.TLS)).isEqualTo(Answer.YES);
    Condition both = handshake.and(always(Answer.OPEN)).not();
    assertThat(both.ask(connection, Needs.FIRST_BYTES)).isEqualTo(Answer.OPEN);
  }
}
