package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns among equals, beyond any number of them. */
class TurnsTest {
  private final List<Candidate> two = Candidates.many(2).build();

  private static int[] shares(Turns turns, int ties) {
    int[] shares = new int[2];
    for (int i = 0; i < ties; i++) {
      int next = turns.before(1, 0) ? 1 : 0;
      turns.taken(next);
      shares[next]++;
    }
    return shares;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 1L << 31, 1L << 32, 1L << 42})
  void who_was_not_among_the_equals_for_long_has_a_few_turns_waiting(long turnsMissed) {
    Turns turns =
        new Turns(two, new long[] {turnsMissed * Turns.WHOLE, 0}, turnsMissed * Turns.WHOLE);
    assertThat(turns.before(1, 0)).isEqualTo(turnsMissed > 0);
    assertThat(shares(turns, 1_000)[1]).isBetween(499, 504);
  }

  @Test
  void a_weight_that_rises_counts_at_once() {
    List<Candidate> light = Candidates.many(2).weights(1, 256).build();
    List<Candidate> equal = Candidates.many(2).weights(256, 256).build();
    Turns turns = new Turns(light, null);
    turns.taken(0);
    assertThat(shares(new Turns(equal, turns), 100)[0]).isBetween(45, 55);
  }

  @Test
  void the_clock_may_wrap() {
    long late = Long.MAX_VALUE - 500 * Turns.WHOLE;
    Turns turns = new Turns(two, new long[] {late, late}, late);
    assertThat(shares(turns, 2_000)).containsExactly(1_000, 1_000);
  }

  @Test
  void a_turn_is_carried_over_to_the_next_list() {
    Turns turns = new Turns(two, null);
    turns.taken(0);
    assertThat(new Turns(two, turns).before(1, 0)).isTrue();
    turns.taken(1);
    turns.taken(1);
    assertThat(new Turns(two, turns).before(0, 1)).isTrue();
  }
}
