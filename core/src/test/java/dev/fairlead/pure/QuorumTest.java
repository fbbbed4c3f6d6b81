package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.BackendState.Applied;
import dev.fairlead.state.Change;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** keepalived's quorum: when it is lost and gained, and who serves meanwhile. */
class QuorumTest {
  /** Five servers of weight 2 and a sorry server: quorum 6, lost below 4, gained from 8 on. */
  private final BackendState start = state(States.server("sorry").asBackup());

  private static BackendState state(Server... more) {
    Backend.Builder builder =
        Backend.builder("app").quorum(6).quorumHysteresis(2).servers(List.of(more));
    for (String name : List.of("a", "b", "c", "d", "e")) {
      builder.server(States.server(name).weight(2));
    }
    return BackendState.of(builder.build());
  }

  private static Applied down(BackendState state, String... servers) {
    return reported(state, Finding.down("x"), servers);
  }

  private static Applied up(BackendState state, String... servers) {
    return reported(state, Finding.up("ok"), servers);
  }

  private static Applied reported(BackendState state, Finding finding, String... servers) {
    Applied last = new Applied(state, List.of());
    for (String server : servers) {
      int id = States.get(state, server).id();
      last = last.state().apply(new Change.Report(server, id, "check", finding));
    }
    return last;
  }

  @Test
  void it_is_lost_below_quorum_minus_hysteresis_and_the_sorry_server_takes_over() {
    BackendState four = down(start, "a", "b", "c").state();
    assertThat(four.quorum()).as("weight 4").isTrue();
    assertThat(States.names(four.eligible())).containsExactly("d", "e");
    Applied two = down(four, "d");
    assertThat(two.state().quorum()).isFalse();
    assertThat(States.names(two.state().eligible())).containsExactly("sorry");
    assertThat(two.events())
        .endsWith(
            new Event.QuorumLost("app", 5, 2, 6),
            new Event.EligibleChanged("app", 5, 2, List.of("sorry"), true));
  }

  @Test
  void it_is_gained_from_quorum_plus_hysteresis_on() {
    BackendState lost = down(start, "a", "b", "c", "d").state();
    BackendState six = up(lost, "a", "b").state();
    assertThat(six.quorum()).as("weight 6").isFalse();
    assertThat(States.names(six.eligible())).containsExactly("sorry");
    Applied eight = up(six, "c");
    assertThat(eight.events())
        .endsWith(
            new Event.QuorumGained("app", 8, 8, 6),
            new Event.EligibleChanged("app", 8, 1, List.of("a", "b", "c", "e"), false));
  }

  @Test
  void without_a_sorry_server_those_that_are_left_go_on() {
    Applied lost = down(state(), "a", "b", "c", "d");
    assertThat(lost.state().quorum()).isFalse();
    assertThat(States.names(lost.state().eligible())).containsExactly("e");
  }

  @Test
  void they_go_on_too_while_the_sorry_server_is_down() {
    Applied lost = down(start, "a", "b", "c", "d", "sorry");
    assertThat(States.names(lost.state().eligible())).containsExactly("e");
    assertThat(States.names(up(lost.state(), "sorry").state().eligible())).containsExactly("sorry");
  }

  @Test
  void servers_that_the_operator_takes_away_or_gives_no_weight_count_for_nothing() {
    BackendState less = States.apply(
        start,
        new Change.SetAdmin("a", Admin.MAINTENANCE),
        new Change.SetAdmin("b", Admin.DRAIN),
        new Change.SetWeight("c", 0));
    assertThat(less.quorum()).isTrue();
    assertThat(States.apply(less, new Change.Remove("d")).quorum()).isFalse();
  }

  @Test
  void a_server_that_starts_slowly_counts_with_all_of_its_weight() {
    BackendState slow = BackendState.of(Backend.builder("app")
        .server(States.server("a").weight(10).slowStart(Duration.ofSeconds(9)))
        .server(States.server("b").weight(1))
        .quorum(11)
        .build());
    Applied back = up(down(slow, "a").state(), "a");
    assertThat(back.events()).contains(new Event.QuorumGained("app", 3, 11, 11));
  }

  @Test
  void one_that_is_not_there_at_the_start_is_lost_without_a_word() {
    BackendState poor = BackendState.of(
        Backend.builder("app").server(States.server("a")).quorum(2).build());
    assertThat(poor.quorum()).isFalse();
    Applied added = poor.apply(new Change.Add(States.server("b")));
    assertThat(added.events()).contains(new Event.QuorumGained("app", 2, 2, 2));
  }

  @Test
  void without_a_quorum_it_is_never_lost() {
    BackendState none = down(States.of(States.server("a")), "a").state();
    assertThat(none.quorum()).isTrue();
  }

  @Test
  void levels_go_on_without_it() {
    BackendState levels = BackendState.of(Backend.builder("app")
        .server(States.server("a"))
        .server(States.server("b").priority(1))
        .quorum(2)
        .build());
    Applied lost = down(levels, "a");
    assertThat(lost.events()).contains(new Event.QuorumLost("app", 2, 1, 2));
    assertThat(States.names(lost.state().eligible())).containsExactly("b");
  }

  @Test
  void a_hysteresis_as_large_as_the_quorum_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backend.builder("app").quorum(2).quorumHysteresis(2).build())
        .withMessage("backend 'app': quorumHysteresis: 2 (expected: less than the quorum, 2)");
  }
}
