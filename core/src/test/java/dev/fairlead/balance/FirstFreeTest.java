package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** First, failover and overflow. */
class FirstFreeTest {
  @Test
  void first_comes_back_to_the_front_as_soon_as_there_is_room() {
    Fleet fleet = Fleet.limited(Balancers.first(), 2, 1, 9, 1);
    assertThat(fleet.held(4)).isEqualTo("a a b b");
    fleet.release(fleet.get(0));
    assertThat(fleet.held(3)).isEqualTo("a c c");
  }

  @Test
  void first_without_limits_sends_everything_to_the_first() {
    assertThat(Fleet.of(Balancers.first(), 1, 9).held(4)).isEqualTo("a a a a");
  }

  @Test
  void failover_stays_with_the_heaviest_until_it_is_gone_or_full() {
    Fleet fleet = Fleet.limited(Balancers.failover(), 3, 1, 5, 5, 2);
    assertThat(fleet.held(4)).isEqualTo("b b b c");
    fleet.eligible(fleet.get(0), fleet.get(2), fleet.get(3));
    assertThat(fleet.held(3)).isEqualTo("c c d");
    fleet.allEligible();
    fleet.release(fleet.get(1));
    assertThat(fleet.held(1)).isEqualTo("b");
  }

  @Test
  void overflow_gives_each_as_many_as_its_weight_and_not_one_more() {
    Fleet fleet = Fleet.of(Balancers.overflow(), 1, 3, 2);
    assertThat(fleet.held(8)).isEqualTo("b b b c c a - -");
    fleet.release(fleet.get(2));
    assertThat(fleet.held(2)).isEqualTo("c -");
  }

  @Test
  void overflow_heeds_the_limit_where_it_is_lower() {
    assertThat(Fleet.limited(Balancers.overflow(), 2, 1, 3, 2).held(6)).isEqualTo("b b c c a -");
  }

  @Test
  void thousands_of_servers_are_filled_in_their_order() {
    Fleet fleet = Fleet.limited(
        Balancers.first(), 2, IntStream.generate(() -> 1).limit(3000).toArray());
    for (int i = 0; i < 6000; i++) {
      assertThat(fleet.take()).isEqualTo(fleet.get(i / 2));
    }
    assertThat(fleet.take()).isNull();
    fleet.release(fleet.get(1234));
    assertThat(fleet.take()).isEqualTo(fleet.get(1234));
  }
}
