package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.BackendState.Applied;
import dev.fairlead.state.Change;
import dev.fairlead.state.Level;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds of priority levels after any sequence of changes. */
class LevelsPropertyTest {
  private static final int SERVERS = 9;

  record Step(int server, int kind) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, SERVERS - 1),
            Arbitraries.integers().between(0, 4))
        .as(Step::new)
        .list()
        .ofMaxSize(80);
  }

  private static Change change(BackendState state, Step step) {
    ServerState server = state.servers().get(step.server());
    return switch (step.kind()) {
      case 0 -> new Change.SetAdmin(server.name(), Admin.MAINTENANCE);
      case 1 -> new Change.SetAdmin(server.name(), Admin.READY);
      case 2 -> new Change.Report(server.name(), server.id(), "check", Finding.up("ok"));
      default -> new Change.Report(server.name(), server.id(), "check", Finding.down("x"));
    };
  }

  @Property
  void loads_make_a_hundred_and_panic_is_told_exactly(
      @ForAll("steps") List<Step> steps,
      @ForAll @IntRange(min = 0, max = 100) int threshold,
      @ForAll boolean fails) {
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      servers.add(States.server("s" + i).priority(i < 4 ? 0 : i < 7 ? 1 : 2));
    }
    Backend.Builder builder = Backend.builder("app").servers(servers).panicThreshold(threshold);
    BackendState state = BackendState.of((fails ? builder.failInPanic() : builder).build());
    for (Step step : steps) {
      Applied applied = state.apply(change(state, step));
      assertHolds(applied.state(), fails);
      assertThat(told(applied, Event.PanicBegan.class))
          .isEqualTo(newlyInPanic(state, applied.state()));
      assertThat(told(applied, Event.PanicEnded.class))
          .isEqualTo(newlyInPanic(applied.state(), state));
      state = applied.state();
    }
  }

  private static void assertHolds(BackendState state, boolean fails) {
    assertThat(state.levels().stream().mapToInt(Level::load).sum()).isEqualTo(100);
    boolean anybody = !state.eligible().isEmpty();
    for (Level level : state.levels()) {
      boolean served = !level.eligible().isEmpty();
      assertThat(level.load() > 0 && !served && anybody).as("load for nobody").isFalse();
      assertThat(level.healthy()).isBetween(0, level.ready());
      assertThat(level.eligible())
          .hasSize(!level.panic() ? level.healthy() : fails ? 0 : level.ready())
          .allMatch(s -> s.effectiveAdmin() == Admin.READY)
          .allMatch(s -> level.panic() || s.health() != Health.DOWN);
    }
  }

  private static List<Integer> newlyInPanic(BackendState before, BackendState after) {
    List<Integer> already =
        before.levels().stream().filter(Level::panic).map(Level::priority).toList();
    return after.levels().stream()
        .filter(Level::panic)
        .map(Level::priority)
        .filter(p -> !already.contains(p))
        .toList();
  }

  private static List<Integer> told(Applied applied, Class<? extends Event> type) {
    return applied.events().stream()
        .filter(type::isInstance)
        .map(e -> e instanceof Event.PanicBegan began
            ? began.priority()
            : ((Event.PanicEnded) e).priority())
        .toList();
  }
}
