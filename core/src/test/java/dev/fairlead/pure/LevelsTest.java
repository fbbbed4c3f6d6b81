package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
import dev.fairlead.status.LevelStatus;
import dev.fairlead.status.ServerHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How traffic spills over priority levels, and when a level panics: Envoy's formula. */
class LevelsTest {
  private static final String[] NAMES = {"a", "b", "c"};
  private static final ServerHistory NO_HISTORY =
      new ServerHistory(Instant.EPOCH, "", List.of(), 0, Map.of());

  /** Levels of so many servers each, of which so many are healthy. */
  private static BackendState levels(int panicThreshold, int servers, int... healthy) {
    List<Server> all = new ArrayList<>();
    for (int level = 0; level < healthy.length; level++) {
      for (int i = 0; i < servers; i++) {
        all.add(States.server(NAMES[level] + i).priority(level));
      }
    }
    BackendState state = BackendState.of(
        Backend.builder("app").servers(all).panicThreshold(panicThreshold).build());
    for (int level = 0; level < healthy.length; level++) {
      for (int i = healthy[level]; i < servers; i++) {
        state = States.apply(state, down(state, NAMES[level] + i));
      }
    }
    return state;
  }

  private static Change down(BackendState state, String server) {
    return new Change.Report(server, States.get(state, server).id(), "check", Finding.down("x"));
  }

  private static Change up(BackendState state, String server) {
    return new Change.Report(server, States.get(state, server).id(), "check", Finding.up("ok"));
  }

  private static int[] numbers(String slashed) {
    return Arrays.stream(slashed.split("/")).mapToInt(Integer::parseInt).toArray();
  }

  private static String loads(BackendState state) {
    return state.levels().stream()
        .map(level -> String.valueOf(level.load()))
        .collect(Collectors.joining(":"));
  }

  private static List<Integer> inPanic(BackendState state) {
    return state.levels().stream().filter(Level::panic).map(Level::priority).toList();
  }

  /** From Envoy's documentation of priority levels. */
  @ParameterizedTest
  @CsvSource({
    "100/100, 100:0",
    "72/100, 100:0",
    "72/72, 100:0",
    "71/100, 99:1",
    "50/100, 70:30",
    "50/50, 70:30",
    "25/100, 35:65",
    "25/25, 50:50",
    "0/100, 0:100",
    "5/65, 7:93",
    "25/25/100, 35:35:30",
    "25/25/20, 36:36:28",
    "0/0/100, 0:0:100",
  })
  void traffic_spills_by_the_health_of_the_levels(String healthy, String loads) {
    assertThat(loads(levels(0, 100, numbers(healthy)))).isEqualTo(loads);
  }

  @ParameterizedTest
  @CsvSource({
    "72/72, 100:0, none", // together they are whole: nobody panics
    "25/100, 35:65, none",
    "51/20, 72:28, 1", // 71 and 28
    "5/65, 7:93, 0",
    "25/25, 50:50, 0 1",
    "0/0, 50:50, 0 1",
  })
  void a_level_below_the_threshold_panics_unless_all_together_are_whole(
      String healthy, String loads, String panic) {
    BackendState state = levels(50, 100, numbers(healthy));
    assertThat(loads(state)).isEqualTo(loads);
    String places = inPanic(state).stream().map(String::valueOf).collect(Collectors.joining(" "));
    assertThat(places.isEmpty() ? "none" : places).isEqualTo(panic);
  }

  @Test
  void a_threshold_is_not_below_itself() {
    assertThat(inPanic(levels(50, 10, 5))).isEmpty();
    assertThat(inPanic(levels(51, 10, 5))).containsExactly(0);
  }

  @Test
  void all_servers_of_a_level_in_panic_are_eligible_and_no_others() {
    BackendState state = levels(50, 20, 1, 13); // P0 at 5, P1 at 65 percent
    assertThat(state.levels().get(0).eligible()).hasSize(20);
    assertThat(state.levels().get(1).eligible()).hasSize(13);
    assertThat(state.eligible()).hasSize(33).first().returns("a0", ServerState::name);
  }

  @Test
  void where_all_levels_panic_their_sizes_count() {
    BackendState state = levels(50, 3, 0, 0);
    BackendState smaller =
        States.apply(state, new Change.Remove("b0"), new Change.SetAdmin("b1", Admin.MAINTENANCE));
    assertThat(loads(smaller)).isEqualTo("75:25");
    assertThat(States.names(smaller.eligible())).containsExactly("a0", "a1", "a2", "b2");
  }

  @Test
  void a_server_in_maintenance_or_drain_or_without_weight_is_no_part_of_its_level() {
    BackendState state = levels(0, 4, 4, 4);
    BackendState less = States.apply(
        state,
        new Change.SetAdmin("a0", Admin.MAINTENANCE),
        new Change.SetAdmin("a1", Admin.DRAIN),
        new Change.SetWeight("a2", 0));
    assertThat(loads(less)).isEqualTo("100:0");
    assertThat(less.levels().get(0).ready()).isEqualTo(1);
    BackendState none = States.apply(less, new Change.SetAdmin("a3", Admin.DRAIN));
    assertThat(loads(none)).isEqualTo("0:100");
  }

  @Test
  void panic_is_told_when_it_begins_and_when_it_ends() {
    BackendState state = levels(50, 2, 2);
    Applied one = state.apply(down(state, "a0"));
    assertThat(one.events()).noneMatch(e -> e instanceof Event.PanicBegan);
    Applied two = one.state().apply(down(state, "a1"));
    assertThat(two.events()).contains(new Event.PanicBegan("app", 3, 0, 0, 2));
    assertThat(States.names(two.state().eligible())).containsExactly("a0", "a1");
    Applied again = two.state().apply(up(state, "a1"));
    assertThat(again.events()).contains(new Event.PanicEnded("app", 4, 0));
    assertThat(States.names(again.state().eligible())).containsExactly("a1");
  }

  @Test
  void where_traffic_fails_in_panic_the_other_levels_take_it_and_at_last_nobody() {
    BackendState state = BackendState.of(Backend.builder("app")
        .server(States.server("a"))
        .server(States.server("b").priority(1))
        .server(States.server("c").priority(1))
        .panicThreshold(60)
        .failInPanic()
        .build());
    BackendState noA = States.apply(state, down(state, "a"));
    assertThat(loads(noA)).isEqualTo("0:100");
    BackendState half = States.apply(noA, down(state, "b"));
    assertThat(inPanic(half)).containsExactly(0, 1);
    assertThat(half.eligible()).isEmpty();
  }

  @Test
  void a_backend_without_priorities_and_panic_has_no_levels() {
    assertThat(States.of(States.server("a"), States.server("b")).levels()).isEmpty();
    assertThat(levels(0, 2, 1).levels()).isEmpty();
  }

  @Test
  void a_status_shows_the_levels() {
    var status = levels(50, 20, 1, 13).status(0, s -> new ServerState.Readings(0, 0, NO_HISTORY));
    assertThat(status.levels())
        .containsExactly(new LevelStatus(0, 7, true, 1, 20), new LevelStatus(1, 93, false, 13, 20));
  }

  @Test
  void backups_do_not_go_together_with_levels_from_the_start() {
    Server backup = States.server("b").asBackup();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backend.builder("app")
            .server(States.server("a").priority(1))
            .server(backup)
            .build())
        .withMessage("backend 'app': backups [b] (expected: none together with priorities or a"
            + " panic threshold)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Backend.builder("app").server(backup).panicThreshold(50).build());
  }

  @Test
  void nor_later() {
    BackendState backups = States.of(States.server("a"), States.server("b").asBackup());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backups.apply(new Change.Add(States.server("c").priority(1))))
        .withMessage("server 'c' of backend 'app': priority 1 (expected: either backups, or"
            + " priorities and panic)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backups.apply(new Change.Update(States.server("a").priority(1))));
    assertThat(backups
            .apply(new Change.Update(States.server("b").priority(1)))
            .state()
            .levels())
        .hasSize(2);
    BackendState levels = levels(50, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> levels.apply(new Change.Add(States.server("c").asBackup())))
        .withMessageStartingWith("server 'c' of backend 'app': backup");
  }
}
