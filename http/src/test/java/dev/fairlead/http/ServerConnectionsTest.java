package dev.fairlead.http;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ServerConnectionsTest {
  @Test
  void what_is_not_said_is_as_documented() {
    ServerConnections defaults = ServerConnections.defaults();

    assertThat(defaults.reuse()).isEqualTo(Reuse.SAFE);
    assertThat(defaults.idleTimeout()).isEqualTo(ofSeconds(30));
    assertThat(defaults.maxIdle()).isEqualTo(256);
    assertThat(defaults.maxAge()).isEmpty();
    assertThat(defaults.maxRequests()).isZero();
    assertThat(defaults.maxStreams()).isEqualTo(100);
    assertThat(defaults.connectEarly()).isZero();
    assertThat(defaults.pingInterval()).isEmpty();
    assertThat(defaults.pingTimeout()).isEqualTo(ofSeconds(15));
    assertThat(defaults)
        .hasToString("reuse SAFE, idle PT30S, at most 256 idle, max age any, max requests any,"
            + " streams 100, early 0, pings never");
  }

  @Test
  void each_change_leaves_the_rest() {
    ServerConnections changed = ServerConnections.defaults()
        .reuse(Reuse.ALWAYS)
        .idleTimeout(ofSeconds(5))
        .maxIdle(10)
        .maxAge(ofHours(1))
        .maxRequests(1000)
        .maxStreams(50)
        .connectEarly(2)
        .pingInterval(ofSeconds(20))
        .pingTimeout(ofSeconds(3));

    assertThat(changed)
        .hasToString("reuse ALWAYS, idle PT5S, at most 10 idle, max age PT1H, max requests 1000,"
            + " streams 50, early 2, pings after PT20S for PT3S");
    assertThat(changed.maxAge()).contains(ofHours(1));
    assertThat(changed.connectEarly(0)).asString().contains("streams 50, early 0,");
    assertThat(changed.pingInterval()).contains(ofSeconds(20));
  }

  @Test
  void a_wrong_value_is_refused_where_it_is_given() {
    ServerConnections some = ServerConnections.defaults();
    assertThatThrownBy(() -> some.idleTimeout(Duration.ZERO))
        .hasMessageStartingWith("idleTimeout: PT0S (expected: more than 0");
    assertThatThrownBy(() -> some.maxAge(ofSeconds(-1)))
        .hasMessageStartingWith("maxAge: PT-1S (expected: more than 0");
    assertThatThrownBy(() -> some.maxIdle(-1)).hasMessage("maxIdle: -1 (expected: >= 0)");
    assertThatThrownBy(() -> some.maxRequests(-1)).hasMessage("maxRequests: -1 (expected: >= 0)");
    assertThatThrownBy(() -> some.maxStreams(0)).hasMessage("maxStreams: 0 (expected: 1..100000)");
    assertThatThrownBy(() -> some.pingInterval(Duration.ZERO))
        .hasMessageStartingWith("pingInterval: PT0S (expected: more than 0");
    assertThatThrownBy(() -> some.pingTimeout(Duration.ZERO))
        .hasMessageStartingWith("pingTimeout: PT0S (expected: more than 0");
    assertThatThrownBy(() -> some.connectEarly(-1)).hasMessage("connectEarly: -1 (expected: >= 0)");
  }

  @Test
  void connections_made_early_must_have_room_and_be_for_anyone() {
    assertThatThrownBy(() -> ServerConnections.defaults().connectEarly(257))
        .hasMessage("connectEarly: 257 (expected: at most maxIdle, which is 256)");
    assertThatThrownBy(() -> ServerConnections.defaults().connectEarly(2).reuse(Reuse.NEVER))
        .hasMessageStartingWith("connectEarly: 2 (expected: 0 with reuse NEVER");
  }
}
