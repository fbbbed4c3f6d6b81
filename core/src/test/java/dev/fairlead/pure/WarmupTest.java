package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.SlowStart;
import dev.fairlead.event.Event;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.BackendState.Applied;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import dev.fairlead.state.Warmup;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a server starts slowly, and what it has meanwhile. */
class WarmupTest {
  private static final Duration TIME = Duration.ofSeconds(10);
  private static final Change DOWN = report("a", Finding.down("x"));
  private static final Change UP = report("a", Finding.up("ok"));

  private final BackendState start = States.of(
      States.server("a").weight(100).maxConnections(50).slowStart(TIME),
      States.server("b").weight(100));

  private static Change report(String server, Finding finding) {
    return new Change.Report(server, server.equals("a") ? 1 : 2, "check", finding);
  }

  private static ServerState a(BackendState state) {
    return States.get(state, "a");
  }

  private static Change step(BackendState state, double share) {
    Warmup warmup = a(state).warmup();
    return new Change.WarmupStep("a", warmup == null ? 0 : warmup.since(), share);
  }

  @Test
  void a_server_that_comes_back_has_its_first_step_in_the_very_state_in_which_it_is_up() {
    Applied up = States.apply(start, DOWN).apply(UP);
    assertThat(a(up.state()).effectiveWeight()).isEqualTo(1);
    assertThat(a(up.state()).effectiveLimit()).isEqualTo(1);
    assertThat(up.events())
        .containsExactly(
            new Event.HealthChanged("app", 3, "a", Health.DOWN, Health.UP, "check", "ok"),
            new Event.WeightChanged("app", 3, "a", 100, 1),
            new Event.LimitChanged("app", 3, "a", 50, 1),
            new Event.SlowStartBegan("app", 3, "a", TIME),
            new Event.EligibleChanged("app", 3, 1, List.of("a", "b"), false));
  }

  @Test
  void a_server_that_nobody_has_called_down_has_all_at_once() {
    BackendState up = States.apply(start, UP);
    assertThat(a(up).warmup()).isNull();
    assertThat(a(up).effectiveWeight()).isEqualTo(100);
    BackendState added = States.apply(start, new Change.Add(States.server("c").slowStart(TIME)));
    assertThat(States.get(added, "c").warmup()).isNull();
  }

  @Test
  void one_whose_first_verdict_was_awaited_has_not_failed_and_has_its_whole_weight() {
    BackendState awaited =
        States.apply(start, new Change.Report("a", 1, "check", Finding.awaited("no verdict yet")));
    assertThat(a(States.apply(awaited, UP)).warmup()).isNull();
  }

  @Test
  void leaving_maintenance_is_coming_back_and_leaving_drain_is_not() {
    BackendState back = States.apply(
        start, new Change.SetAdmin("a", Admin.MAINTENANCE), new Change.SetAdmin("a", Admin.READY));
    assertThat(a(back).effectiveWeight()).isEqualTo(1);
    BackendState drained = States.apply(
        start, new Change.SetAdmin("a", Admin.DRAIN), new Change.SetAdmin("a", Admin.READY));
    assertThat(a(drained).effectiveWeight()).isEqualTo(100);
  }

  @Test
  void one_that_is_down_and_in_maintenance_comes_back_when_it_is_neither() {
    BackendState both = States.apply(start, DOWN, new Change.SetAdmin("a", Admin.MAINTENANCE));
    BackendState ready = States.apply(both, new Change.SetAdmin("a", Admin.READY));
    assertThat(a(ready).warmup()).isNull();
    assertThat(a(States.apply(ready, UP)).warmup()).isEqualTo(new Warmup(5, 0));
  }

  @Test
  void steps_raise_weight_and_limit_and_the_last_one_ends_it() {
    BackendState up = States.apply(start, DOWN, UP);
    BackendState half = States.apply(up, step(up, 0.5));
    assertThat(a(half).effectiveWeight()).isEqualTo(50);
    assertThat(a(half).effectiveLimit()).isEqualTo(25);
    assertThat(States.apply(half, step(half, 0.29)).server("a"))
        .returns(29, s -> s == null ? 0 : s.effectiveWeight());
    Applied all = half.apply(step(half, 1));
    assertThat(a(all.state()).warmup()).isNull();
    assertThat(all.events())
        .containsExactly(
            new Event.WeightChanged("app", 5, "a", 50, 100),
            new Event.LimitChanged("app", 5, "a", 25, 50),
            new Event.SlowStartEnded("app", 5, "a", true));
  }

  @Test
  void a_step_too_small_to_be_seen_changes_nothing() {
    BackendState up = States.apply(start, DOWN, UP);
    assertThat(up.apply(step(up, 0.004)).state()).isSameAs(up);
    assertThat(up.apply(step(up, 0.009)).state()).isSameAs(up);
    assertThat(up.apply(step(up, 0.011)).state()).isNotSameAs(up); // 2 of 200, in halves
  }

  @Test
  void one_that_goes_away_in_the_middle_starts_anew() {
    BackendState up = States.apply(start, DOWN, UP);
    BackendState half = States.apply(up, step(up, 0.5));
    Applied away = half.apply(DOWN);
    assertThat(away.events()).contains(new Event.SlowStartEnded("app", 5, "a", false));
    assertThat(a(away.state()).warmup()).isNull();
    BackendState again = States.apply(away.state(), UP);
    assertThat(a(again).warmup()).isEqualTo(new Warmup(6, 0));
    assertThat(again.apply(step(up, 0.6)).state()).as("a step of before").isSameAs(again);
  }

  @Test
  void a_step_for_one_that_has_left_or_does_not_start_changes_nothing() {
    assertThat(start.apply(new Change.WarmupStep("x", 1, 0.5)).state()).isSameAs(start);
    assertThat(start.apply(new Change.WarmupStep("a", 1, 0.5)).state()).isSameAs(start);
  }

  @Test
  void without_a_limit_there_is_none_in_the_meantime() {
    BackendState up = States.apply(start, new Change.SetLimit("a", 0), DOWN, UP);
    assertThat(a(up).effectiveLimit()).isZero();
  }

  @Test
  void weight_0_stays_0() {
    BackendState up = States.apply(start, new Change.SetWeight("a", 0), DOWN, UP);
    assertThat(a(up).effectiveWeight()).isZero();
    assertThat(up.strategyWeight(a(up))).isZero();
  }

  @Test
  void a_check_that_is_taken_back_lets_the_server_come_back_too() {
    BackendState back = States.apply(start, DOWN, new Change.Report("a", 1, "check", null));
    assertThat(a(back).warmup()).isNotNull();
  }

  @Test
  void a_server_whose_slow_start_is_taken_away_has_all_at_once() {
    BackendState up = States.apply(start, DOWN, UP);
    BackendState without =
        States.apply(up, new Change.Update(States.server("a").weight(100).maxConnections(50)));
    assertThat(a(without).effectiveWeight()).isEqualTo(100);
  }

  @Test
  void a_curve_that_begins_with_all_is_none() {
    BackendState state = States.of(
        States.server("a").slowStart(SlowStart.envoy(Duration.ofSeconds(1), 1)),
        States.server("b"));
    assertThat(a(States.apply(state, DOWN, UP)).warmup()).isNull();
  }

  @Test
  void strategies_see_sixteenths_where_somebody_may_start_slowly() {
    BackendState ones =
        States.of(States.server("a").slowStart(TIME), States.server("b").weight(3));
    assertThat(ones.strategyWeight(a(ones))).isEqualTo(16);
    assertThat(ones.strategyWeight(States.get(ones, "b"))).isEqualTo(48);
    BackendState up = States.apply(ones, DOWN, UP);
    assertThat(up.strategyWeight(a(up))).isEqualTo(1);
    BackendState half = States.apply(up, step(up, 0.5));
    assertThat(half.strategyWeight(a(half))).isEqualTo(8);
    assertThat(half.strategyWeight(States.get(half, "b")))
        .as("the others' stay")
        .isEqualTo(48);
  }

  @Test
  void strategies_see_weights_as_they_are_where_nobody_starts_slowly() {
    BackendState plain = States.of(States.server("a"), States.server("b").weight(7));
    assertThat(plain.strategyWeight(States.get(plain, "b"))).isEqualTo(7);
  }

  @Test
  void the_unit_keeps_the_largest_weight_within_256() {
    for (int most : new int[] {1, 16, 17, 100, 128, 129, 256}) {
      BackendState state =
          States.of(States.server("a").slowStart(TIME), States.server("b").weight(most));
      int expected = Math.min(16, 256 / most);
      assertThat(state.strategyWeight(a(state))).as("beside %d", most).isEqualTo(expected);
      assertThat(state.strategyWeight(States.get(state, "b"))).isEqualTo(most * expected);
    }
  }

  @Test
  void an_agent_that_lowers_a_weight_does_not_change_the_unit() {
    BackendState state =
        States.of(States.server("a").slowStart(TIME), States.server("b").weight(20));
    BackendState lowered =
        States.apply(state, report("b", Finding.up("50%").withWeightFactor(0.5)));
    assertThat(lowered.strategyWeight(a(lowered))).isEqualTo(12);
    assertThat(lowered.strategyWeight(States.get(lowered, "b"))).isEqualTo(120);
  }
}
