package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Retries;
import dev.fairlead.config.Server;
import dev.fairlead.status.Admin;
import dev.fairlead.tcp.TcpFrontend;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Defaults and copies of configuration values. */
class ConfigurationTest {
  private final Server plain = Server.of("s", "127.0.0.1", 80);

  @Test
  void a_server_has_weight_1_and_no_limits_by_default() {
    assertThat(plain.weight()).isEqualTo(1);
    assertThat(plain.maxConnections()).isZero();
    assertThat(plain.maxQueue()).isZero();
    assertThat(plain.maxConnectionsIsStrict()).isFalse();
    assertThat(plain.backup()).isFalse();
    assertThat(plain.resolvesLater()).isFalse();
    assertThat(plain.admin()).isEqualTo(Admin.READY);
    assertThat(plain.tags()).isEmpty();
    assertThat(plain.healthCheck()).isNull();
    assertThat(plain.track()).isNull();
    assertThat(plain.slowStart()).isNull();
    assertThat(plain.priority()).isZero();
    assertThat(plain.closesSessionsWhenDown()).isFalse();
    assertThat(plain.closesBackupSessionsWhenUp()).isFalse();
  }

  @Test
  void a_copy_has_the_one_change_and_leaves_the_original() {
    Server changed = plain
        .weight(5)
        .maxConnections(32)
        .maxQueue(7)
        .asBackup()
        .resolveLater()
        .admin(Admin.DRAIN)
        .tag("zone", "eu-1")
        .tag("rack", "2");
    assertThat(changed.weight()).isEqualTo(5);
    assertThat(changed.maxConnections()).isEqualTo(32);
    assertThat(changed.maxQueue()).isEqualTo(7);
    assertThat(changed.backup()).isTrue();
    assertThat(changed.resolvesLater()).isTrue();
    assertThat(changed.admin()).isEqualTo(Admin.DRAIN);
    assertThat(changed.tags()).containsEntry("zone", "eu-1").containsEntry("rack", "2");
    assertThat(plain).isEqualTo(Server.of("s", "127.0.0.1", 80)).isNotEqualTo(changed);
    assertThat(changed).hasToString("s at /127.0.0.1:80 weight 5 maxConnections 32 backup");
  }

  @Test
  void what_follows_from_health_is_part_of_a_copy_and_of_equality() {
    Server changed = plain
        .slowStart(Duration.ofSeconds(30))
        .closeSessionsWhenDown()
        .closeBackupSessionsWhenUp()
        .priority(2)
        .track("db/t");
    assertThat(changed)
        .isNotEqualTo(plain)
        .isEqualTo(plain
            .track("db/t")
            .priority(2)
            .closeBackupSessionsWhenUp()
            .closeSessionsWhenDown()
            .slowStart(Duration.ofSeconds(30)))
        .isNotEqualTo(changed.slowStart(Duration.ofSeconds(31)))
        .isNotEqualTo(changed.priority(1))
        .isNotEqualTo(changed.track("db/u"));
    assertThat(plain.closeSessionsWhenDown())
        .isNotEqualTo(plain)
        .isNotEqualTo(plain.closeBackupSessionsWhenUp());
    assertThat(changed.weight(7).track()).isEqualTo("db/t");
    assertThat(changed).hasToString("s at /127.0.0.1:80 priority 2 track db/t slowStart PT30S");
  }

  @Test
  void a_strict_limit_is_part_of_a_copy_and_of_equality() {
    Server strict = plain.maxConnections(32).strictMaxConnections();
    assertThat(strict.maxConnectionsIsStrict()).isTrue();
    assertThat(strict.weight(2).maxConnectionsIsStrict()).isTrue();
    assertThat(strict).isNotEqualTo(plain.maxConnections(32));
    assertThat(strict).hasToString("s at /127.0.0.1:80 strict maxConnections 32");
  }

  @Test
  void a_host_name_is_not_looked_up_by_configuration() {
    InetSocketAddress named =
        (InetSocketAddress) Server.of("s", "nowhere.invalid", 80).address();
    assertThat(named.isUnresolved()).isTrue();
    assertThat(((InetSocketAddress) Server.of("s", "::1", 80).address()).isUnresolved())
        .isFalse();
  }

  @Test
  void a_backend_waits_in_the_queue_as_long_as_for_a_connection_unless_told() {
    Backend backend = Backend.builder("b").connectTimeout(Duration.ofSeconds(2)).build();
    assertThat(backend.queueTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(backend.serverTimeout()).isEqualTo(Duration.ofSeconds(50));
    assertThat(backend.tunnelTimeout()).isEmpty();
    assertThat(backend.serverFinTimeout()).isEmpty();
    assertThat(backend.retries()).isEqualTo(Retries.of(3));
    assertThat(Backend.builder("b").queueTimeout(Duration.ofSeconds(9)).build().queueTimeout())
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void a_backends_defaults_hold_for_servers_at_the_start_and_later() {
    Backend backend =
        Backend.builder("b").server(plain).eachServer(s -> s.maxConnections(32)).build();
    assertThat(backend.servers()).containsExactly(plain.maxConnections(32));
    assertThat(backend.adopt(plain.weight(2))).isEqualTo(plain.weight(2).maxConnections(32));
  }

  @Test
  void a_built_value_does_not_follow_its_builder() {
    Backend.Builder builder = Backend.builder("b").server(plain);
    Backend first = builder.build();
    Backend second = builder.server(Server.of("t", "127.0.0.1", 81)).maxQueue(3).build();
    assertThat(first.servers()).hasSize(1);
    assertThat(first.maxQueue()).isZero();
    assertThat(second.servers()).hasSize(2);
  }

  @Test
  void a_frontend_tells_what_it_was_given() {
    Backend backend = Backend.builder("b").server(plain).build();
    TcpFrontend frontend = TcpFrontend.builder("f")
        .bind("127.0.0.1", 0)
        .bind(Binding.of(0).backlog(5))
        .defaultBackend(backend)
        .maxConnections(9)
        .clientTimeout(Duration.ofMinutes(1))
        .build();
    assertThat(frontend.settings().bindings())
        .extracting(Binding::backlog)
        .containsExactly(1024, 5);
    assertThat(frontend.settings().backends()).containsExactly(backend);
    assertThat(frontend.settings().maxConnections()).isEqualTo(9);
    assertThat(frontend.settings().clientTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(frontend.toString()).contains("f on [").contains("to b: maxConnections 9");
  }

  @Test
  void nothing_may_be_null() {
    assertThatNullPointerException()
        .isThrownBy(() -> Server.of("s", "h", 1).tag("k", nothing()))
        .withMessage("value");
    assertThatNullPointerException()
        .isThrownBy(() -> Backend.builder("b").balancer(nothing()))
        .withMessage("balancer");
    assertThatNullPointerException()
        .isThrownBy(() -> Backend.builder("b").connectTimeout(nothing()))
        .withMessage("connectTimeout");
  }

  /** What a caller without null checks might pass. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }
}
