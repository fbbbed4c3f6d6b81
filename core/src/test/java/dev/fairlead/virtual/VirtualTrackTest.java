package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.BackendControl;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that have the state of others, over two backends. */
class VirtualTrackTest {
  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private final Verdicts checks = new Verdicts();
  private final Verdicts others = new Verdicts();

  /** Backend "db" with the server t, which is checked, and "app" with s, which tracks it. */
  private void start() {
    start("db/t");
  }

  private void start(String tracked) {
    Backend db = Backend.builder("db")
        .server(proxy.origin("t").server())
        .healthCheck(checks)
        .build();
    Backend app = Backend.builder("app")
        .server(proxy.origin("s").server().track(tracked))
        .healthCheck(others)
        .build();
    proxy.start(proxy.frontend(app).build(), proxy.frontend("db", db).build());
  }

  private BackendControl backend(String name) {
    return proxy.lb().backend(name);
  }

  private ServerStatus s() {
    proxy.net().run();
    return proxy.status().server("s").orElseThrow();
  }

  @Test
  void a_server_goes_down_and_comes_up_with_the_one_that_it_tracks() {
    start();
    assertThat(s().health()).isEqualTo(Health.UNCHECKED);
    checks.report("t", Finding.down("L4CON: refused"));
    assertThat(s().health()).isEqualTo(Health.DOWN);
    assertThat(s().findings())
        .containsOnlyKeys(Backend.TRACK)
        .containsValue(Finding.down("db/t is DOWN: L4CON: refused"));
    assertThat(proxy.client().isOpen()).isFalse();
    checks.up("t");
    assertThat(s().health()).isEqualTo(Health.UP);
    assertThat(proxy.client().isOpen()).isTrue();
    assertThat(proxy.events(Event.HealthChanged.class).stream()
            .map(e -> e.backend() + " " + e.source()))
        .containsExactly("db check", "app track", "db check", "app track");
  }

  @Test
  void it_is_not_checked_itself() {
    start();
    assertThatThrownBy(() -> others.up("s")).hasMessage("nobody watches s");
  }

  @Test
  void it_drains_and_rests_with_the_one_that_it_tracks() {
    start();
    proxy.done(backend("db").server("t").maintenance());
    assertThat(s().admin()).isEqualTo(Admin.MAINTENANCE);
    proxy.done(backend("db").server("t").drain());
    assertThat(s().admin()).isEqualTo(Admin.DRAIN);
    proxy.done(backend("db").server("t").ready());
    assertThat(s().admin()).isEqualTo(Admin.READY);
    assertThat(s().findings()).isEmpty();
  }

  @Test
  void a_chain_passes_on_what_its_end_says() {
    start();
    proxy.done(backend("app").add(proxy.origin("s2").server().track("s")));
    checks.down("t");
    assertThat(s().health()).isEqualTo(Health.DOWN);
    assertThat(proxy.status().server("s2").orElseThrow().health()).isEqualTo(Health.DOWN);
  }

  @Test
  void one_that_joins_later_is_told_at_once() {
    start();
    checks.down("t");
    proxy.net().run();
    proxy.done(backend("app").add(proxy.origin("s2").server().track("db/t")));
    proxy.net().run();
    assertThat(proxy.status().server("s2").orElseThrow().health()).isEqualTo(Health.DOWN);
  }

  @Test
  void a_tracked_server_that_leaves_says_nothing_more_until_it_is_back() {
    start();
    checks.down("t");
    assertThat(s().health()).isEqualTo(Health.DOWN);
    proxy.done(backend("db").remove("t", Duration.ZERO));
    assertThat(s().findings()).isEmpty();
    proxy.done(backend("db").add(Server.of("t", proxy.refused())));
    assertThat(s().findings()).isEmpty();
    checks.down("t");
    assertThat(s().health()).isEqualTo(Health.DOWN);
  }

  @Test
  void nor_does_one_whose_backend_is_closed() {
    start();
    checks.down("t");
    assertThat(s().health()).isEqualTo(Health.DOWN);
    proxy.done(proxy.lb().close("db", Duration.ZERO));
    assertThat(s().findings()).isEmpty();
  }

  @Test
  void a_server_may_begin_and_cease_to_track_while_it_runs() {
    start();
    Server plain = Server.of("s2", proxy.origin("s2").server().address());
    proxy.done(backend("app").add(plain));
    others.down("s2");
    checks.up("t");
    proxy.net().run();
    Server s = Server.of("s", proxy.origin("more").server().address());
    proxy.done(backend("app").replaceAll(List.of(s, plain.track("db/t"))));
    proxy.net().run();
    ServerStatus tracking = proxy.status().server("s2").orElseThrow();
    assertThat(tracking.findings()).containsOnlyKeys(Backend.TRACK);
    assertThat(tracking.health()).isEqualTo(Health.UP);
    proxy.done(backend("app").replaceAll(List.of(s, plain)));
    proxy.net().run();
    assertThat(proxy.status().server("s2").orElseThrow().findings()).isEmpty();
    others.up("s2");
    proxy.net().run();
    assertThat(proxy.status().server("s2").orElseThrow().findings())
        .containsOnlyKeys(Backend.CHECK);
  }

  @Test
  void an_operator_may_disable_tracking_and_enable_it_again() {
    start();
    checks.down("t");
    assertThat(s().health()).isEqualTo(Health.DOWN);
    proxy.done(backend("app").server("s").disableCheck(Backend.TRACK));
    assertThat(s().health()).isEqualTo(Health.UNCHECKED);
    proxy.done(backend("app").server("s").enableCheck(Backend.TRACK));
    assertThat(s().health()).isEqualTo(Health.DOWN);
  }

  @Test
  void a_circle_is_refused_while_it_runs() {
    start();
    assertThatThrownBy(() -> proxy.done(backend("db")
            .replaceAll(
                List.of(proxy.origin("t2").server(), proxy.origin("t3").server().track("t3")))))
        .hasMessageContaining("servers track each other: [db/t3]");
    assertThat(backend("db").status().servers()).hasSize(1);
    Server circle = Server.of("t", backend("db").status().servers().get(0).address());
    assertThatThrownBy(() -> proxy.done(backend("db").replaceAll(List.of(circle.track("app/s")))))
        .hasMessageContaining("servers track each other: ");
    checks.down("t");
    assertThat(s().health()).as("everything is as it was").isEqualTo(Health.DOWN);
  }

  @Test
  void a_server_that_is_not_there_is_an_error_at_the_start() {
    assertThatThrownBy(() -> start("db/x"))
        .hasMessageContaining("server 's' of backend 'app' tracks 'db/x'");
  }

  @Test
  void a_circle_is_an_error_at_the_start() {
    assertThatThrownBy(() -> start("s")).hasMessageContaining("servers track each other: [app/s]");
  }
}
