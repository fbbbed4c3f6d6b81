package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.event.Event;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.BackendState.Applied;
import dev.fairlead.state.Change;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What sources say of a server, kept apart from each other and from the operator's wish. */
class FindingsTest {
  private final BackendState start = States.of(States.server("a"), States.server("b"));

  private static Change says(String source, @Nullable Finding finding) {
    return new Change.Report("a", 1, source, finding);
  }

  private static Health health(BackendState state) {
    return States.get(state, "a").health();
  }

  @Test
  void nobody_having_spoken_a_server_is_unchecked_and_eligible() {
    assertThat(health(start)).isEqualTo(Health.UNCHECKED);
    assertThat(States.get(start, "a").willing()).isTrue();
  }

  @Test
  void a_first_pass_makes_it_up_and_a_failure_down() {
    Applied up = start.apply(says("check", Finding.up("L4OK")));
    assertThat(up.events())
        .containsExactly(
            new Event.HealthChanged("app", 2, "a", Health.UNCHECKED, Health.UP, "check", "L4OK"));
    Applied down = up.state().apply(says("check", Finding.down("L4CON")));
    assertThat(down.events())
        .containsExactly(
            new Event.HealthChanged("app", 3, "a", Health.UP, Health.DOWN, "check", "L4CON"),
            new Event.EligibleChanged("app", 3, 2, List.of("b"), false));
    assertThat(States.get(down.state(), "a").acceptsSticky()).isFalse();
  }

  @Test
  void a_source_that_says_up_does_not_undo_another_ones_down() {
    BackendState both =
        States.apply(start, says("check", Finding.down("x")), says("agent", Finding.down("y")));
    Applied half = both.apply(says("check", Finding.up("fine")));
    assertThat(health(half.state())).isEqualTo(Health.DOWN);
    assertThat(half.events()).isEmpty();
    assertThat(half.state().version()).isEqualTo(both.version() + 1);
    Applied whole = half.state().apply(says("agent", null));
    assertThat(health(whole.state())).isEqualTo(Health.UP);
    assertThat(whole.events())
        .startsWith(new Event.HealthChanged(
            "app", 5, "a", Health.DOWN, Health.UP, "agent", "finding taken back"));
  }

  @Test
  void no_source_undoes_the_operators_wish_nor_the_operator_a_sources() {
    BackendState drained = States.apply(
        start, new Change.SetAdmin("a", Admin.DRAIN), says("agent", Finding.up("ready")));
    assertThat(States.get(drained, "a").effectiveAdmin()).isEqualTo(Admin.DRAIN);
    BackendState agent = States.apply(
        start,
        says("agent", Finding.maintenance("agent says stop")),
        new Change.SetAdmin("a", Admin.DRAIN),
        new Change.SetAdmin("a", Admin.READY));
    assertThat(States.get(agent, "a").effectiveAdmin()).isEqualTo(Admin.MAINTENANCE);
    assertThat(States.get(agent, "a").wish().admin()).isEqualTo(Admin.READY);
  }

  @Test
  void the_least_willing_wish_is_in_force() {
    BackendState state = States.apply(
        start, says("agent", Finding.drain("d")), says("registry", Finding.maintenance("m")));
    assertThat(States.get(state, "a").effectiveAdmin()).isEqualTo(Admin.MAINTENANCE);
    Applied back = state.apply(says("registry", null));
    assertThat(back.events())
        .containsExactly(new Event.AdminChanged(
            "app", 4, "a", Admin.MAINTENANCE, Admin.DRAIN, "registry", "finding taken back"));
  }

  @Test
  void a_sources_new_finding_replaces_its_old_one_as_a_whole() {
    BackendState state = States.apply(
        start,
        says("agent", Finding.up("50%").withWeightFactor(0.5).withLimit(3)),
        says("agent", Finding.drain("drain")));
    assertThat(States.get(state, "a").findings()).containsOnlyKeys("agent");
    assertThat(health(state)).isEqualTo(Health.UNCHECKED);
    assertThat(States.get(state, "a").effectiveLimit()).isZero();
  }

  @Test
  void the_smallest_limit_is_in_force_and_0_means_none() {
    BackendState state = States.apply(
        start,
        new Change.SetLimit("a", 10),
        says("agent", Finding.up("").withLimit(20)),
        says("slow start", Finding.up("").withLimit(4)));
    assertThat(States.get(state, "a").effectiveLimit()).isEqualTo(4);
    BackendState free = States.apply(state, new Change.SetLimit("a", 0));
    assertThat(States.get(free, "a").effectiveLimit()).isEqualTo(4);
    assertThat(States.get(States.apply(free, says("slow start", null)), "a").effectiveLimit())
        .isEqualTo(20);
  }

  @Test
  void weight_is_the_operators_times_all_factors_and_at_least_1_unless_one_is_0() {
    BackendState state = States.apply(
        start,
        new Change.SetWeight("a", 100),
        says("agent", Finding.up("").withWeightFactor(0.5)),
        says("slow start", Finding.up("").withWeightFactor(0.1)));
    assertThat(States.get(state, "a").effectiveWeight()).isEqualTo(5);
    BackendState tiny =
        States.apply(state, says("slow start", Finding.up("").withWeightFactor(0.0001)));
    assertThat(States.get(tiny, "a").effectiveWeight()).isEqualTo(1);
    BackendState none = States.apply(state, says("agent", Finding.up("").withWeightFactor(0)));
    assertThat(States.get(none, "a").effectiveWeight()).isZero();
    assertThat(States.get(none, "a").willing()).isFalse();
    BackendState much = States.apply(state, says("agent", Finding.up("").withWeightFactor(256)));
    assertThat(States.get(much, "a").effectiveWeight()).isEqualTo(256);
  }

  @Test
  void a_report_of_a_server_that_was_replaced_by_its_namesake_is_ignored() {
    BackendState again =
        States.apply(start, new Change.Remove("a"), new Change.Add(States.server("a")));
    Applied late = again.apply(says("check", Finding.down("late")));
    assertThat(late.state()).isSameAs(again);
    assertThat(late.events()).isEmpty();
  }

  @Test
  void a_server_whose_first_verdict_is_awaited_gets_no_traffic_and_is_not_down() {
    BackendState awaited = States.apply(start, says("check", Finding.awaited("no verdict yet")));
    assertThat(health(awaited)).isEqualTo(Health.UNCHECKED);
    assertThat(States.names(awaited.eligible())).containsExactly("b");
    assertThat(States.get(awaited, "a").acceptsSticky()).isFalse();
    BackendState other = States.apply(awaited, says("agent", Finding.up("up")));
    assertThat(health(other)).isEqualTo(Health.UNCHECKED);
    Applied up = other.apply(says("check", Finding.up("L7OK")));
    assertThat(up.events())
        .contains(
            new Event.HealthChanged("app", 4, "a", Health.UNCHECKED, Health.UP, "check", "L7OK"));
    assertThat(States.names(up.state().eligible())).containsExactly("a", "b");
  }

  @Test
  void a_report_of_a_server_that_has_left_is_ignored() {
    BackendState gone = States.apply(start, new Change.Remove("a"));
    assertThat(gone.apply(says("check", Finding.down("late"))).state()).isSameAs(gone);
  }

  @Test
  void events_of_one_report_come_in_one_order_and_eligibility_last() {
    Finding all = new Finding(Health.DOWN, Admin.DRAIN, 0.0, 3, "everything");
    assertThat(start.apply(says("agent", all)).events())
        .containsExactly(
            new Event.HealthChanged(
                "app", 2, "a", Health.UNCHECKED, Health.DOWN, "agent", "everything"),
            new Event.AdminChanged("app", 2, "a", Admin.READY, Admin.DRAIN, "agent", "everything"),
            new Event.WeightChanged("app", 2, "a", 1, 0),
            new Event.LimitChanged("app", 2, "a", 0, 3),
            new Event.EligibleChanged("app", 2, 2, List.of("b"), false));
  }

  @Test
  void findings_survive_an_update_of_the_configuration() {
    BackendState state = States.apply(
        start,
        says("check", Finding.down("x")),
        new Change.Update(States.server("a").weight(3)));
    assertThat(health(state)).isEqualTo(Health.DOWN);
  }
}
