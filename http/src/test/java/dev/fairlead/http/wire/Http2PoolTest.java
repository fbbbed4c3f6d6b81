package dev.fairlead.http.wire;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** How connections to servers that speak HTTP/2 are shared, and when they end. */
@Timeout(60)
final class Http2PoolTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

  private static Proxy proxy(Http2Origin origin, ServerConnections how) {
    return proxy(Server.of("s1", "127.0.0.1", origin.port()).proto("h2"), how);
  }

  private static Proxy proxy(Server server, ServerConnections how) {
    return Proxy.bare(b -> b.server(server), f -> f.bind("127.0.0.1", 0).serverConnections(how));
  }

  /** Many clients, each with a request under way. */
  private static List<RawClient> ask(Proxy proxy, int clients, String request) throws Exception {
    List<RawClient> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(proxy.connect().send(request));
    }
    return all;
  }

  private static void answered(List<RawClient> clients) throws Exception {
    for (RawClient client : clients) {
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("ok");
      client.close();
    }
  }

  @Test
  void there_are_as_many_connections_as_streams_need() throws Exception {
    try (Http2Origin origin = Http2Origin.start().hold();
        Proxy proxy = proxy(origin, ServerConnections.defaults().maxStreams(100))) {
      List<RawClient> clients = ask(proxy, 250, GET);
      Await.until("250 requests", Proxy.SOON, () -> origin.requests() == 250);

      assertThat(origin.peers()).hasSize(3);
      assertThat(origin.peers())
          .extracting(Http2Origin.Peer::requests)
          .containsExactly(100, 100, 50);
      origin.release();
      answered(clients);
    }
  }

  @Test
  void a_server_that_takes_fewer_streams_gets_no_more_of_them() throws Exception {
    try (Http2Origin origin = Http2Origin.atMost(10).hold();
        Proxy proxy = proxy(origin, ServerConnections.defaults().maxStreams(100))) {
      List<RawClient> clients = ask(proxy, 50, GET);
      Await.until("50 requests", Proxy.SOON, () -> origin.requests() == 50);

      assertThat(origin.peers()).allSatisfy(p -> assertThat(p.requests()).isLessThanOrEqualTo(10));
      origin.release();
      answered(clients);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NEVER")
  void clients_share_a_connection_at_the_same_time(Reuse reuse) throws Exception {
    try (Http2Origin origin = Http2Origin.start().hold();
        Proxy proxy = proxy(origin, ServerConnections.defaults().reuse(reuse))) {
      List<RawClient> clients = ask(proxy, 20, POST);
      Await.until("20 requests", Proxy.SOON, () -> origin.requests() == 20);

      assertThat(origin.peers()).hasSize(1);
      origin.release();
      answered(clients);
    }
  }

  @Test
  void a_connection_is_one_clients_and_ends_with_it_where_none_is_shared() throws Exception {
    try (Http2Origin origin = Http2Origin.start();
        Proxy proxy = proxy(origin, ServerConnections.defaults().reuse(Reuse.NEVER));
        RawClient a = proxy.connect();
        RawClient b = proxy.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(a.send(GET).response()).endsWith("ok");
        assertThat(b.send(POST).response()).endsWith("ok");
      }
      assertThat(origin.peers()).extracting(Http2Origin.Peer::requests).containsExactly(3, 3);
      a.leave();

      Await.until("one connection", Proxy.SOON, () -> origin.open() == 1);
      assertThat(origin.peers().get(0).toldToGo()).isTrue();
      assertThat(b.send(GET).response()).endsWith("ok");
    }
  }

  @Test
  void a_connection_carries_no_more_requests_than_it_may_and_is_left_in_order() throws Exception {
    try (Http2Origin origin = Http2Origin.start();
        Proxy proxy = proxy(origin, ServerConnections.defaults().maxRequests(10));
        RawClient client = proxy.connect()) {
      for (int i = 0; i < 1000; i++) {
        assertThat(client.send(GET).response()).endsWith("ok");
      }

      assertThat(origin.peers()).hasSize(100);
      assertThat(origin.peers()).extracting(Http2Origin.Peer::requests).containsOnly(10);
      Await.until("no connection", Proxy.SOON, () -> origin.open() == 0);
      assertThat(origin.peers()).allMatch(Http2Origin.Peer::toldToGo);
    }
  }

  @Test
  void requests_that_come_at_once_are_counted_too() throws Exception {
    try (Http2Origin origin = Http2Origin.start().hold();
        Proxy proxy = proxy(origin, ServerConnections.defaults().maxRequests(10))) {
      List<RawClient> clients = ask(proxy, 30, GET);
      Await.until("30 requests", Proxy.SOON, () -> origin.requests() == 30);

      assertThat(origin.peers()).extracting(Http2Origin.Peer::requests).containsOnly(10);
      origin.release();
      answered(clients);
      Await.until("no connection", Proxy.SOON, () -> origin.open() == 0);
    }
  }

  @Test
  void a_connection_beyond_its_age_ends_its_streams_and_takes_no_new_ones() throws Exception {
    try (Http2Origin origin = Http2Origin.start().hold();
        Proxy proxy = proxy(origin, ServerConnections.defaults().maxAge(ofNanos(1)));
        RawClient a = proxy.connect();
        RawClient b = proxy.connect()) {
      a.send(GET);
      Await.until("a request", Proxy.SOON, () -> origin.requests() == 1);
      b.send(GET);
      Await.until("a second one", Proxy.SOON, () -> origin.requests() == 2);

      assertThat(origin.peers()).extracting(Http2Origin.Peer::requests).containsExactly(1, 1);
      assertThat(origin.peers().get(0).toldToGo()).isFalse();
      origin.release();
      assertThat(a.response()).endsWith("ok");
      assertThat(b.response()).endsWith("ok");
      Await.until("the first one left", Proxy.SOON, () -> origin.peers().get(0).toldToGo());
      Await.until("no connection", Proxy.SOON, () -> origin.open() == 0);
    }
  }

  @Test
  void an_idle_connection_is_left_when_its_time_is_over() throws Exception {
    try (Http2Origin origin = Http2Origin.start();
        Proxy proxy = proxy(origin, ServerConnections.defaults().idleTimeout(ofMillis(200)));
        RawClient client = proxy.connect()) {
      assertThat(client.send(GET).response()).endsWith("ok");

      Await.until("no connection", Proxy.SOON, () -> origin.open() == 0);
      assertThat(origin.peers().get(0).toldToGo()).isTrue();
      assertThat(client.send(GET).response()).endsWith("ok");
      assertThat(origin.peers()).hasSize(2);
    }
  }

  @Test
  void a_server_that_goes_away_in_the_middle_loses_no_request() throws Exception {
    try (Http2Origin origin = Http2Origin.start().hold();
        Proxy proxy = proxy(origin, ServerConnections.defaults())) {
      List<RawClient> clients = ask(proxy, 20, POST);
      Await.until("20 requests", Proxy.SOON, () -> origin.requests() == 20);
      origin.peers().get(0).goAway(19); // the tenth stream of ours

      Await.until("10 on another", Proxy.SOON, () -> origin.requests() == 30);
      assertThat(origin.peers()).extracting(Http2Origin.Peer::requests).containsExactly(20, 10);
      origin.release();
      answered(clients);
      Await.until("the first one left", Proxy.SOON, () -> origin.open() == 1);
    }
  }

  @Test
  void one_connection_is_there_before_any_request_however_many_are_wanted() throws Exception {
    try (Http2Origin origin = Http2Origin.start();
        Proxy proxy = proxy(origin, ServerConnections.defaults().connectEarly(4))) {
      Await.until("a connection", Proxy.SOON, () -> origin.settled() == 1);
      List<RawClient> clients = ask(proxy, 5, POST);
      answered(clients);

      assertThat(origin.peers()).hasSize(1);
    }
  }

  @Test
  void one_connection_is_there_before_any_request_where_tls_has_agreed_on_http2() throws Exception {
    try (Http2Origin origin = Http2Origin.secure()) {
      Server server = Server.of("s1", "localhost", origin.port())
          .tls(TlsPeers.toServers(TlsProvider.JDK).alpn("h2", "http/1.1"));
      try (Proxy proxy = proxy(server, ServerConnections.defaults().connectEarly(4))) {
        Await.until("a connection", Proxy.SOON, () -> origin.settled() == 1);
        List<RawClient> clients = ask(proxy, 5, POST);
        answered(clients);

        assertThat(origin.peers()).hasSize(1);
      }
    }
  }

  @Test
  void one_that_the_server_leaves_is_replaced() throws Exception {
    try (Http2Origin origin = Http2Origin.start();
        Proxy proxy = proxy(origin, ServerConnections.defaults().connectEarly(1))) {
      Await.until("a connection", Proxy.SOON, () -> origin.settled() == 1);
      origin.peers().get(0).goAway(0);

      Await.until("another one", ofSeconds(5), () -> origin.peers().size() == 2);
      Await.until("the first one closed", Proxy.SOON, () -> origin.open() == 1);
      assertThat(proxy.status().inFlight()).isZero();
    }
  }
}
