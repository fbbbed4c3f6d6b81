package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Balancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.spi.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Attempts to connect that fail, and what comes of them. */
class VirtualConnectTest {
  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private Server refusing(String name) {
    return Server.of(name, proxy.refused());
  }

  @Test
  void a_refused_server_of_two_costs_no_time() {
    VirtualOrigin s2 = proxy.origin("s2");
    proxy.start(
        Backend.builder("app").server(refusing("s1")).server(s2.server()).build());
    VirtualClient client = proxy.client();
    client.write("x");
    assertThat(client.received()).isEqualTo("s2");
    assertThat(proxy.net().now()).isZero();
    client.close();
    assertThat(proxy.closed().retries()).isEqualTo(1);
    assertThat(proxy.closed().redispatched()).isTrue();
    assertThat(proxy.closed().termination()).hasToString("--");
  }

  @Test
  void the_only_server_is_tried_again_each_second() {
    proxy.start(Backend.builder("app").server(refusing("s1")).build());
    VirtualClient client = proxy.client();
    proxy.advance(Duration.ofSeconds(3).minusNanos(1));
    assertThat(client.isOpen()).isTrue();
    proxy.advance(Duration.ofNanos(1));
    assertThat(client.isOpen()).isFalse();
    assertThat(proxy.closed().retries()).isEqualTo(3);
    assertThat(proxy.closed().redispatched()).isFalse();
    assertThat(proxy.closed().termination()).hasToString("SC");
  }

  @Test
  void the_only_server_is_tried_again_after_the_connect_timeout_when_that_is_shorter() {
    proxy.start(Backend.builder("app")
        .server(refusing("s1"))
        .connectTimeout(Duration.ofMillis(300))
        .retries(2)
        .build());
    VirtualClient client = proxy.client();
    proxy.advance(Duration.ofMillis(600).minusNanos(1));
    assertThat(client.isOpen()).isTrue();
    proxy.advance(Duration.ofNanos(1));
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void a_server_that_is_back_in_time_gets_the_session() {
    Server late = Server.of("late", new io.netty.channel.local.LocalAddress("late"));
    proxy.start(Backend.builder("app").server(late).build());
    VirtualClient client = proxy.client();
    client.write("hello");
    proxy.origin("late");
    proxy.advance(Duration.ofSeconds(1));
    assertThat(client.received()).isEqualTo("late");
  }

  @Test
  void a_client_that_leaves_during_the_pause_ends_the_session() {
    proxy.start(Backend.builder("app").server(refusing("s1")).build());
    VirtualClient client = proxy.client();
    client.close();
    assertThat(proxy.closed().termination()).hasToString("CC");
    assertThat(proxy.status().inFlight()).isZero();
  }

  @Test
  void when_all_are_refused_each_is_tried_before_the_pause() {
    proxy.start(
        Backend.builder("app").server(refusing("s1")).server(refusing("s2")).build());
    VirtualClient client = proxy.client();
    proxy.advance(Duration.ofSeconds(2).minusNanos(1));
    assertThat(client.isOpen()).isTrue();
    proxy.advance(Duration.ofNanos(1));
    assertThat(client.isOpen()).isFalse();
    assertThat(proxy.closed().retries()).isEqualTo(3);
  }

  @Test
  void the_failure_of_one_server_is_not_told_of_the_next() {
    List<String> outcomes = new ArrayList<>();
    VirtualOrigin s2 = proxy.origin("s2");
    proxy.start(Backend.builder("app")
        .server(refusing("s1"))
        .server(s2.server())
        .monitor("spy", watched -> spy(watched, o -> outcomes.add(watched.name() + " " + o.kind())))
        .build());
    VirtualClient client = proxy.client();
    client.write("x");
    client.close();
    assertThat(outcomes).containsExactly("s1 CONNECT_FAILED", "s2 COMPLETED");
  }

  @Test
  void an_outcome_tells_its_time_and_whether_the_server_had_taken_the_session() {
    List<String> outcomes = new ArrayList<>();
    proxy.start(Backend.builder("app")
        .server(refusing("s1"))
        .server(proxy.origin("s2").server())
        .monitor(
            "spy",
            watched -> spy(
                watched,
                o -> outcomes.add(watched.name() + " " + o.answered() + " "
                    + Duration.ofNanos(o.nanoTime()).toSeconds())))
        .build());
    proxy.advance(Duration.ofSeconds(2));
    VirtualClient client = proxy.client();
    client.write("x");
    proxy.advance(Duration.ofSeconds(3));
    client.close();
    assertThat(outcomes).containsExactly("s1 false 2", "s2 true 5");
  }

  private static AutoCloseable spy(Watched watched, Watched.OutcomeListener listener) {
    return watched.onOutcome(listener);
  }

  @Test
  void a_wait_that_begins_while_another_attempt_fails_can_be_given_up() {
    VirtualOrigin full = proxy.origin("full");
    Server unknown = Server.of("unknown", "no-such-host.invalid", 80).resolveLater();
    Balancer unknownThenFull = Balancer.of(
        (servers, request) -> request.usable(servers.get(0)) ? servers.get(0) : servers.get(1));
    proxy.start(Backend.builder("app")
        .balancer(unknownThenFull)
        .server(unknown.maxConnections(1))
        .server(full.server().maxConnections(1))
        .server(proxy.origin("unused").server())
        .build());
    VirtualClient holder = proxy.client();
    holder.write("x");
    assertThat(holder.received()).isEqualTo("full");
    VirtualClient waiter = proxy.client();
    assertThat(proxy.status().server("full").orElseThrow().queued()).isEqualTo(1);
    waiter.close();
    assertThat(proxy.status().server("full").orElseThrow().queued()).isZero();
  }
}
