package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Circuit.State;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CircuitPropertyTest {
  /** Bit 0: failed. Bit 1: slow. */
  private static boolean failed(int call) {
    return (call & 1) != 0;
  }

  private static boolean slow(int call) {
    return (call & 2) != 0;
  }

  @Property
  void a_count_window_counts_the_last_calls(
      @ForAll @IntRange(min = 1, max = 20) int size,
      @ForAll @Size(max = 100) List<@IntRange(max = 3) Integer> calls) {
    CountWindow window = new CountWindow(size);
    Deque<Integer> last = new ArrayDeque<>();
    for (int call : calls) {
      window.record(failed(call), slow(call));
      last.add(call);
      if (last.size() > size) {
        last.remove();
      }
      assertThat(window.calls()).isEqualTo(last.size());
      assertThat(window.failed()).isEqualTo(last.stream().filter(c -> failed(c)).count());
      assertThat(window.slow()).isEqualTo(last.stream().filter(c -> slow(c)).count());
    }
    window.clear();
    assertThat(window.calls() + window.failed() + window.slow()).isZero();
  }

  @Property
  void a_time_window_counts_the_last_ten_slices(
      @ForAll @Size(max = 100) List<@IntRange(max = 5) Integer> callsPerSlice) {
    TimeWindow window = new TimeWindow();
    Deque<Integer> last = new ArrayDeque<>();
    for (int calls : callsPerSlice) {
      for (int i = 0; i < calls; i++) {
        window.record(i % 2 == 0, i % 3 == 0);
      }
      last.add(calls);
      if (last.size() > TimeWindow.SLICES) {
        last.remove();
      }
      assertThat(window.calls()).isEqualTo(last.stream().mapToInt(n -> n).sum());
      assertThat(window.failed())
          .isEqualTo(last.stream().mapToInt(n -> (n + 1) / 2).sum());
      assertThat(window.slow())
          .isEqualTo(last.stream().mapToInt(n -> (n + 2) / 3).sum());
      window.turn();
    }
    window.clear();
    assertThat(window.calls() + window.failed() + window.slow()).isZero();
  }

  /** Trials begin while those under way are fewer than the limit, and end in any order. */
  @Property
  void trials_end_in_a_decision_by_their_rate_and_no_more_begin_than_permitted(
      @ForAll @IntRange(min = 1, max = 8) int trials,
      @ForAll @IntRange(min = 1, max = 100) int failureRate,
      @ForAll @Size(min = 30, max = 30) List<Boolean> failures,
      @ForAll @Size(min = 60, max = 60) List<Boolean> beginFirst) {
    Circuit circuit = new Circuit(new CountWindow(10), 10, failureRate, 100, trials);
    circuit.open();
    circuit.tryAgain(0);
    int begun = 0;
    int ended = 0;
    int failed = 0;
    for (int step = 0; circuit.state() == State.HALF_OPEN && step < 60; step++) {
      int underWay = begun - ended;
      if (underWay == 0 || (beginFirst.get(step) && underWay < circuit.trialsLeft())) {
        begun++;
        continue;
      }
      boolean fails = failures.get(ended);
      ended++;
      failed += fails ? 1 : 0;
      assertThat(circuit.ended(fails, false, 0)).isTrue();
      State after = circuit.turn();
      boolean lost = 100 * failed >= failureRate * trials;
      State expected = lost ? State.OPEN : ended == trials ? State.CLOSED : State.HALF_OPEN;
      assertThat(after).isEqualTo(expected);
    }
    assertThat(circuit.state()).isNotEqualTo(State.HALF_OPEN);
    assertThat(begun).isLessThanOrEqualTo(trials);
  }
}
