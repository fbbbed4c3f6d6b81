package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairlead.config.Server;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerListDiff;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the servers of a state to a list from outside. */
class ServerListDiffTest {
  private final BackendState start =
      States.of(States.server("a"), States.server("b"), States.server("c"));

  @Test
  void the_same_list_in_any_order_changes_nothing() {
    assertThat(ServerListDiff.between(
            start, List.of(States.server("c"), States.server("a"), States.server("b"))))
        .isEmpty();
  }

  @Test
  void those_that_left_come_first_then_the_changed_and_new_in_the_order_of_the_list() {
    Server heavy = States.server("b").weight(5);
    assertThat(ServerListDiff.between(start, List.of(States.server("d"), heavy)))
        .containsExactly(
            new Change.Remove("a"),
            new Change.Remove("c"),
            new Change.Add(States.server("d")),
            new Change.Update(heavy));
  }

  @Test
  void a_server_at_another_address_is_a_new_server() {
    Server moved = Server.of("b", "elsewhere.example", 80);
    List<Change> changes =
        ServerListDiff.between(start, List.of(States.server("a"), moved, States.server("c")));
    assertThat(changes).containsExactly(new Change.Remove("b"), new Change.Add(moved));
    BackendState after = States.apply(start, changes.toArray(Change[]::new));
    assertThat(States.get(after, "b").id()).isEqualTo(4);
  }

  @Test
  void what_is_known_of_a_server_that_stays_is_kept() {
    BackendState down = States.apply(start, new Change.Report("a", 1, "check", Finding.down("x")));
    List<Change> changes =
        ServerListDiff.between(down, List.of(States.server("a").weight(9)));
    BackendState after = States.apply(down, changes.toArray(Change[]::new));
    assertThat(States.get(after, "a").health()).isEqualTo(Health.DOWN);
    assertThat(States.get(after, "a").id()).isEqualTo(1);
    assertThat(States.names(after.servers())).containsExactly("a");
  }

  @Test
  void an_empty_list_removes_all() {
    assertThat(ServerListDiff.between(start, List.of()))
        .containsExactly(new Change.Remove("a"), new Change.Remove("b"), new Change.Remove("c"));
  }

  @Test
  void a_list_that_names_a_server_twice_is_refused_as_a_whole() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerListDiff.between(
            start, List.of(States.server("x"), States.server("x"), States.server("y"))))
        .withMessage("servers: names used twice: [x] (expected: each name once)");
  }
}
