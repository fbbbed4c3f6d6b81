package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.Change;
import dev.fairlead.state.Track;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a tracked server tells, and who may track whom. */
class TrackTest {
  private final BackendState start = States.of(States.server("a"));

  private static Server tracking(String name, String other) {
    return States.server(name).track(other);
  }

  private @Nullable Finding told(Change... changes) {
    BackendState state = States.apply(start, changes);
    return Track.finding("app", States.get(state, "a"));
  }

  private static Change report(Finding finding) {
    return new Change.Report("a", 1, "check", finding);
  }

  @Test
  void a_server_of_which_nobody_has_spoken_tells_nothing() {
    assertThat(told()).isNull();
    assertThat(told(report(Finding.up("ok").withWeightFactor(0.5))))
        .isEqualTo(Finding.up("app/a is UP"));
  }

  @Test
  void a_server_that_is_down_tells_why() {
    assertThat(told(report(Finding.down("L4CON: refused"))))
        .isEqualTo(Finding.down("app/a is DOWN: L4CON: refused"));
    assertThat(told(report(Finding.down("x")), new Change.Force("a", Health.UP)))
        .isEqualTo(Finding.up("app/a is UP"));
  }

  @Test
  void maintenance_and_drain_are_passed_on() {
    assertThat(told(new Change.SetAdmin("a", Admin.MAINTENANCE)))
        .isEqualTo(Finding.maintenance("app/a is MAINTENANCE"));
    assertThat(told(report(Finding.up("ok")), new Change.SetAdmin("a", Admin.DRAIN)))
        .isEqualTo(new Finding(Health.UP, Admin.DRAIN, null, null, "app/a is DRAIN"));
  }

  @Test
  void a_name_without_a_backend_is_of_the_same_backend() {
    assertThat(Track.of("app", tracking("s", "t"))).isEqualTo(new Track("app", "t"));
    assertThat(Track.of("app", tracking("s", "db/t"))).isEqualTo(new Track("db", "t"));
    assertThat(Track.of("app", States.server("s"))).isNull();
  }

  @Test
  void a_server_is_checked_or_tracks() {
    HealthMonitor check = watched -> () -> {};
    assertThat(States.server("s").healthCheck(check).track("t").healthCheck()).isNull();
    assertThat(tracking("s", "t").healthCheck(check).track()).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backend.builder("app").monitor("track", check));
  }

  @Test
  void a_name_that_cannot_be_one_is_refused() {
    for (String wrong : List.of("", "/", "a/", "/a", "a/b/c", "a b")) {
      assertThatIllegalArgumentException()
          .as(wrong)
          .isThrownBy(() -> tracking("s", wrong))
          .withMessageStartingWith("track: '");
    }
  }

  @Test
  void circles_are_found_once_and_chains_are_none() {
    assertThat(Track.circles(Map.of(
            "app", List.of(tracking("s", "db/t"), tracking("z", "s")),
            "db", List.of(tracking("t", "u"), States.server("u")))))
        .isEmpty();
    assertThat(Track.circles(Map.of("app", List.of(tracking("s", "s")))))
        .containsExactly("servers track each other: [app/s]");
    List<String> circle = Track.circles(Map.of(
        "app", List.of(tracking("s", "db/t"), tracking("before", "s")),
        "db", List.of(tracking("t", "app/s"))));
    assertThat(circle).hasSize(1);
    assertThat(circle.get(0))
        .isIn("servers track each other: [app/s, db/t]", "servers track each other: [db/t, app/s]");
  }

  @Test
  void servers_that_are_not_there_are_found() {
    Map<String, List<Server>> all = Map.of(
        "app", List.of(tracking("s", "db/t"), tracking("x", "no/t"), tracking("y", "z")),
        "db", List.of(States.server("t")));
    assertThat(Track.unknown("app", all))
        .containsExactly(
            "server 'x' of backend 'app' tracks 'no/t' (expected: a server that is there)",
            "server 'y' of backend 'app' tracks 'app/z' (expected: a server that is there)");
  }
}
