package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.SavedState.SavedServer;
import dev.fairlead.status.SavedState.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was said before a restart holds on, but a changed configuration wins. */
class RestoredTest {
  private static final Settings DEFAULTS = new Settings(Admin.READY, 1, 0);
  private static final HealthMonitor SILENT = server -> () -> {};

  private static SavedServer saved(Settings configured, Settings effective) {
    return new SavedServer(
        String.valueOf(States.server("a").address()),
        configured,
        effective,
        Health.UP,
        Set.of("agent", "gone"),
        Map.of(
            "check", Finding.down("L4CON"),
            "agent", Finding.drain("drain"),
            "gone", Finding.down("nobody says so any more")),
        Instant.EPOCH,
        "health DOWN, was UP",
        List.of("check", "L4CON"),
        3);
  }

  private static ServerState restored(Server config, SavedServer saved) {
    Backend backend = Backend.builder("app")
        .server(config)
        .healthCheck(SILENT)
        .monitor("agent", SILENT)
        .build();
    return States.get(BackendState.of(backend, Map.of("a", saved)), "a");
  }

  @Test
  void the_operators_settings_hold_on() {
    ServerState a = restored(States.server("a"), saved(DEFAULTS, new Settings(Admin.DRAIN, 7, 32)));
    assertThat(a.effectiveAdmin()).isEqualTo(Admin.DRAIN);
    assertThat(a.effectiveWeight()).isEqualTo(7);
    assertThat(a.effectiveLimit()).isEqualTo(32);
    assertThat(a.wish().forced()).isEqualTo(Health.UP);
  }

  @Test
  void each_setting_whose_configuration_has_changed_is_as_configured_now() {
    ServerState a =
        restored(States.server("a").weight(3), saved(DEFAULTS, new Settings(Admin.DRAIN, 7, 32)));
    assertThat(a.effectiveWeight()).isEqualTo(3);
    assertThat(a.effectiveAdmin()).isEqualTo(Admin.DRAIN);
    assertThat(a.effectiveLimit()).isEqualTo(32);
  }

  @Test
  void findings_of_sources_that_are_still_there_and_enabled_hold_on() {
    ServerState a = restored(States.server("a"), saved(DEFAULTS, DEFAULTS));
    assertThat(a.findings()).containsOnlyKeys("check");
    assertThat(a.wish().disabled()).containsExactly("agent");
  }

  @Test
  void another_address_is_another_server() {
    ServerState a = restored(Server.of("a", "elsewhere.example", 80), saved(DEFAULTS, DEFAULTS));
    assertThat(a.findings()).isEmpty();
    assertThat(a.wish().forced()).isNull();
  }
}
