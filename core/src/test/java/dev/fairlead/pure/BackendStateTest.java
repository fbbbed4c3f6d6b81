package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.BackendState.Applied;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.Admin;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.ServerHistory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each change of the operator's, and what it leaves alone. */
class BackendStateTest {
  private static final ServerHistory HISTORY =
      new ServerHistory(Instant.EPOCH, "", List.of(), 0, Map.of());

  private final BackendState start =
      States.of(States.server("a"), States.server("b"), States.server("c"));

  @Test
  void a_new_state_has_version_1_and_numbers_its_servers_from_1() {
    assertThat(start.version()).isEqualTo(1);
    assertThat(start.name()).isEqualTo("app");
    assertThat(start.servers()).extracting(ServerState::name).containsExactly("a", "b", "c");
    assertThat(start.servers()).extracting(ServerState::id).containsExactly(1, 2, 3);
    assertThat(start.servers()).extracting(ServerState::index).containsExactly(0, 1, 2);
    assertThat(start.eligible()).isEqualTo(start.servers());
  }

  @Test
  void an_added_server_comes_last_and_is_eligible_at_once() {
    Applied added = start.apply(new Change.Add(States.server("d")));
    assertThat(States.names(added.state().eligible())).containsExactly("a", "b", "c", "d");
    assertThat(added.state().version()).isEqualTo(2);
    assertThat(added.events())
        .containsExactly(
            new Event.ServerAdded("app", 2, "d", States.server("d").address()),
            new Event.EligibleChanged("app", 2, 3, List.of("a", "b", "c", "d"), false));
  }

  @Test
  void a_server_in_maintenance_joins_without_being_eligible() {
    Applied added = start.apply(new Change.Add(States.server("d").admin(Admin.MAINTENANCE)));
    assertThat(added.events())
        .containsExactly(new Event.ServerAdded("app", 2, "d", States.server("d").address()));
  }

  @Test
  void a_name_cannot_be_added_twice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start.apply(new Change.Add(States.server("b"))))
        .withMessage("server: 'b' (expected: a name that is new in backend 'app')");
  }

  @Test
  void a_removed_server_is_gone_from_all_views() {
    Applied removed = start.apply(new Change.Remove("b"));
    assertThat(States.names(removed.state().servers())).containsExactly("a", "c");
    assertThat(removed.state().server("b")).isNull();
    assertThat(removed.state().server("c")).isEqualTo(start.server("c"));
    assertThat(removed.events())
        .containsExactly(
            new Event.ServerRemoved("app", 2, "b"),
            new Event.EligibleChanged("app", 2, 3, List.of("a", "c"), false));
  }

  @Test
  void a_change_of_a_server_that_is_not_there_names_those_that_are() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start.apply(new Change.SetWeight("x", 1)))
        .withMessageContainingAll("server: 'x'", "expected: one of", "a", "b", "c", "'app'");
    assertThatIllegalArgumentException().isThrownBy(() -> start.apply(new Change.Remove("x")));
  }

  @Test
  void the_last_server_that_leaves_is_told_as_an_empty_list() {
    Applied emptied = States.of(States.server("a")).apply(new Change.Remove("a"));
    assertThat(emptied.state().eligible()).isEmpty();
    assertThat(emptied.events()).endsWith(new Event.EligibleChanged("app", 2, 1, List.of(), false));
  }

  @Test
  void an_id_is_never_used_again_while_an_index_is() {
    BackendState without = start.apply(new Change.Remove("b")).state();
    BackendState again = without.apply(new Change.Add(States.server("b"))).state();
    assertThat(States.get(again, "b").id()).isEqualTo(4);
    assertThat(States.get(again, "b").index()).isEqualTo(1);
    BackendState more = again.apply(new Change.Add(States.server("e"))).state();
    assertThat(States.get(more, "e").index()).isEqualTo(3);
    assertThat(States.get(more, "e").id()).isEqualTo(5);
  }

  @Test
  void a_draining_server_is_not_eligible_but_keeps_sticky_traffic() {
    Applied drained = start.apply(new Change.SetAdmin("a", Admin.DRAIN));
    assertThat(States.names(drained.state().eligible())).containsExactly("b", "c");
    assertThat(States.get(drained.state(), "a").acceptsSticky()).isTrue();
    assertThat(drained.events())
        .containsExactly(
            new Event.AdminChanged(
                "app", 2, "a", Admin.READY, Admin.DRAIN, "operator", "operator's wish"),
            new Event.EligibleChanged("app", 2, 3, List.of("b", "c"), false));
  }

  @Test
  void a_server_in_maintenance_takes_not_even_sticky_traffic() {
    BackendState state =
        start.apply(new Change.SetAdmin("a", Admin.MAINTENANCE)).state();
    assertThat(States.names(state.eligible())).containsExactly("b", "c");
    assertThat(States.get(state, "a").acceptsSticky()).isFalse();
  }

  @Test
  void weight_0_takes_no_new_traffic_but_keeps_sticky_traffic() {
    Applied resting = start.apply(new Change.SetWeight("a", 0));
    assertThat(States.names(resting.state().eligible())).containsExactly("b", "c");
    assertThat(States.get(resting.state(), "a").acceptsSticky()).isTrue();
    assertThat(resting.events())
        .containsExactly(
            new Event.WeightChanged("app", 2, "a", 1, 0),
            new Event.EligibleChanged("app", 2, 3, List.of("b", "c"), false));
  }

  @Test
  void a_limit_changes_without_touching_who_is_eligible() {
    Applied limited = start.apply(new Change.SetLimit("a", 32));
    assertThat(States.get(limited.state(), "a").effectiveLimit()).isEqualTo(32);
    assertThat(limited.events()).containsExactly(new Event.LimitChanged("app", 2, "a", 0, 32));
  }

  @Test
  void a_change_that_changes_nothing_gives_the_same_state_and_no_event() {
    for (Change idle : List.<Change>of(
        new Change.SetAdmin("a", Admin.READY),
        new Change.SetWeight("a", 1),
        new Change.SetLimit("a", 0),
        new Change.Update(States.server("a")),
        new Change.Report("a", 1, "check", null))) {
      Applied applied = start.apply(idle);
      assertThat(applied.state()).as("%s", idle).isSameAs(start);
      assertThat(applied.events()).as("%s", idle).isEmpty();
    }
  }

  @Test
  void a_state_does_not_change_once_another_followed_from_it() {
    start.apply(new Change.Remove("a"));
    start.apply(new Change.SetWeight("b", 7));
    assertThat(States.names(start.servers())).containsExactly("a", "b", "c");
    assertThat(States.get(start, "b").wish().weight()).isEqualTo(1);
    assertThat(start.version()).isEqualTo(1);
  }

  @Test
  void an_update_keeps_the_operators_changes_that_it_does_not_contradict() {
    BackendState turned = States.apply(
        start,
        new Change.SetWeight("a", 5),
        new Change.SetLimit("a", 9),
        new Change.SetAdmin("a", Admin.DRAIN));
    Server tagged = States.server("a").tag("zone", "eu-1");
    ServerState updated = States.get(States.apply(turned, new Change.Update(tagged)), "a");
    assertThat(updated.config()).isEqualTo(tagged);
    assertThat(updated.wish().weight()).isEqualTo(5);
    assertThat(updated.wish().limit()).isEqualTo(9);
    assertThat(updated.wish().admin()).isEqualTo(Admin.DRAIN);
    assertThat(updated.id()).isEqualTo(1);
    ServerState other = States.get(
        States.apply(turned, new Change.Update(States.server("a").weight(2).maxConnections(3))),
        "a");
    assertThat(other.wish().weight()).isEqualTo(2);
    assertThat(other.wish().limit()).isEqualTo(3);
  }

  @Test
  void a_status_shows_servers_in_configuration_order_with_their_readings() {
    BackendStatus status = States.apply(start, new Change.SetAdmin("b", Admin.DRAIN))
        .status(4, s -> new ServerState.Readings(s.id() * 10, s.id(), HISTORY));
    assertThat(status.version()).isEqualTo(2);
    assertThat(status.queued()).isEqualTo(4);
    assertThat(status.inFlight()).isEqualTo(60);
    assertThat(status.eligible()).isEqualTo(2);
    assertThat(status.servers()).extracting(s -> s.name()).containsExactly("a", "b", "c");
    assertThat(status.server("b")).hasValueSatisfying(b -> {
      assertThat(b.admin()).isEqualTo(Admin.DRAIN);
      assertThat(b.eligible()).isFalse();
      assertThat(b.queued()).isEqualTo(2);
    });
  }

  @Test
  void a_backend_may_start_empty_and_get_servers_later() {
    BackendState empty = BackendState.of(Backend.builder("app").build());
    assertThat(empty.eligible()).isEmpty();
    assertThat(
            States.names(States.apply(empty, new Change.Add(States.server("a"))).eligible()))
        .containsExactly("a");
  }
}
