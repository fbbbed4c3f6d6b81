package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.acceptance.Plan.Time;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import dev.fairlead.testkit.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A server's maxconn, and what happens to those who have to wait for it. */
final class QueueReferenceTest {
  private static final int LIMIT = 32;
  private static final int WAITING = 16;

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void each_server_holds_at_most_32_and_the_others_follow_in_order(Proxy proxy, Mode mode)
      throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try (HeldOrigin a = HeldOrigin.start("a");
        HeldOrigin b = a.another("b");
        ProxyUnderTest running = proxy.start(Plan.of(
                mode,
                Member.of("a", a.port()).atMost(LIMIT),
                Member.of("b", b.port()).atMost(LIMIT))
            .time(Time.QUEUE, Duration.ofMinutes(1)))) {
      for (int i = 0; i < 2 * LIMIT; i++) {
        clients.add(request(running, i));
      }
      a.awaitArrivals(2 * LIMIT);
      for (int i = 0; i < WAITING; i++) {
        clients.add(request(running, 2 * LIMIT + i));
        Waits.queued(running, i + 1);
      }

      for (int i = 0; i < WAITING; i++) {
        a.release("/" + i);
        b.release("/" + i);
        assertThat(clients.get(i).response().status()).isEqualTo(200);
        clients.get(i).leave(); // frees the slot of a TCP session
        a.awaitArrivals(2 * LIMIT + i + 1);
        assertThat(a.arrivals().get(2 * LIMIT + i)).isEqualTo("/" + (2 * LIMIT + i));
      }
      assertThat(List.of(a.most(), b.most())).containsExactly(LIMIT, LIMIT);
      a.releaseAll();
      b.releaseAll();
      for (RawClient client : clients.subList(WAITING, clients.size())) {
        assertThat(client.response().status()).isEqualTo(200);
      }
    } finally {
      clients.forEach(RawClient::close);
    }
  }

  private static RawClient request(ProxyUnderTest proxy, int number) {
    return RawClient.connect(proxy.port()).send(RawClient.head("GET", "/" + number));
  }

  @ParameterizedTest
  @EnumSource
  void a_request_that_waited_too_long_gets_503_after_the_queue_timeout(Proxy proxy)
      throws Exception {
    try (HeldOrigin a = HeldOrigin.start("a");
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", a.port()).atMost(1)).time(Time.QUEUE, 400));
        RawClient first = request(running, 0)) {
      a.awaitArrivals(1);

      Duration waited = Waits.took(
          () -> assertThat(RawClient.get(running.port(), "/1").status()).isEqualTo(503));

      assertThat(waited).isBetween(Duration.ofMillis(390), Duration.ofMillis(900));
      AccessLine line = Waits.line(running);
      assertThat(line.termination()).isEqualTo("sQ");
      assertThat(line.queueMillis()).isBetween(390, 900);
      a.releaseAll();
      assertThat(first.response().status()).isEqualTo(200);
      assertThat(a.arrivals()).containsExactly("/0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_tcp_session_that_waited_too_long_is_closed(Proxy proxy) throws Exception {
    try (HeldOrigin a = HeldOrigin.start("a");
        ProxyUnderTest running =
            proxy.start(Plan.tcp(Member.of("a", a.port()).atMost(1)).time(Time.QUEUE, 400));
        RawClient first = request(running, 0)) {
      a.awaitArrivals(1);

      try (RawClient second = request(running, 1)) {
        assertThat(second.endsSilently()).isTrue();
      }

      AccessLine line = Waits.line(running);
      assertThat(line.termination()).isEqualTo("sQ");
      assertThat(line.queueMillis()).isBetween(390, 900);
      a.releaseAll();
      assertThat(first.response().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void a_client_that_leaves_the_queue_never_takes_a_slot(Proxy proxy, Mode mode) throws Exception {
    try (HeldOrigin a = HeldOrigin.start("a");
        ProxyUnderTest running =
            proxy.start(Plan.of(mode, Member.of("a", a.port()).atMost(1))
                .abortOnClose()
                .time(Time.QUEUE, Duration.ofMinutes(1)));
        RawClient first = request(running, 0)) {
      a.awaitArrivals(1);
      RawClient second = request(running, 1);
      Waits.queued(running, 1);
      try (RawClient third = request(running, 2)) {
        Waits.queued(running, 2);

        if (mode == Mode.TCP && proxy == Proxy.FAIRLEAD) {
          second.reset(); // a FIN would only say that nothing more will be sent
        } else {
          second.leave(); // HAProxy calls a reset CD even here
        }

        AccessLine line = Waits.line(running);
        assertThat(line.termination()).isEqualTo("CQ");
        assertThat(line.queueMillis()).isNotNegative();
        Waits.queued(running, 1);
        a.releaseAll();
        assertThat(first.response().status()).isEqualTo(200);
        first.leave();
        assertThat(third.response().status()).isEqualTo(200);
        assertThat(a.arrivals()).containsExactly("/0", "/2");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_tcp_client_that_half_closed_keeps_its_place(Proxy proxy) throws Exception {
    assertThat(answerAfterHalfClose(proxy, Mode.TCP)).contains("/1");
  }

  /** HAProxy does so with {@code option abortonclose} only. */
  @ParameterizedTest
  @EnumSource
  void an_http_client_that_half_closed_in_the_queue_is_gone_for_fairlead_only(Proxy proxy)
      throws Exception {
    if (proxy == Proxy.FAIRLEAD) {
      assertThat(answerAfterHalfClose(proxy, Mode.HTTP)).doesNotContain("/1");
    } else {
      assertThat(answerAfterHalfClose(proxy, Mode.HTTP)).contains("/1");
    }
  }

  /** What the origin has seen once a client that half-closed in the queue was served, or dropped. */
  private static List<String> answerAfterHalfClose(Proxy proxy, Mode mode) throws Exception {
    try (HeldOrigin a = HeldOrigin.start("a");
        ProxyUnderTest running =
            proxy.start(Plan.of(mode, Member.of("a", a.port()).atMost(1))
                .time(Time.QUEUE, Duration.ofMinutes(1)));
        RawClient first = request(running, 0)) {
      a.awaitArrivals(1);
      try (RawClient second = request(running, 1)) {
        Waits.queued(running, 1);
        second.closeOutput();
        a.releaseAll();
        assertThat(first.response().status()).isEqualTo(200);
        first.leave();
        boolean silent = second.endsSilently(); // else the answer comes
        Waits.queued(running, 0);
        assertThat(silent).isEqualTo(!a.arrivals().contains("/1"));
        return a.arrivals();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_frontend_at_its_limit_lets_others_wait_in_the_backlog(Proxy proxy) throws Exception {
    try (HeldOrigin a = HeldOrigin.start("a");
        ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", a.port())).frontendLimit(2));
        RawClient first = request(running, 0);
        RawClient second = request(running, 1)) {
      a.awaitArrivals(2);
      try (RawClient third = request(running, 2)) {
        assertThat(third.staysSilent(Duration.ofMillis(300))).isTrue();
        assertThat(a.arrivals()).hasSize(2);
        assertThat(running.queued()).isZero();

        a.releaseAll();
        assertThat(first.response().status()).isEqualTo(200);
        first.leave();

        assertThat(third.response().status()).isEqualTo(200);
        assertThat(second.response().status()).isEqualTo(200);
      }
    }
  }

  /** HAProxy has maxqueue for servers only; a full backend queue there is bounded by time alone. */
  @Test
  void the_queue_of_a_whole_backend_can_be_limited_in_fairlead_only() throws Exception {
    try (HeldOrigin a = HeldOrigin.start("a");
        LoadBalancer lb = LoadBalancer.start(HttpFrontend.builder("in")
            .bind("127.0.0.1", 0)
            .defaultBackend(Backend.builder("app")
                .server(Server.of("a", "127.0.0.1", a.port()).maxConnections(1))
                .maxQueue(1)
                .build())
            .build())) {
      int port = ((InetSocketAddress) lb.address("in")).getPort();
      try (RawClient first = RawClient.connect(port).send(RawClient.head("GET", "/0"))) {
        a.awaitArrivals(1);
        try (RawClient second = RawClient.connect(port).send(RawClient.head("GET", "/1"))) {
          Subject app = new Subject(Kind.BACKEND, "app", null);
          Await.until(Waits.PATIENCE, () -> lb.stats(app).queued() == 1);

          assertThat(RawClient.get(port, "/2").status()).isEqualTo(503);

          a.releaseAll();
          assertThat(first.response().status()).isEqualTo(200);
          assertThat(second.response().status()).isEqualTo(200);
        }
      }
    }
  }
}
