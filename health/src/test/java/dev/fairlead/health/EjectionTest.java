package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Envoy's ejection times, with 30 s to 300 s and sweeps each 10 s. */
class EjectionTest {
  private static Ejection again(Ejection before, long now) {
    return before.begin(now, 30, 300, 0);
  }

  @Test
  void the_nth_in_a_row_lasts_n_times_as_long_up_to_the_most() {
    Ejection now = Ejection.NEVER;
    long time = 0;
    for (int n = 1; n <= 20; n++) {
      now = again(now, time);
      assertThat(now.lasting()).isEqualTo(Math.min(30L * n, 300));
      assertThat(now.over(time + now.lasting() - 1)).isFalse();
      assertThat(now.over(time + now.lasting())).isTrue();
      time += now.lasting();
      now = now.end(time);
    }
    assertThat(now.inARow()).isEqualTo(11); // so many calm sweeps until it is as before
  }

  @Test
  void a_calm_interval_takes_one_off_the_row() {
    Ejection twice = again(again(Ejection.NEVER, 0).end(30), 30).end(90);
    assertThat(twice.inARow()).isEqualTo(2);
    assertThat(twice.calmed(90, 10)).isEqualTo(twice); // it has just returned
    Ejection once = twice.calmed(100, 10);
    assertThat(once.inARow()).isEqualTo(1);
    assertThat(once.calmed(110, 10).inARow()).isZero();
    assertThat(once.calmed(110, 10).calmed(120, 10).inARow()).isZero();
  }

  @Test
  void it_is_not_calm_while_it_is_ejected() {
    Ejection out = again(Ejection.NEVER, 0);
    assertThat(out.calmed(20, 10)).isEqualTo(out);
  }

  @Test
  void jitter_comes_on_top_of_the_most() {
    assertThat(Ejection.NEVER.begin(0, 30, 30, 7).lasting()).isEqualTo(37);
  }

  @Property
  void times_stay_within_their_bounds(
      @ForAll List<@IntRange(max = 400) Integer> pauses,
      @ForAll @IntRange(min = 1, max = 400) int base,
      @ForAll @IntRange(max = 400) int beyond) {
    long most = (long) base + beyond;
    Ejection now = Ejection.NEVER;
    long time = 0;
    for (int pause : pauses) {
      now = now.begin(time, base, most, 0);
      assertThat(now.lasting()).isBetween((long) base, most);
      time += now.lasting();
      now = now.end(time);
      for (long sweep = 10; sweep <= pause; sweep += 10) {
        now = now.calmed(time + sweep, 10);
      }
      time += pause;
      assertThat(now.inARow()).isBetween(0, (int) ((most + base - 1) / base) + 1);
    }
  }
}
