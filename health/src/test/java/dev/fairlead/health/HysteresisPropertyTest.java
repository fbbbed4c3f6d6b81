package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Hysteresis.Transition;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class HysteresisPropertyTest {
  @Property
  void it_agrees_with_counting_the_last_verdicts_in_a_row(
      @ForAll @IntRange(min = 1, max = 6) int rise,
      @ForAll @IntRange(min = 1, max = 6) int fall,
      @ForAll InitialState state,
      @ForAll List<Boolean> verdicts) {
    Hysteresis now = Hysteresis.initial(rise, fall, state);
    boolean up = now.up();
    boolean settledByOne = state != InitialState.FULLY_UP && state != InitialState.FULLY_DOWN;
    boolean first = true;
    boolean last = false;
    int row = 0;
    for (boolean passed : verdicts) {
      row = !first && passed == last ? row + 1 : 1;
      int needed = first && settledByOne ? 1 : passed ? rise : fall;
      if (passed != up && row >= needed) {
        up = passed;
      }
      last = passed;
      first = false;

      Hysteresis before = now;
      now = now.after(passed);

      assertThat(now.up()).isEqualTo(up);
      assertThat(now.counter()).isBetween(0, rise + fall - 1);
      assertThat(now.since(before) == Transition.CHANGED).isEqualTo(now.up() != before.up());
      assertThat(now.since(before) == Transition.PENDING)
          .isEqualTo(now.up() == before.up() && !now.fullyUp() && !now.fullyDown());
    }
  }

  @Property
  void enough_verdicts_in_a_row_lead_to_the_very_end_from_anywhere(
      @ForAll @IntRange(min = 1, max = 6) int rise,
      @ForAll @IntRange(min = 1, max = 6) int fall,
      @ForAll @IntRange(min = 0, max = 11) int from,
      @ForAll boolean passed) {
    Hysteresis now = new Hysteresis(rise, fall, Math.min(from, rise + fall - 1));
    for (int i = 0; i < (passed ? rise : fall); i++) {
      now = now.after(passed);
    }
    assertThat(passed ? now.fullyUp() : now.fullyDown()).isTrue();
  }
}
