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
import org.junit.jupiter.api.Test;

/** What the operator forces and disables stands apart from what the checks find. */
class OperatorTest {
  private final BackendState start = States.of(States.server("a"), States.server("b"));

  private static Change says(String source, Finding finding) {
    return new Change.Report("a", 1, source, finding);
  }

  @Test
  void a_forced_health_holds_whatever_the_checks_find() {
    BackendState forced =
        States.apply(start, says("check", Finding.down("L4CON")), new Change.Force("a", Health.UP));
    assertThat(States.get(forced, "a").health()).isEqualTo(Health.UP);
    assertThat(States.names(forced.eligible())).containsExactly("a", "b");
    BackendState again = States.apply(forced, says("check", Finding.down("L4TOUT")));
    assertThat(States.get(again, "a").health()).isEqualTo(Health.UP);
  }

  @Test
  void a_released_health_is_what_the_checks_have_found_meanwhile() {
    BackendState forced =
        States.apply(start, new Change.Force("a", Health.DOWN), says("check", Finding.up("L4OK")));
    assertThat(States.names(forced.eligible())).containsExactly("b");
    Applied released = forced.apply(new Change.Force("a", null));
    assertThat(released.events())
        .contains(new Event.HealthChanged(
            "app", 4, "a", Health.DOWN, Health.UP, "operator", "operator's wish"));
  }

  @Test
  void forcing_what_is_forced_already_changes_nothing() {
    BackendState forced = States.apply(start, new Change.Force("a", Health.DOWN));
    Applied again = forced.apply(new Change.Force("a", Health.DOWN));
    assertThat(again.state()).isSameAs(forced);
    assertThat(again.events()).isEmpty();
  }

  @Test
  void a_disabled_source_is_not_heard_and_what_it_said_is_taken_back() {
    BackendState down = States.apply(start, says("check", Finding.down("L4CON")));
    Applied disabled = down.apply(new Change.SetChecking("a", "check", false));
    assertThat(disabled.events())
        .containsExactly(
            new Event.HealthChanged(
                "app", 3, "a", Health.DOWN, Health.UNCHECKED, "check", "finding taken back"),
            new Event.CheckingChanged("app", 3, "a", "check", false),
            new Event.EligibleChanged("app", 3, 1, List.of("a", "b"), false));
    assertThat(disabled.state().apply(says("check", Finding.down("late"))).state())
        .isSameAs(disabled.state());
  }

  @Test
  void disabling_one_source_leaves_the_findings_of_the_others() {
    BackendState state = States.apply(
        start,
        says("check", Finding.up("L4OK")),
        says("agent", Finding.drain("agent says drain")),
        new Change.SetChecking("a", "check", false));
    assertThat(States.get(state, "a").effectiveAdmin()).isEqualTo(Admin.DRAIN);
  }

  @Test
  void an_enabled_source_is_heard_again() {
    BackendState state = States.apply(
        start,
        new Change.SetChecking("a", "check", false),
        new Change.SetChecking("a", "check", true),
        says("check", Finding.down("L4CON")));
    assertThat(States.get(state, "a").health()).isEqualTo(Health.DOWN);
  }
}
