package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.config.SlowStart;
import dev.fairlead.event.Event;
import dev.fairlead.status.ServerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that comes back gets its load step by step, while time passes. */
class VirtualSlowStartTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private final Verdicts checks = new Verdicts();
  private final List<VirtualOrigin> origins = new ArrayList<>();

  private void start(SlowStart curve, Server... more) {
    Backend.Builder backend = Backend.builder("app").healthCheck(checks);
    for (String name : List.of("s1", "s2")) {
      VirtualOrigin origin = proxy.origin(name);
      origins.add(origin);
      backend.server(origin.server().slowStart(curve));
    }
    proxy.start(backend.servers(List.of(more)).build());
  }

  private void downAndUp(String server) {
    checks.down(server);
    proxy.net().run();
    checks.up(server);
    proxy.net().run();
  }

  /** How many of so many new clients the second server gets. */
  private int shareOfSecond(int clients) {
    int before = origins.get(1).connections();
    for (int i = 0; i < clients; i++) {
      proxy.client();
    }
    return origins.get(1).connections() - before;
  }

  private ServerStatus status(String server) {
    return proxy.status().server(server).orElseThrow();
  }

  @Test
  void a_server_of_weight_1_gets_a_sixteenth_at_first_and_all_at_the_end() {
    start(SlowStart.linear(Duration.ofSeconds(8)));
    assertThat(shareOfSecond(32)).as("at the start of the process").isEqualTo(16);
    downAndUp("s2");
    assertThat(shareOfSecond(17)).isEqualTo(1);
    proxy.advance(Duration.ofSeconds(4));
    assertThat(shareOfSecond(24)).isEqualTo(8);
    proxy.advance(Duration.ofSeconds(4));
    assertThat(shareOfSecond(32)).isEqualTo(16);
    assertThat(proxy.events(Event.SlowStartEnded.class)).hasSize(1);
  }

  @Test
  void the_first_verdict_after_the_start_is_no_coming_back() {
    start(SlowStart.linear(Duration.ofSeconds(8)));
    checks.up("s2");
    proxy.net().run();
    assertThat(shareOfSecond(32)).isEqualTo(16);
  }

  @Test
  void steps_are_a_second_or_a_twentieth_apart_and_end_exactly() {
    Duration time = Duration.ofSeconds(60);
    start(SlowStart.linear(time));
    proxy.done(proxy.lb().backend("app").server("s2").weight(100));
    proxy.done(proxy.lb().backend("app").server("s2").maxConnections(20));
    downAndUp("s2");
    assertThat(status("s2").effectiveWeight()).isEqualTo(1);
    assertThat(status("s2").limit()).isEqualTo(1);
    proxy.advance(Duration.ofSeconds(3).minusNanos(1));
    assertThat(status("s2").effectiveWeight()).isEqualTo(1);
    proxy.advance(Duration.ofNanos(1));
    assertThat(status("s2").effectiveWeight()).isEqualTo(5);
    assertThat(status("s2").limit()).isEqualTo(1);
    proxy.advance(Duration.ofSeconds(57).minusNanos(1));
    assertThat(status("s2").effectiveWeight()).isEqualTo(95);
    assertThat(status("s2").limit()).isEqualTo(19);
    proxy.advance(Duration.ofNanos(1));
    assertThat(status("s2").effectiveWeight()).isEqualTo(100);
    assertThat(status("s2").limit()).isEqualTo(20);
    long version = proxy.status().version();
    proxy.advance(time);
    assertThat(proxy.status().version()).as("nothing more happens").isEqualTo(version);
  }

  @Test
  void a_limit_grows_and_lets_those_in_who_wait() {
    start(SlowStart.linear(Duration.ofSeconds(4)));
    proxy.done(proxy.lb().backend("app").server("s2").maxConnections(4));
    proxy.done(proxy.lb().backend("app").server("s1").maintenance());
    downAndUp("s2");
    for (int i = 0; i < 4; i++) {
      proxy.client();
    }
    assertThat(status("s2").inFlight()).isEqualTo(1);
    proxy.advance(SECOND.multipliedBy(2));
    assertThat(status("s2").inFlight()).isEqualTo(2);
    proxy.advance(SECOND);
    assertThat(status("s2").inFlight()).isEqualTo(3);
    proxy.advance(SECOND);
    assertThat(status("s2").inFlight()).isEqualTo(4);
  }

  @Test
  void one_that_fails_in_the_middle_starts_anew() {
    start(SlowStart.linear(Duration.ofSeconds(8)));
    downAndUp("s2");
    proxy.advance(Duration.ofSeconds(4));
    downAndUp("s2");
    assertThat(shareOfSecond(17)).isEqualTo(1);
    proxy.advance(Duration.ofSeconds(4));
    assertThat(shareOfSecond(24)).as("half of the second start").isEqualTo(8);
    proxy.advance(Duration.ofSeconds(4));
    assertThat(shareOfSecond(32)).isEqualTo(16);
  }

  @Test
  void two_that_start_at_different_times_keep_their_own_steps() {
    start(SlowStart.linear(Duration.ofSeconds(8)));
    for (String server : List.of("s1", "s2")) {
      proxy.done(proxy.lb().backend("app").server(server).weight(16));
    }
    downAndUp("s1");
    proxy.advance(Duration.ofMillis(2500));
    downAndUp("s2");
    proxy.advance(Duration.ofMillis(1500));
    assertThat(status("s1").effectiveWeight()).isEqualTo(8);
    assertThat(status("s2").effectiveWeight()).isEqualTo(2);
    proxy.advance(Duration.ofSeconds(4));
    assertThat(status("s1").effectiveWeight()).isEqualTo(16);
    assertThat(status("s2").effectiveWeight()).isEqualTo(10);
    proxy.advance(Duration.ofMillis(2500));
    assertThat(status("s2").effectiveWeight()).isEqualTo(16);
  }

  @Test
  void envoys_curve_begins_with_a_tenth() {
    start(SlowStart.envoy(Duration.ofSeconds(60), 1));
    proxy.done(proxy.lb().backend("app").server("s2").weight(100));
    downAndUp("s2");
    assertThat(status("s2").effectiveWeight()).isEqualTo(10);
    proxy.advance(Duration.ofSeconds(30));
    assertThat(status("s2").effectiveWeight()).isEqualTo(50);
  }

  @Test
  void a_backend_that_is_closed_in_the_middle_leaves_no_timer() {
    start(SlowStart.linear(Duration.ofSeconds(8)));
    downAndUp("s2");
    long version = proxy.status().version();
    proxy.done(proxy.lb().closeAsync(Duration.ZERO));
    proxy.advance(Duration.ofSeconds(8));
    assertThat(proxy.status().version()).isEqualTo(version);
  }
}
