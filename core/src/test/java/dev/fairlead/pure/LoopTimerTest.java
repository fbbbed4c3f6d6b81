package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.spi.LoopTimer;
import dev.fairlead.testkit.VirtualNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A timer on virtual time. */
class LoopTimerTest {
  private final VirtualNetwork network = VirtualNetwork.create();
  private final List<Duration> fired = new ArrayList<>();
  private final LoopTimer timer = new LoopTimer(network.loop(1), () -> fired.add(network.now()));

  @AfterEach
  void close() {
    network.close();
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  private void set(long millis) {
    timer.set(ms(millis).toNanos());
  }

  @Test
  void a_deadline_is_met_to_the_nanosecond_and_once() {
    set(100);
    assertThat(timer.isSet()).isTrue();
    network.advance(ms(1000));
    assertThat(fired).containsExactly(ms(100));
    assertThat(timer.isSet()).isFalse();
  }

  @Test
  void a_deadline_that_is_moved_later_holds_at_its_last_place() {
    set(100);
    for (int i = 0; i < 10; i++) {
      network.advance(ms(50));
      set(100);
    }
    assertThat(fired).isEmpty();
    network.advance(ms(1000));
    assertThat(fired).containsExactly(ms(600));
  }

  @Test
  void a_deadline_that_is_moved_earlier_holds_at_once() {
    set(1000);
    network.advance(ms(10));
    set(20);
    network.advance(ms(2000));
    assertThat(fired).containsExactly(ms(30));
  }

  @Test
  void a_cleared_timer_does_not_fire_and_may_be_set_again() {
    set(100);
    network.advance(ms(50));
    timer.clear();
    assertThat(timer.isSet()).isFalse();
    network.advance(ms(100));
    assertThat(fired).isEmpty();
    set(10);
    network.advance(ms(100));
    assertThat(fired).containsExactly(ms(160));
  }

  @Test
  void a_timer_that_is_cleared_and_set_before_its_task_ran_fires_once() {
    set(100);
    timer.clear();
    set(200);
    network.advance(ms(1000));
    assertThat(fired).containsExactly(ms(200));
  }

  @Test
  void a_closed_timer_leaves_nothing_scheduled() {
    set(100);
    timer.close();
    assertThat(network.runUntil(() -> network.now().compareTo(ms(100)) == 0, ms(200)))
        .isFalse();
    assertThat(fired).isEmpty();
  }

  @Test
  void a_timer_may_be_set_again_by_what_it_calls() {
    LoopTimer[] own = new LoopTimer[1];
    own[0] = new LoopTimer(network.loop(1), () -> {
      fired.add(network.now());
      if (fired.size() < 3) {
        own[0].set(ms(10).toNanos());
      }
    });
    own[0].set(ms(10).toNanos());
    network.advance(ms(100));
    assertThat(fired).containsExactly(ms(10), ms(20), ms(30));
  }

  @Test
  void a_time_beyond_counting_is_kept_as_very_late() {
    timer.set(Long.MAX_VALUE);
    network.advance(Duration.ofDays(1));
    assertThat(timer.isSet()).isTrue();
    set(5);
    network.advance(ms(10));
    assertThat(fired).containsExactly(Duration.ofDays(1).plus(ms(5)));
  }

  @Test
  void a_deadline_of_0_is_met_in_the_loops_next_turn() {
    set(0);
    assertThat(fired).isEmpty();
    network.run();
    assertThat(fired).containsExactly(Duration.ZERO);
  }
}
