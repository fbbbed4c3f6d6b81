package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.event.Event;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.BackendState.Applied;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The quorum after any sequence of changes, against keepalived's two conditions. */
class QuorumPropertyTest {
  private static final List<String> SERVERS = List.of("a", "b", "c", "d", "sorry");

  record Step(String server, int weight, boolean up) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(SERVERS),
            Arbitraries.integers().between(0, 4),
            Arbitraries.of(true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(80);
  }

  @Property
  void it_turns_exactly_where_keepaliveds_does(
      @ForAll("steps") List<Step> steps,
      @ForAll @IntRange(min = 1, max = 8) int quorum,
      @ForAll @IntRange(min = 0, max = 7) int hysteresis) {
    int margin = Math.min(hysteresis, quorum - 1);
    Backend.Builder builder = Backend.builder("app").quorum(quorum).quorumHysteresis(margin);
    SERVERS.forEach(name -> builder.server(
        name.equals("sorry")
            ? States.server(name).asBackup()
            : States.server(name).weight(3)));
    BackendState state = BackendState.of(builder.build());
    boolean held = true;
    for (Step step : steps) {
      Finding finding = step.up() ? Finding.up("ok") : Finding.down("x");
      int id = States.get(state, step.server()).id();
      for (Change change : List.<Change>of(
          new Change.SetWeight(step.server(), step.weight()),
          new Change.Report(step.server(), id, "check", finding))) {
        Applied applied = state.apply(change);
        state = applied.state();
        boolean before = held;
        int weight = up(state);
        if (held && weight < quorum - margin) {
          held = false;
        } else if (!held && weight >= quorum + margin) {
          held = true;
        }
        assertThat(state.quorum()).isEqualTo(held);
        assertThat(applied.events().stream().filter(e -> e instanceof Event.QuorumLost))
            .hasSize(before && !held ? 1 : 0);
        assertThat(applied.events().stream().filter(e -> e instanceof Event.QuorumGained))
            .hasSize(!before && held ? 1 : 0);
        ServerState sorry = States.get(state, "sorry");
        boolean sorryServes = sorry.willing() && (!held || weight == 0);
        assertThat(States.names(state.eligible()).contains("sorry")).isEqualTo(sorryServes);
        assertThat(state.eligible().size() > 1 && sorryServes).isFalse();
      }
    }
  }

  private static int up(BackendState state) {
    return state.servers().stream()
        .filter(s -> !s.config().backup() && s.health() != Health.DOWN)
        .mapToInt(ServerState::effectiveWeight)
        .sum();
  }
}
