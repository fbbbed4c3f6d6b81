package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.BackendState.Applied;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerListDiff;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds after any sequence of changes. */
class BackendStatePropertyTest {
  private static final List<Admin> WISHES = List.of(Admin.READY, Admin.DRAIN, Admin.MAINTENANCE);

  /** What to do to which server. */
  record Step(String server, int kind, int number, String source) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "c", "d", "e"),
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 5),
            Arbitraries.of("check", "agent", "passive"))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  private static Change change(BackendState state, Step step) {
    ServerState present = state.server(step.server());
    if (present == null) {
      return step.kind() < 5
          ? new Change.Add(config(step))
          : new Change.Report(step.server(), step.number(), step.source(), Finding.down("late"));
    }
    return switch (step.kind()) {
      case 0 -> new Change.Remove(step.server());
      case 1 -> new Change.Update(config(step));
      case 2 -> new Change.SetAdmin(step.server(), WISHES.get(step.number() % 3));
      case 3 -> new Change.SetWeight(step.server(), step.number());
      case 4 -> new Change.SetLimit(step.server(), step.number());
      case 5 ->
        new Change.Report(step.server(), present.id() - 1, step.source(), Finding.down("stale"));
      case 6 -> new Change.Report(step.server(), present.id(), step.source(), null);
      default -> new Change.Report(step.server(), present.id(), step.source(), finding(step));
    };
  }

  private static Server config(Step step) {
    Server server = States.server(step.server()).weight(step.number());
    return step.number() % 2 == 0 ? server : server.asBackup();
  }

  private static Finding finding(Step step) {
    return switch (step.number()) {
      case 0 -> Finding.up("up");
      case 1 -> Finding.down("down");
      case 2 -> Finding.drain("drain");
      case 3 -> Finding.maintenance("maintenance");
      case 4 -> Finding.up("half").withWeightFactor(0.5);
      default -> Finding.up("limit").withLimit(7);
    };
  }

  @Property
  void a_version_rises_by_one_with_each_real_change_and_is_in_each_event(
      @ForAll("steps") List<Step> steps, @ForAll boolean allBackups) {
    run(steps, allBackups, (before, change, applied) -> {
      BackendState after = applied.state();
      if (after == before) {
        assertThat(applied.events()).isEmpty();
        return;
      }
      assertThat(after.version()).isEqualTo(before.version() + 1);
      assertThat(applied.events())
          .allSatisfy(e -> assertThat(((Event.State) e).version()).isEqualTo(after.version()));
      List<String> names = States.names(after.eligible());
      boolean told = applied.events().stream().anyMatch(e -> e instanceof Event.EligibleChanged);
      assertThat(told).isEqualTo(!names.equals(States.names(before.eligible())));
      if (told) {
        Event last = applied.events().get(applied.events().size() - 1);
        assertThat(((Event.EligibleChanged) last).servers()).isEqualTo(names);
      }
    });
  }

  @Property
  void ids_are_never_used_again_and_indexes_stay_dense(@ForAll("steps") List<Step> steps) {
    Map<Integer, String> owners = new HashMap<>();
    int[] most = {0};
    run(steps, false, (before, change, applied) -> {
      List<ServerState> servers = applied.state().servers();
      most[0] = Math.max(most[0], Math.max(before.servers().size(), servers.size()));
      Set<Integer> indexes = new HashSet<>();
      for (ServerState server : servers) {
        assertThat(indexes.add(server.index())).isTrue();
        assertThat(server.index()).isLessThan(most[0]);
        assertThat(owners.putIfAbsent(server.id(), server.name())).isIn(null, server.name());
        ServerState earlier = before.server(server.name());
        if (earlier != null) {
          assertThat(server.id()).isEqualTo(earlier.id());
          assertThat(server.index()).isEqualTo(earlier.index());
        } else {
          assertThat(before.servers()).noneMatch(s -> s.id() >= server.id());
        }
      }
    });
  }

  @Property
  void a_change_touches_no_other_server(@ForAll("steps") List<Step> steps) {
    run(steps, false, (before, change, applied) -> {
      for (ServerState server : before.servers()) {
        if (!server.name().equals(change.server())) {
          assertThat(applied.state().server(server.name())).isSameAs(server);
        }
      }
    });
  }

  @Property
  void a_report_touches_nothing_but_its_sources_finding(@ForAll("steps") List<Step> steps) {
    run(steps, false, (before, change, applied) -> {
      ServerState earlier = before.server(change.server());
      ServerState later = applied.state().server(change.server());
      if (!(change instanceof Change.Report report) || earlier == null || later == null) {
        return;
      }
      Map<String, Finding> expected = new HashMap<>(earlier.findings());
      if (report.id() == earlier.id() && report.finding() != null) {
        expected.put(report.source(), report.finding());
      } else if (report.id() == earlier.id()) {
        expected.remove(report.source());
      }
      assertThat(later.findings()).isEqualTo(expected);
      assertThat(later.wish().admin()).isEqualTo(earlier.wish().admin());
      assertThat(later.wish().weight()).isEqualTo(earlier.wish().weight());
      assertThat(later.wish().limit()).isEqualTo(earlier.wish().limit());
      assertThat(later.config()).isEqualTo(earlier.config());
    });
  }

  @Property
  void the_eligible_are_the_willing_primaries_or_else_backups(
      @ForAll("steps") List<Step> steps, @ForAll boolean allBackups) {
    run(steps, allBackups, (before, change, applied) -> {
      BackendState after = applied.state();
      Map<Boolean, List<ServerState>> willing = after.servers().stream()
          .filter(s -> s.effectiveAdmin() == Admin.READY
              && s.health() != Health.DOWN
              && s.effectiveWeight() > 0)
          .collect(Collectors.partitioningBy(s -> s.config().backup()));
      List<ServerState> primaries = willing.getOrDefault(false, List.of());
      List<ServerState> backups = willing.getOrDefault(true, List.of());
      List<ServerState> expected = !primaries.isEmpty()
          ? primaries
          : allBackups ? backups : backups.stream().limit(1).toList();
      assertThat(after.eligible()).isEqualTo(expected);
    });
  }

  @Property
  void a_list_from_outside_is_reached_by_its_diff(
      @ForAll("steps") List<Step> steps, @ForAll("steps") List<Step> wanted) {
    BackendState state = run(steps, false, (before, change, applied) -> {});
    Map<String, Server> byName = new HashMap<>();
    wanted.forEach(step -> byName.put(step.server(), config(step)));
    List<Server> list = List.copyOf(byName.values());
    BackendState after =
        States.apply(state, ServerListDiff.between(state, list).toArray(Change[]::new));
    assertThat(after.servers())
        .extracting(ServerState::config)
        .containsExactlyInAnyOrderElementsOf(list);
    assertThat(ServerListDiff.between(after, list)).isEmpty();
  }

  interface Observer {
    void see(BackendState before, Change change, Applied applied);
  }

  private static BackendState run(List<Step> steps, boolean allBackups, Observer observer) {
    Server[] two = {States.server("a"), States.server("b").asBackup()};
    BackendState state = allBackups ? States.allBackups(two) : States.of(two);
    for (Step step : steps) {
      Change change = change(state, step);
      Applied applied = state.apply(change);
      observer.see(state, change, applied);
      state = applied.state();
    }
    return state;
  }
}
