package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

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
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of slow starts after any sequence of changes. */
class WarmupPropertyTest {
  private static final List<Admin> WISHES = List.of(Admin.READY, Admin.DRAIN, Admin.MAINTENANCE);

  record Step(String server, int kind, int number) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of("a", "b"),
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(0, 10))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  private static Change change(BackendState state, Step step) {
    ServerState server = States.get(state, step.server());
    Warmup warmup = server.warmup();
    return switch (step.kind()) {
      case 0 -> new Change.SetAdmin(step.server(), WISHES.get(step.number() % 3));
      case 1 -> new Change.SetWeight(step.server(), step.number());
      case 2 -> new Change.SetLimit(step.server(), step.number());
      case 3 -> new Change.Report(step.server(), server.id(), "check", Finding.down("x"));
      case 4 -> new Change.Report(step.server(), server.id(), "check", Finding.up("ok"));
      default ->
        new Change.WarmupStep(
            step.server(), warmup == null ? step.number() : warmup.since(), step.number() / 10.0);
    };
  }

  private static boolean away(ServerState server) {
    return server.health() == Health.DOWN || server.effectiveAdmin() == Admin.MAINTENANCE;
  }

  @Property
  void a_server_starts_slowly_exactly_from_its_coming_back_on(@ForAll("steps") List<Step> steps) {
    BackendState state = States.of(
        States.server("a").weight(3).slowStart(Duration.ofSeconds(10)), States.server("b"));
    for (Step step : steps) {
      Applied applied = state.apply(change(state, step));
      ServerState before = States.get(state, "a");
      ServerState after = States.get(applied.state(), "a");
      boolean back = away(before) && !away(after);
      assertThat(applied.events().stream().anyMatch(e -> e instanceof Event.SlowStartBegan))
          .isEqualTo(back);
      assertThat(applied.events().stream().anyMatch(e -> e instanceof Event.SlowStartEnded))
          .isEqualTo(before.warmup() != null && after.warmup() == null);
      assertThat(after.warmup() == null || !away(after)).isTrue();
      assertThat(back && after.warmup() == null).isFalse();
      assertThat(States.get(applied.state(), "b").warmup()).isNull();
      assertThat(applied.state().version())
          .isEqualTo(state.version() + (applied.state() == state ? 0 : 1));
      assertThat(applied.state() == state && !applied.events().isEmpty()).isFalse();
      assertThat(applied.state().strategyWeight(after))
          .isBetween(after.effectiveWeight() == 0 ? 0 : 1, 16 * after.wish().weight());
      assertThat(after.effectiveWeight() == 0).isEqualTo(after.wish().weight() == 0);
      assertThat(after.effectiveLimit())
          .isBetween(Math.min(1, after.wish().limit()), after.wish().limit());
      state = applied.state();
    }
  }
}
