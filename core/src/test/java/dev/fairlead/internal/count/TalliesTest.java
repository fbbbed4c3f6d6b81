package dev.fairlead.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.status.Counter;
import dev.fairlead.status.Stats;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Counters per loop, and their sums. */
class TalliesTest {
  private static final long MS = 1_000_000;

  private final Tallies tallies = new Tallies(3);

  @Test
  void each_counter_is_the_sum_over_the_loops() {
    for (Counter counter : Counter.values()) {
      for (int loop = 0; loop < 3; loop++) {
        tallies.at(loop).add(counter, loop + 1);
      }
    }
    Stats sum = Tallies.sum(List.of(tallies), 5, 6);
    for (Counter counter : Counter.values()) {
      assertThat(tallies.count(counter)).isEqualTo(6);
      assertThat(sum.get(counter)).isEqualTo(6);
    }
    assertThat(sum.current()).isEqualTo(5);
    assertThat(sum.queued()).isEqualTo(6);
  }

  @Test
  void stages_that_were_not_reached_are_left_out() {
    tallies.at(0).record(-1, 2 * MS, -1, 3 * MS);
    tallies.at(2).record(0, 2 * MS, -1, 5 * MS);
    Stats sum = Tallies.sum(List.of(tallies), 0, 0);
    assertThat(sum.queue().count()).isEqualTo(1);
    assertThat(sum.connect().count()).isEqualTo(2);
    assertThat(sum.connect().sumNanos()).isEqualTo(4 * MS);
    assertThat(sum.response().count()).isZero();
    assertThat(sum.total().sumNanos()).isEqualTo(8 * MS);
    assertThat(sum.total().percentileNanos(50)).isBetween(3 * MS, 3 * MS + MS / 2);
  }

  @Test
  void nothing_counted_is_zero_everywhere() {
    Stats none = Tallies.sum(List.of(), 0, 0);
    assertThat(none.counters()).hasSize(Counter.values().length);
    assertThat(none.counters().values()).containsOnly(0L);
    assertThat(none.total().count()).isZero();
  }

  @Test
  void the_numbers_of_what_has_gone_stay_in_the_sum() {
    Tallies gone = new Tallies(3);
    gone.at(1).add(Counter.REQUESTS, 4);
    gone.at(2).add(Counter.REQUESTS, 3);
    gone.at(2).record(MS, MS, MS, MS);
    tallies.at(0).add(Counter.REQUESTS, 1);
    tallies.at(1).record(MS, MS, MS, MS);
    tallies.absorb(gone);
    tallies.absorb(gone);
    assertThat(tallies.count(Counter.REQUESTS)).isEqualTo(15);
    assertThat(Tallies.sum(List.of(tallies), 0, 0).total().count()).isEqualTo(3);
    assertThat(Tallies.sum(List.of(tallies), 0, 0).total().sumNanos()).isEqualTo(3 * MS);
  }

  @Test
  void a_reader_sees_counters_rise_only_and_in_the_end_all_of_them() {
    int times = 200_000;
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
      for (int i = 0; i < times; i++) {
        tallies.at(1).add(Counter.REQUESTS, 1);
        tallies.at(1).record(-1, -1, -1, i);
      }
    });
    long last = 0;
    while (!writer.isDone()) {
      long now = tallies.count(Counter.REQUESTS);
      assertThat(now).isGreaterThanOrEqualTo(last);
      last = now;
      assertThat(Tallies.sum(List.of(tallies), 0, 0).total().count()).isLessThanOrEqualTo(times);
    }
    writer.join();
    assertThat(tallies.count(Counter.REQUESTS)).isEqualTo(times);
    assertThat(Tallies.sum(List.of(tallies), 0, 0).total().count()).isEqualTo(times);
  }
}
