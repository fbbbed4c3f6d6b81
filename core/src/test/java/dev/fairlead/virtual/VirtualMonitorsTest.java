package dev.fairlead.virtual;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.ServerControl;
import dev.fairlead.balance.Outcome;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.CheckCode;
import dev.fairlead.status.CheckResult;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What monitors say and hear, and what an operator sees of it. */
class VirtualMonitorsTest {
  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  @RegisterExtension
  private final VirtualProxy another = new VirtualProxy(2);

  /** Keeps what it watches, and counts the watches that have ended. */
  private static final class Puppet implements HealthMonitor {
    final List<Watched> watched = new ArrayList<>();
    int ended;

    @Override
    public AutoCloseable watch(Watched server) {
      watched.add(server);
      return () -> ended++;
    }

    Watched last() {
      return watched.get(watched.size() - 1);
    }
  }

  private final Puppet check = new Puppet();
  private final Puppet other = new Puppet();
  private Backend app = Backend.builder("app").build();

  private void start(String... servers) {
    List<Server> all = new ArrayList<>();
    for (String server : servers) {
      all.add(proxy.origin(server).server());
    }
    app = Backend.builder("app")
        .healthCheck(check)
        .monitor("other", other)
        .servers(all)
        .build();
    proxy.start(app);
  }

  private ServerControl s1() {
    return proxy.lb().backend("app").server("s1");
  }

  private ServerStatus status() {
    ServerStatus status = s1().status();
    if (status == null) {
      throw new AssertionError("s1 has left");
    }
    return status;
  }

  private void says(Finding finding) {
    check.last().report(finding);
    proxy.net().run();
  }

  @Test
  void the_latest_result_of_each_source_is_shown_and_changes_nothing() {
    start("s1");
    check.last().checked(CheckCode.L7STS, "503", ofMillis(4));
    check.last().checked(CheckCode.L7OK, "200", ofMillis(3));
    other.last().checked(CheckCode.L4CON, "refused", ofMillis(1));
    assertThat(status().health()).isEqualTo(Health.UNCHECKED);
    assertThat(status().history().checks())
        .hasEntrySatisfying("check", r -> assertThat(r).hasToString("L7OK in 3 ms: 200"))
        .hasEntrySatisfying("other", r -> assertThat(r.code()).isEqualTo(CheckCode.L4CON));
  }

  @Test
  void a_result_is_heard_by_the_other_monitors_of_the_server_until_they_end_it() throws Exception {
    start("s1");
    List<String> heard = new ArrayList<>();
    AutoCloseable subscription = other
        .last()
        .onChecked((String source, CheckResult result) -> heard.add(source + " " + result.code()));
    check.last().checked(CheckCode.L7OK, "", ofMillis(1));
    other.last().checked(CheckCode.L7OK, "its own", ofMillis(1));
    subscription.close();
    check.last().checked(CheckCode.L7OK, "", ofMillis(1));
    assertThat(heard).containsExactly("check L7OK");
  }

  @Test
  void a_listener_to_results_that_throws_costs_nobody_else_a_result() {
    start("s1");
    List<CheckCode> heard = new ArrayList<>();
    var failing = other.last().onChecked((source, result) -> {
      throw new IllegalStateException("a bug");
    });
    var fine = other.last().onChecked((source, result) -> heard.add(result.code()));
    check.last().checked(CheckCode.L4CON, "refused", ofMillis(1));
    assertThat(heard).containsExactly(CheckCode.L4CON);
    assertThat(proxy.takeFailures()).containsExactly("a bug");
    assertThat(List.of(failing, fine)).doesNotContainNull();
  }

  @Test
  void a_server_that_gets_another_check_is_watched_by_that_one_and_nothing_is_forgotten() {
    start("s1");
    says(Finding.down("L4CON"));
    Puppet own = new Puppet();
    Server plain = app.servers().get(0);
    proxy.done(proxy.lb().backend("app").replaceAll(List.of(plain.healthCheck(own))));
    assertThat(check.ended).isEqualTo(1);
    assertThat(other.ended).isZero();
    assertThat(status().health()).isEqualTo(Health.DOWN);
    assertThat(own.last().restored()).contains(Finding.down("L4CON"));
    own.last().report(Finding.up("L4OK"));
    proxy.net().run();
    assertThat(status().health()).isEqualTo(Health.UP);

    proxy.done(
        proxy.lb().backend("app").replaceAll(List.of(plain.healthCheck(own).weight(3))));
    assertThat(own.ended).isZero();
    proxy.done(proxy.lb().backend("app").replaceAll(List.of(plain)));
    assertThat(own.ended).isEqualTo(1);
    assertThat(check.watched).hasSize(2);
  }

  @Test
  void what_monitors_draw_follows_the_seed_so_that_proxies_of_a_fleet_do_not_act_as_one() {
    start("s1");
    long drawn = check.last().random().nextLong();
    proxy.done(proxy.lb().closeAsync(Duration.ZERO));
    another.start(Backend.builder("app")
        .healthCheck(check)
        .server(another.origin("s2").server())
        .build());
    assertThat(check.last().random().nextLong()).isNotEqualTo(drawn);
  }

  @Test
  void a_warning_is_an_event() {
    start("s1");
    check.last().warned("the certificate ends in 6 days");
    assertThat(proxy.events(Event.CheckWarned.class))
        .containsExactly(
            new Event.CheckWarned("app", "s1", "check", "the certificate ends in 6 days"));
  }

  @Test
  void the_watches_of_one_monitor_share_one_object_and_those_of_another_do_not() {
    start("s1", "s2");
    Object common = check.watched.get(0).shared(Object::new);
    assertThat(check.watched.get(1).<Object>shared(Object::new)).isSameAs(common);
    assertThat(other.watched.get(0).<Object>shared(Object::new)).isNotSameAs(common);
  }

  @Test
  void a_disabled_check_ends_and_an_enabled_one_begins_anew() {
    start("s1");
    says(Finding.down("L4CON"));
    proxy.done(s1().disableCheck(Backend.CHECK));
    assertThat(check.ended).isEqualTo(1);
    assertThat(other.ended).isZero();
    assertThat(status().health()).isEqualTo(Health.UNCHECKED);
    assertThat(status().disabled()).containsExactly(Backend.CHECK);
    Watched late = check.last();
    late.report(Finding.down("after its end"));
    late.checked(CheckCode.L4CON, "after its end", ofMillis(1));
    proxy.net().run();
    assertThat(status().health()).isEqualTo(Health.UNCHECKED);
    assertThat(status().history().checks()).isEmpty();
    proxy.done(s1().enableCheck(Backend.CHECK));
    assertThat(check.watched).hasSize(2);
    assertThat(other.watched).hasSize(1);
    says(Finding.down("L4CON again"));
    assertThat(status().health()).isEqualTo(Health.DOWN);
  }

  @Test
  void only_a_source_that_watches_can_be_disabled() {
    start("s1");
    assertThatThrownBy(() -> s1().disableCheck("agent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("source: 'agent'")
        .hasMessageContaining("check")
        .hasMessageContaining("other");
  }

  /** Lets one session through at a time, and no more after the first that ends. */
  private static final class Trial implements HealthMonitor, Watched.OutcomeListener {
    private final boolean exact;
    private @Nullable Watched server;

    Trial(boolean exact) {
      this.exact = exact;
    }

    @Override
    public AutoCloseable watch(Watched watched) {
      server = watched;
      watched.report(new Finding(Health.UP, null, null, 1, "on trial"));
      return watched.onOutcome(this);
    }

    @Override
    public void outcome(Outcome outcome) {
      Watched to = Objects.requireNonNull(server);
      to.loop().execute(() -> to.report(Finding.down("failed")));
    }

    @Override
    public boolean onTrial() {
      return exact;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_slot_of_a_trial_is_given_to_nobody_before_its_verdict(boolean exact) {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(Backend.builder("app")
        .server(s1.server())
        .monitor("trial", new Trial(exact))
        .build());
    proxy.net().run();
    VirtualClient first = proxy.client();
    VirtualClient second = proxy.client();
    assertThat(s1.connections()).isEqualTo(1);
    assertThat(proxy.status().queued()).isEqualTo(1);
    first.close();
    assertThat(s1.connections()).isEqualTo(exact ? 1 : 2);
    assertThat(second.isOpen()).isEqualTo(!exact); // refused, as there is no server left
    assertThat(status().health()).isEqualTo(Health.DOWN);
    second.close();
    assertThat(status().inFlight()).isZero();
  }

  @Test
  void a_session_is_heard_of_when_its_connection_is_there_and_when_it_ends() {
    start("s1");
    List<String> heard = new ArrayList<>();
    AutoCloseable unused = other.last().onOutcome(new Watched.OutcomeListener() {
      @Override
      public void outcome(Outcome outcome) {
        heard.add(outcome.kind().name());
      }

      @Override
      public void established() {
        heard.add("established");
      }
    });
    VirtualClient client = proxy.client();
    assertThat(heard).containsExactly("established");
    assertThat(other.last().inFlight()).isEqualTo(1);
    client.close();
    assertThat(other.last().inFlight()).isZero();
    assertThat(heard).containsExactly("established", "COMPLETED");
  }

  @Test
  void the_history_tells_since_when_and_why_and_how_often_it_went_down() {
    start("s1");
    var joined = status().history().since();
    assertThat(status().history().lastChange()).isEmpty();
    proxy.advance(ofSeconds(5));
    says(Finding.up("L7OK: 200"));
    proxy.advance(ofSeconds(5));
    says(Finding.down("L7STS: 503, 3 of 3 failed"));
    assertThat(status().history().since()).isEqualTo(joined.plusSeconds(10));
    assertThat(status().history().lastChange()).isEqualTo("health DOWN, was UP");
    assertThat(status().history().causes()).containsExactly("check", "L7STS: 503, 3 of 3 failed");
    proxy.advance(ofSeconds(5));
    proxy.done(s1().weight(5));
    assertThat(status().history().since()).isEqualTo(joined.plusSeconds(10));
    says(Finding.up("L7OK: 200"));
    says(Finding.down("L4CON"));
    assertThat(status().history().flaps()).isEqualTo(2);
    proxy.done(s1().drain());
    assertThat(status().history().lastChange()).isEqualTo("admin DRAIN, was READY");
    assertThat(status().history().causes()).containsExactly("operator", "operator's wish");
  }

  @Test
  void what_was_said_of_a_server_is_in_force_again_after_a_restart_until_its_source_speaks() {
    start("s1", "s2");
    says(Finding.up("s2 is well"));
    check.watched.get(0).report(Finding.down("L4CON"));
    proxy.done(s1().weight(9));
    proxy.done(s1().disableCheck("other"));
    var before = status();
    proxy.advance(ofSeconds(60));

    proxy.restart(app);

    assertThat(status()).isEqualTo(before);
    assertThat(proxy.status().eligible()).isEqualTo(1);
    Watched s1Again = check.watched.get(2);
    assertThat(s1Again.restored()).contains(Finding.down("L4CON"));
    s1Again.report(Finding.up("L4OK"));
    proxy.net().run();
    assertThat(status().health()).isEqualTo(Health.UP);
    assertThat(status().history().flaps()).isEqualTo(1);
  }

  @Test
  void a_forced_health_is_shown_beside_what_the_checks_say() {
    start("s1");
    says(Finding.down("L4CON"));
    proxy.done(s1().forceHealth(Health.UP));
    assertThat(status().health()).isEqualTo(Health.UP);
    assertThat(status().forced()).isEqualTo(Health.UP);
    assertThat(status().findings()).containsKey("check");
    assertThat(status().history().causes()).containsExactly("operator", "forced");
    proxy.done(s1().releaseHealth());
    assertThat(status().health()).isEqualTo(Health.DOWN);
    assertThat(status().forced()).isNull();
  }
}
