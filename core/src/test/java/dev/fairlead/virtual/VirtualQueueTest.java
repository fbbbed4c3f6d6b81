package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.event.Event.SessionClosed;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that wait for a slot. */
class VirtualQueueTest {
  private static final Duration NANO = Duration.ofNanos(1);
  private static final Duration THREE = Duration.ofSeconds(3);

  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private Backend.Builder app(VirtualOrigin... origins) {
    Backend.Builder builder = Backend.builder("app").queueTimeout(THREE);
    for (VirtualOrigin origin : origins) {
      builder.server(origin.server().maxConnections(1));
    }
    return builder;
  }

  @Test
  void a_session_waits_for_a_slot_and_gets_it() {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(app(s1).build());
    VirtualClient first = proxy.client();
    VirtualClient second = proxy.client();
    second.write("early");
    assertThat(proxy.status().queued()).isEqualTo(1);
    assertThat(s1.connections()).isEqualTo(1);
    proxy.advance(Duration.ofSeconds(1));
    first.close();
    assertThat(second.received()).isEqualTo("s1");
    assertThat(s1.received()).isEqualTo("early");
    second.close();
    SessionClosed last = proxy.events(SessionClosed.class).get(1);
    assertThat(last.timings().queue()).isEqualTo(Duration.ofSeconds(1).toNanos());
    assertThat(last.load().backendQueue()).isZero();
  }

  @Test
  void a_session_waits_as_long_as_it_may_to_the_nanosecond() {
    proxy.start(app(proxy.origin("s1")).build());
    proxy.client();
    proxy.advance(Duration.ofNanos(777));
    VirtualClient waiter = proxy.client();
    proxy.advance(THREE.minus(NANO));
    assertThat(waiter.isOpen()).isTrue();
    proxy.advance(NANO);
    assertThat(waiter.isOpen()).isFalse();
    assertThat(proxy.closed().termination()).hasToString("sQ");
    assertThat(proxy.closed().timings().total()).isEqualTo(THREE.toNanos());
    assertThat(proxy.closed().server()).isNull();
  }

  @Test
  void a_client_that_leaves_the_queue_frees_its_place() {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(app(s1).maxQueue(1).build());
    VirtualClient holder = proxy.client();
    VirtualClient leaving = proxy.client();
    leaving.close();
    assertThat(proxy.closed().termination()).hasToString("CQ");
    assertThat(proxy.status().queued()).isZero();
    VirtualClient next = proxy.client();
    assertThat(next.isOpen()).isTrue();
    holder.close();
    next.write("x");
    assertThat(next.received()).isEqualTo("s1");
    assertThat(s1.connections())
        .as("the slot was never spent on the one who left")
        .isEqualTo(2);
  }

  @Test
  void a_full_queue_turns_the_next_away() {
    proxy.start(app(proxy.origin("s1")).maxQueue(1).build());
    proxy.client();
    proxy.client();
    assertThat(proxy.client().isOpen()).isFalse();
    assertThat(proxy.closed().termination()).hasToString("SQ");
  }

  @Test
  void a_server_that_goes_into_maintenance_leaves_its_waiters_to_others() {
    VirtualOrigin s1 = proxy.origin("s1");
    VirtualOrigin s2 = proxy.origin("s2");
    proxy.start(app(s1, s2).build());
    proxy.client();
    VirtualClient second = proxy.client();
    VirtualClient waiter = proxy.client();
    proxy.done(proxy.lb().backend("app").server("s1").maintenance());
    assertThat(waiter.isOpen()).isTrue();
    second.close();
    waiter.write("x");
    assertThat(waiter.received()).isEqualTo("s2");
  }

  @Test
  void a_wait_ends_at_once_when_nobody_is_left_to_wait_for() {
    proxy.start(app(proxy.origin("s1")).build());
    proxy.client();
    VirtualClient waiter = proxy.client();
    proxy.done(proxy.lb().backend("app").server("s1").maintenance());
    assertThat(waiter.isOpen()).isFalse();
    assertThat(proxy.closed().termination()).hasToString("SC");
    assertThat(proxy.client().isOpen()).isFalse();
  }

  @Test
  void a_limit_raised_at_run_time_lets_waiters_in() {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(app(s1).build());
    proxy.client();
    proxy.client();
    proxy.client();
    proxy.done(proxy.lb().backend("app").server("s1").maxConnections(2));
    assertThat(s1.connections()).isEqualTo(2);
    assertThat(proxy.status().queued()).isEqualTo(1);
    proxy.done(proxy.lb().backend("app").server("s1").maxConnections(0));
    assertThat(s1.connections()).isEqualTo(3);
  }

  @Test
  void a_server_added_at_run_time_takes_waiters() {
    proxy.start(app(proxy.origin("s1")).build());
    VirtualOrigin s2 = proxy.origin("s2");
    proxy.client();
    VirtualClient waiter = proxy.client();
    proxy.done(proxy.lb().backend("app").add(s2.server()));
    waiter.write("x");
    assertThat(waiter.received()).isEqualTo("s2");
  }

  @Test
  void closing_turns_waiters_away_at_once_and_lets_the_others_finish() {
    proxy.start(app(proxy.origin("s1")).build());
    VirtualClient holder = proxy.client();
    VirtualClient waiter = proxy.client();
    var closed = proxy.lb().closeAsync(Duration.ofSeconds(10)).toCompletableFuture();
    assertThat(waiter.isOpen()).isFalse();
    assertThat(proxy.closed().termination()).hasToString("KQ");
    assertThat(holder.isOpen()).isTrue();
    assertThat(proxy.isDone(closed)).isFalse();
    holder.close();
    assertThat(proxy.isDone(closed)).isTrue();
  }
}
