package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.BackendControl;
import dev.fairlead.config.Backend;
import dev.fairlead.event.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers and frontends that come and go while sessions run. */
class VirtualChangesTest {
  private static final Duration NANO = Duration.ofNanos(1);
  private static final Duration GRACE = Duration.ofSeconds(30);

  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private static Backend app(VirtualOrigin... origins) {
    Backend.Builder builder = Backend.builder("app");
    for (VirtualOrigin origin : origins) {
      builder.server(origin.server());
    }
    return builder.build();
  }

  private String askedBy(VirtualClient client) {
    client.write("?");
    return client.received();
  }

  private BackendControl backend() {
    return proxy.lb().backend("app");
  }

  @Test
  void a_draining_server_gets_nothing_new_and_is_idle_when_its_last_session_ends() {
    VirtualOrigin s1 = proxy.origin("s1");
    VirtualOrigin s2 = proxy.origin("s2");
    proxy.start(app(s1, s2));
    VirtualClient running = proxy.client();
    assertThat(askedBy(running)).isEqualTo("s1");
    proxy.done(backend().server("s1").drain());
    var idle = backend().server("s1").whenIdle(GRACE).toCompletableFuture();
    assertThat(askedBy(proxy.client())).isEqualTo("s2");
    assertThat(askedBy(proxy.client())).isEqualTo("s2");
    assertThat(proxy.isDone(idle)).isFalse();
    running.close();
    assertThat(proxy.isDone(idle)).isTrue();
    assertThat(idle.join().server("s1").orElseThrow().inFlight()).isZero();
  }

  @Test
  void sessions_of_a_draining_server_end_with_the_grace() {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(app(s1));
    VirtualClient running = proxy.client();
    assertThat(askedBy(running)).isEqualTo("s1");
    proxy.done(backend().server("s1").drain());
    var idle = backend().server("s1").whenIdle(GRACE).toCompletableFuture();
    proxy.advance(GRACE.minus(NANO));
    assertThat(running.isOpen()).isTrue();
    proxy.advance(NANO);
    assertThat(running.isOpen()).isFalse();
    assertThat(proxy.isDone(idle)).isTrue();
    assertThat(proxy.closed().termination()).hasToString("KD");
    assertThat(proxy.closed().bytesOut()).isEqualTo(2);
  }

  @Test
  void two_who_wait_for_the_same_idleness_are_both_told() {
    proxy.start(app(proxy.origin("s1")));
    VirtualClient running = proxy.client();
    var first = backend().server("s1").whenIdle(GRACE).toCompletableFuture();
    var second = backend().server("s1").whenIdle(GRACE.multipliedBy(2)).toCompletableFuture();
    proxy.net().run();
    running.close();
    assertThat(proxy.isDone(first)).isTrue();
    assertThat(proxy.isDone(second)).isTrue();
    assertThat(proxy.done(backend().server("s1").whenIdle(GRACE)).inFlight()).isZero();
  }

  @Test
  void a_backup_takes_over_and_gives_back() {
    VirtualOrigin s1 = proxy.origin("s1");
    VirtualOrigin b1 = proxy.origin("b1");
    proxy.start(Backend.builder("app")
        .server(s1.server())
        .server(b1.server().asBackup())
        .build());
    assertThat(askedBy(proxy.client())).isEqualTo("s1");
    proxy.done(backend().server("s1").maintenance());
    assertThat(askedBy(proxy.client())).isEqualTo("b1");
    proxy.done(backend().server("s1").ready());
    assertThat(askedBy(proxy.client())).isEqualTo("s1");
  }

  @Test
  void a_server_that_is_removed_may_finish_within_the_grace() {
    VirtualOrigin s1 = proxy.origin("s1");
    VirtualOrigin s2 = proxy.origin("s2");
    proxy.start(app(s1, s2));
    VirtualClient running = proxy.client();
    assertThat(askedBy(running)).isEqualTo("s1");
    var removed = backend().remove("s1", GRACE).toCompletableFuture();
    assertThat(askedBy(proxy.client())).isEqualTo("s2");
    assertThat(askedBy(running)).isEqualTo("s1s1");
    assertThat(proxy.isDone(removed)).isFalse();
    running.close();
    assertThat(proxy.isDone(removed)).isTrue();
    assertThat(removed.join().server("s1")).isEmpty();
  }

  @Test
  void a_server_that_joins_gets_its_share_at_once() {
    proxy.start(app(proxy.origin("s1")));
    VirtualOrigin s2 = proxy.origin("s2");
    proxy.client();
    proxy.done(backend().add(s2.server()));
    proxy.client();
    proxy.client();
    assertThat(s2.connections()).isEqualTo(1);
  }

  @Test
  void a_new_list_keeps_the_sessions_of_those_who_stay_and_of_those_who_go() {
    VirtualOrigin s1 = proxy.origin("s1");
    VirtualOrigin s2 = proxy.origin("s2");
    VirtualOrigin s3 = proxy.origin("s3");
    proxy.start(app(s1, s2));
    VirtualClient first = proxy.client();
    VirtualClient second = proxy.client();
    var now = proxy.done(backend().replaceAll(List.of(s2.server(), s3.server())));
    assertThat(now.servers()).extracting(s -> s.name()).containsExactly("s2", "s3");
    assertThat(now.server("s2").orElseThrow().inFlight()).isEqualTo(1);
    assertThat(askedBy(first)).isEqualTo("s1");
    assertThat(askedBy(second)).isEqualTo("s2");
    proxy.client();
    proxy.client();
    assertThat(s1.connections()).isEqualTo(1);
    assertThat(s3.connections()).isEqualTo(1);
  }

  @Test
  void a_frontend_opens_and_closes_while_another_runs() {
    VirtualOrigin s1 = proxy.origin("s1");
    VirtualOrigin s2 = proxy.origin("s2");
    proxy.start(app(s1));
    VirtualClient staying = proxy.client();
    Backend other = Backend.builder("other").server(s2.server()).build();
    proxy.done(proxy.lb().open(proxy.frontend("more", other).build()));
    VirtualClient more = proxy.client("more");
    assertThat(askedBy(more)).isEqualTo("s2");
    var closed = proxy.lb().close("more", GRACE).toCompletableFuture();
    assertThat(proxy.isDone(closed)).isFalse();
    assertThat(proxy.client("more").isOpen()).as("a newcomer").isFalse();
    assertThat(more.isOpen()).isTrue();
    more.close();
    assertThat(proxy.isDone(closed)).isTrue();
    assertThat(proxy.lb().backends()).containsExactly("app");
    assertThat(askedBy(staying)).isEqualTo("s1");
  }

  @Test
  void frontends_that_open_at_the_same_time_do_not_lose_each_other() {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(app(s1));
    Backend second = Backend.builder("second").server(s1.server()).build();
    Backend third = Backend.builder("third").server(s1.server()).build();
    var opening = proxy.lb().open(proxy.frontend("second", second).build());
    var also = proxy.lb().open(proxy.frontend("third", third).build());
    var again = proxy.lb().open(proxy.frontend("third", third).build()).toCompletableFuture();
    proxy.done(opening);
    proxy.done(also);
    assertThat(proxy.lb().backends()).containsExactlyInAnyOrder("app", "second", "third");
    assertThat(again).isCompletedExceptionally();
    assertThat(askedBy(proxy.client("third"))).isEqualTo("s1");
    assertThat(askedBy(proxy.client("second"))).isEqualTo("s1");
  }

  @Test
  void a_frontend_that_is_closed_twice_tells_both_and_once() {
    proxy.start(app(proxy.origin("s1")));
    VirtualClient running = proxy.client();
    CompletableFuture<Void> first = proxy.lb().close("tcp", GRACE).toCompletableFuture();
    CompletableFuture<Void> second = proxy.lb().close("tcp", GRACE).toCompletableFuture();
    CompletableFuture<Void> all = proxy.lb().closeAsync(GRACE).toCompletableFuture();
    proxy.net().run();
    running.close();
    assertThat(List.of(first, second, all)).allMatch(proxy::isDone);
    assertThat(proxy.events(Event.FrontendClosed.class)).hasSize(1);
  }

  @Test
  void an_opening_that_is_overtaken_by_the_end_leaves_nothing() {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(app(s1));
    Backend second = Backend.builder("second").server(s1.server()).build();
    var opening = proxy
        .lb()
        .open(proxy
            .frontend("second", second)
            .bind(new io.netty.channel.local.LocalAddress("more"))
            .build())
        .toCompletableFuture();
    proxy.done(proxy.lb().closeAsync(Duration.ZERO));
    assertThat(opening).isDone();
    assertThat(proxy.client("second").isOpen()).isFalse();
  }

  @Test
  void a_frontend_whose_address_is_taken_leaves_the_others_alone() {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(app(s1));
    Backend second = Backend.builder("second").server(s1.server()).build();
    var opening = proxy
        .lb()
        .open(proxy
            .frontend("second", second)
            .bind(new io.netty.channel.local.LocalAddress("frontend-tcp"))
            .build());
    assertThatThrownBy(() -> proxy.done(opening)).hasMessageContaining("frontend 'second'");
    assertThat(proxy.lb().backends()).containsExactly("app");
    assertThat(proxy.client("second").isOpen()).isFalse();
    assertThat(askedBy(proxy.client())).isEqualTo("s1");
  }

  @Test
  void closing_ends_with_the_grace_at_the_latest() {
    proxy.start(app(proxy.origin("s1")));
    VirtualClient running = proxy.client();
    var closed = proxy.lb().closeAsync(GRACE).toCompletableFuture();
    proxy.advance(GRACE.minus(NANO));
    assertThat(running.isOpen()).isTrue();
    assertThat(proxy.client().isOpen()).as("a newcomer").isFalse();
    proxy.advance(NANO);
    assertThat(running.isOpen()).isFalse();
    assertThat(proxy.isDone(closed)).isTrue();
  }

  @Test
  void a_subject_listener_that_throws_does_not_stop_a_change() throws Exception {
    proxy.start(app(proxy.origin("s1")));
    VirtualOrigin s2 = proxy.origin("s2");
    try (AutoCloseable listening = proxy.lb().onSubjectsChanged(() -> {
      throw new IllegalStateException("listener");
    })) {
      assertThat(listening).isNotNull();
      var now = proxy.done(backend().add(s2.server()));
      assertThat(now.server("s2")).isPresent();
    }
    assertThat(proxy.takeFailures()).containsExactly("listener");
  }
}
