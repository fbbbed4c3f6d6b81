package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What several traffic loops count at once comes out right. */
class PassiveContentionTest {
  private static final int LOOPS = 4;
  private static final int EACH = 50_000;

  private static void onAllLoops(IntConsumer task, Runnable meanwhile) throws Exception {
    Thread[] loops = IntStream.range(0, LOOPS)
        .mapToObj(loop -> new Thread(() -> IntStream.range(0, EACH).forEach(task)))
        .toArray(Thread[]::new);
    for (Thread loop : loops) {
      loop.start();
    }
    meanwhile.run();
    for (Thread loop : loops) {
      loop.join();
    }
  }

  @Test
  void each_row_of_errors_is_told_to_exactly_one() throws Exception {
    ErrorRow row = new ErrorRow(7);
    AtomicInteger told = new AtomicInteger();
    onAllLoops(
        i -> {
          if (row.error()) {
            told.incrementAndGet();
          }
        },
        () -> {});
    assertThat(told).hasValue(LOOPS * EACH / 7);
  }

  @Test
  void a_ring_of_calls_counts_what_is_in_it() throws Exception {
    CountWindow window = new CountWindow(97);
    onAllLoops(i -> window.record(i % 3 == 0, i % 5 == 0), () -> {});
    assertThat(window.calls()).isEqualTo(97);
    assertThat(window.failed()).isBetween(0L, 97L);
    window.clear();
    assertThat(window.calls()).isZero();
    assertThat(window.failed()).isZero();
    assertThat(window.slow()).isZero();
  }

  @Test
  void slices_of_time_lose_no_call_while_they_turn() throws Exception {
    TimeWindow window = new TimeWindow();
    onAllLoops(i -> window.record(i % 2 == 0, true), () -> {
      for (int i = 0; i < TimeWindow.SLICES - 2; i++) {
        window.turn();
      }
    });
    assertThat(window.calls()).isEqualTo(LOOPS * EACH);
    assertThat(window.failed()).isEqualTo(LOOPS * EACH / 2);
    assertThat(window.slow()).isEqualTo(LOOPS * EACH);
  }

  @Test
  void no_count_of_an_interval_is_lost_while_intervals_turn() throws Exception {
    IntervalCount count = new IntervalCount();
    long[] seen = new long[2];
    Runnable turn = () -> {
      count.turnOver();
      seen[0] += count.volume();
      seen[1] += count.timed();
    };
    onAllLoops(
        i -> {
          count.add(i % 2 == 0);
          count.time(1);
        },
        () -> IntStream.range(0, 100).forEach(i -> turn.run()));
    turn.run();
    assertThat(seen).containsExactly(LOOPS * EACH, LOOPS * EACH);
  }
}
