package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.BackendState.Applied;
import dev.fairlead.state.Change;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When backup servers take over. */
class BackupsTest {
  private static final Server[] SERVERS = {
    States.server("b1").asBackup(),
    States.server("a"),
    States.server("b2").asBackup(),
    States.server("b3").asBackup()
  };
  private static final Change A_DOWN = new Change.Report("a", 2, "check", Finding.down("x"));

  private final BackendState start = States.of(SERVERS);

  @Test
  void backups_rest_while_a_primary_is_eligible() {
    assertThat(States.names(start.eligible())).containsExactly("a");
  }

  @Test
  void the_first_willing_backup_takes_over_when_no_primary_is_left() {
    Applied down = start.apply(A_DOWN);
    assertThat(down.events()).endsWith(new Event.EligibleChanged("app", 2, 1, List.of("b1"), true));
    BackendState next = States.apply(down.state(), new Change.SetAdmin("b1", Admin.DRAIN));
    assertThat(States.names(next.eligible())).containsExactly("b2");
  }

  @Test
  void all_backups_take_over_together_when_that_is_wanted() {
    BackendState down = States.apply(States.allBackups(SERVERS), A_DOWN);
    assertThat(States.names(down.eligible())).containsExactly("b1", "b2", "b3");
    BackendState less = States.apply(down, new Change.SetWeight("b2", 0));
    assertThat(States.names(less.eligible())).containsExactly("b1", "b3");
  }

  @Test
  void a_primary_that_returns_takes_over_at_once() {
    BackendState down = States.apply(start, A_DOWN);
    Applied up = down.apply(new Change.Report("a", 2, "check", Finding.up("ok")));
    assertThat(up.events()).endsWith(new Event.EligibleChanged("app", 3, 1, List.of("a"), false));
  }

  @Test
  void a_backup_that_fails_while_it_rests_changes_nothing_for_traffic() {
    Applied down = start.apply(new Change.Report("b1", 1, "check", Finding.down("x")));
    assertThat(down.events()).noneMatch(e -> e instanceof Event.EligibleChanged);
  }

  @Test
  void a_server_may_become_a_backup_while_it_runs() {
    BackendState two = States.of(States.server("a"), States.server("b"));
    BackendState after = States.apply(two, new Change.Update(States.server("a").asBackup()));
    assertThat(States.names(after.eligible())).containsExactly("b");
  }
}
