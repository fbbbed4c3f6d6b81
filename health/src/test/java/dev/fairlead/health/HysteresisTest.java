package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Hysteresis.Transition;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HAProxy's vectors: S is a pass, F a failure; the counter after each verdict. */
class HysteresisTest {
  @ParameterizedTest(name = "rise {0} fall {1} from {2}: {3}")
  @CsvSource({
    // rise, fall, from, verdicts, counters, up at the end
    "2, 3, 4, FFS,   3 2 4,     true", // two failures are forgotten by one pass
    "2, 3, 4, FF,    3 2,       true",
    "2, 3, 4, FFF,   3 2 0,     false",
    "2, 3, 0, SFSS,  1 0 1 4,   true",
    "2, 3, 2, F,     0,         false", // as at the start: one failure is enough
    "2, 3, 2, S,     4,         true",
    "2, 3, 1, S,     4,         true", // waiting for the first verdict: one pass is enough
    "2, 3, 1, F,     0,         false",
    "2, 3, 0, FFF,   0 0 0,     false",
    "2, 3, 4, SSS,   4 4 4,     true",
    "1, 1, 1, FSF,   0 1 0,     false",
    "1, 3, 0, S,     3,         true",
    "3, 1, 3, F,     0,         false",
    "3, 1, 0, SSFSSS, 1 2 0 1 2 3, true",
  })
  void the_counter_runs_as_haproxys(
      int rise, int fall, int from, String verdicts, String counters, boolean up) {
    Hysteresis[] now = {new Hysteresis(rise, fall, from)};
    String seen = verdicts
        .chars()
        .mapToObj(verdict -> {
          now[0] = now[0].after(verdict == 'S');
          return Integer.toString(now[0].counter());
        })
        .collect(Collectors.joining(" "));

    assertThat(seen).isEqualTo(counters);
    assertThat(now[0].up()).isEqualTo(up);
  }

  @Test
  void up_at_the_start_is_just_up_and_waiting_is_just_not_up() {
    assertThat(Hysteresis.initial(2, 3, InitialState.UP)).isEqualTo(new Hysteresis(2, 3, 2));
    assertThat(Hysteresis.initial(2, 3, InitialState.WAIT)).isEqualTo(new Hysteresis(2, 3, 1));
    assertThat(Hysteresis.initial(1, 1, InitialState.WAIT)).isEqualTo(new Hysteresis(1, 1, 0));
  }

  @Test
  void a_change_on_its_way_is_told_from_a_change_and_from_none() {
    Hysteresis full = new Hysteresis(2, 2, 3);
    Hysteresis shaken = full.after(false);
    Hysteresis down = shaken.after(false);

    assertThat(full.after(true).since(full)).isEqualTo(Transition.UNCHANGED);
    assertThat(shaken.since(full)).isEqualTo(Transition.PENDING);
    assertThat(shaken.after(true).since(shaken)).isEqualTo(Transition.UNCHANGED);
    assertThat(down.since(shaken)).isEqualTo(Transition.CHANGED);
    assertThat(down.after(true).since(down)).isEqualTo(Transition.PENDING);
    assertThat(down.after(false).since(down)).isEqualTo(Transition.UNCHANGED);
  }
}
