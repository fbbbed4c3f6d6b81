package dev.fairlead.http.virtual;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which connections to a server requests go on, on one event loop. A POST here is a request that cannot be
 * sent a second time.
 */
@Timeout(30)
final class ReuseTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private @Nullable VirtualProxy started;

  @AfterEach
  void close() {
    if (started != null) {
      started.close();
    }
  }

  private VirtualProxy proxy(ServerConnections how) {
    return proxy(how, 3);
  }

  private VirtualProxy proxy(ServerConnections how, int retries) {
    VirtualProxy proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1), b -> b.retries(retries), f -> f.serverConnections(how));
    started = proxy;
    return proxy;
  }

  private static ServerConnections mode(Reuse reuse) {
    return ServerConnections.defaults().reuse(reuse);
  }

  /** Sends a request; says which of the server's connections it came on, from 1. */
  private static int sent(VirtualProxy proxy, Peer client, String request) {
    List<Integer> before = lengths(proxy);
    proxy.send(client, request);
    List<Integer> after = lengths(proxy);
    for (int i = 0; i < after.size(); i++) {
      if (i >= before.size() || !after.get(i).equals(before.get(i))) {
        return i + 1;
      }
    }
    throw new AssertionError("the request did not arrive: " + client.received());
  }

  private static List<Integer> lengths(VirtualProxy proxy) {
    return proxy.servers().stream().map(peer -> peer.received().length()).toList();
  }

  /** Sends a request and has it answered; says which connection it came on. */
  private static int exchanged(VirtualProxy proxy, Peer client, String request) {
    int on = sent(proxy, client, request);
    proxy.send(server(proxy, on), OK);
    assertThat(client.received()).endsWith("ok");
    return on;
  }

  private static Peer server(VirtualProxy proxy, int number) {
    return proxy.servers().get(number - 1);
  }

  @Test
  void never_keeps_a_connection_for_one_client_and_as_long_as_that_one() {
    VirtualProxy proxy = proxy(mode(Reuse.NEVER));
    Peer a = proxy.connect();
    Peer b = proxy.connect();

    assertThat(exchanged(proxy, a, GET)).isEqualTo(1);
    assertThat(exchanged(proxy, b, GET)).isEqualTo(2);
    assertThat(exchanged(proxy, a, POST)).isEqualTo(1);
    assertThat(exchanged(proxy, b, POST)).isEqualTo(2);
    proxy.close(a);

    assertThat(server(proxy, 1).open()).isFalse();
    assertThat(server(proxy, 2).open()).isTrue();
  }

  @Test
  void safe_sends_further_requests_on_any_connection_and_first_ones_on_new_ones() {
    VirtualProxy proxy = proxy(mode(Reuse.SAFE));
    Peer a = proxy.connect();
    Peer b = proxy.connect();

    assertThat(exchanged(proxy, a, POST)).isEqualTo(1);
    assertThat(exchanged(proxy, b, POST)).isEqualTo(2);
    assertThat(exchanged(proxy, a, POST)).isEqualTo(2);
    assertThat(exchanged(proxy, proxy.connect(), POST)).isEqualTo(3);
  }

  @Test
  void safe_sends_a_first_request_on_any_connection_when_it_can_be_sent_again() {
    VirtualProxy proxy = proxy(mode(Reuse.SAFE));
    assertThat(exchanged(proxy, proxy.connect(), GET)).isEqualTo(1);
    assertThat(exchanged(proxy, proxy.connect(), GET)).isEqualTo(1);

    Peer late = proxy.connect();
    assertThat(sent(proxy, late, GET)).isEqualTo(1);
    proxy.close(server(proxy, 1)); // it had just been closed
    proxy.send(server(proxy, 2), OK);
    assertThat(late.received()).isEqualTo(OK);
  }

  @Test
  void safe_sends_no_first_request_on_a_used_connection_where_none_is_sent_again() {
    VirtualProxy proxy = proxy(mode(Reuse.SAFE), 0);

    assertThat(exchanged(proxy, proxy.connect(), GET)).isEqualTo(1);
    assertThat(exchanged(proxy, proxy.connect(), GET)).isEqualTo(2);
  }

  @Test
  void aggressive_sends_first_requests_on_connections_that_were_used_again_before() {
    VirtualProxy proxy = proxy(mode(Reuse.AGGRESSIVE));
    Peer a = proxy.connect();
    Peer b = proxy.connect();

    assertThat(exchanged(proxy, a, POST)).isEqualTo(1);
    assertThat(exchanged(proxy, b, POST)).isEqualTo(2);
    assertThat(exchanged(proxy, a, POST)).isEqualTo(2);
    assertThat(exchanged(proxy, proxy.connect(), POST)).isEqualTo(2);
    assertThat(sent(proxy, proxy.connect(), POST)).isEqualTo(2);
    assertThat(sent(proxy, proxy.connect(), POST)).isEqualTo(3);
  }

  @Test
  void always_sends_first_requests_on_any_connection() {
    VirtualProxy proxy = proxy(mode(Reuse.ALWAYS));

    assertThat(exchanged(proxy, proxy.connect(), POST)).isEqualTo(1);
    assertThat(exchanged(proxy, proxy.connect(), POST)).isEqualTo(1);

    Peer unlucky = proxy.connect();
    assertThat(sent(proxy, unlucky, POST)).isEqualTo(1);
    proxy.close(server(proxy, 1));
    assertThat(unlucky.received()).startsWith("HTTP/1.1 502 ");
  }

  @ParameterizedTest
  @EnumSource
  void a_busy_connection_is_nobody_elses(Reuse reuse) {
    VirtualProxy proxy = proxy(mode(reuse));
    Peer a = proxy.connect();
    exchanged(proxy, a, GET);

    assertThat(sent(proxy, a, GET)).isEqualTo(1);
    assertThat(sent(proxy, proxy.connect(), GET)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void a_connection_carries_no_more_requests_than_it_may(Reuse reuse) {
    VirtualProxy proxy = proxy(mode(reuse).maxRequests(10));
    Peer client = proxy.connect();

    for (int i = 0; i < 1000; i++) {
      assertThat(exchanged(proxy, client, GET)).isEqualTo(1 + i / 10);
    }

    assertThat(proxy.servers()).hasSize(100);
    assertThat(proxy.servers()).noneMatch(Peer::open);
  }

  @Test
  void a_connection_beyond_its_age_closes_while_it_rests() {
    VirtualProxy proxy =
        proxy(ServerConnections.defaults().maxAge(ofSeconds(10)).idleTimeout(ofSeconds(60)));
    Peer client = proxy.connect();
    exchanged(proxy, client, GET);
    proxy.advance(ofSeconds(10).minusNanos(1));
    assertThat(server(proxy, 1).open()).isTrue();
    proxy.advance(ofNanos(1));
    assertThat(server(proxy, 1).open()).isFalse();
  }

  @Test
  void a_connection_beyond_its_age_ends_its_request_first() {
    VirtualProxy proxy = proxy(ServerConnections.defaults().maxAge(ofSeconds(10)));
    Peer client = proxy.connect();
    assertThat(sent(proxy, client, GET)).isEqualTo(1);
    proxy.advance(ofSeconds(11));
    assertThat(server(proxy, 1).open()).isTrue();
    proxy.send(server(proxy, 1), OK);

    assertThat(client.received()).isEqualTo(OK);
    assertThat(server(proxy, 1).open()).isFalse();
    assertThat(exchanged(proxy, client, GET)).isEqualTo(2);
  }

  @Test
  void each_connection_has_an_idle_time_of_its_own() {
    VirtualProxy proxy = proxy(ServerConnections.defaults().idleTimeout(ofSeconds(10)));
    Peer a = proxy.connect();
    Peer b = proxy.connect();
    assertThat(sent(proxy, a, GET)).isEqualTo(1);
    assertThat(exchanged(proxy, b, GET)).isEqualTo(2);
    proxy.advance(ofSeconds(4));
    proxy.send(server(proxy, 1), OK);

    proxy.advance(ofSeconds(6));
    assertThat(server(proxy, 2).open()).isFalse();
    assertThat(server(proxy, 1).open()).isTrue();
    proxy.advance(ofSeconds(4).minusNanos(1));
    assertThat(server(proxy, 1).open()).isTrue();
    proxy.advance(ofNanos(1));
    assertThat(server(proxy, 1).open()).isFalse();
  }

  @Test
  void times_that_end_within_a_moment_end_together() {
    VirtualProxy proxy = proxy(ServerConnections.defaults().idleTimeout(ofSeconds(10)));
    Peer a = proxy.connect();
    Peer b = proxy.connect();
    sent(proxy, a, GET);
    exchanged(proxy, b, GET);
    proxy.advance(ofMillis(1));
    proxy.send(server(proxy, 1), OK);

    proxy.advance(ofSeconds(10).plusMillis(10));
    assertThat(proxy.servers()).noneMatch(Peer::open);
  }

  @Test
  void of_too_many_idle_connections_the_one_that_rested_longest_is_closed() {
    VirtualProxy proxy = proxy(ServerConnections.defaults().maxIdle(1));
    Peer a = proxy.connect();
    Peer b = proxy.connect();
    sent(proxy, a, GET);
    exchanged(proxy, b, GET);
    proxy.send(server(proxy, 1), OK);

    assertThat(server(proxy, 1).open()).isTrue();
    assertThat(server(proxy, 2).open()).isFalse();
  }

  @Test
  void none_is_kept_where_none_may_be_idle() {
    VirtualProxy proxy = proxy(ServerConnections.defaults().maxIdle(0));
    Peer a = proxy.connect();

    assertThat(exchanged(proxy, a, GET)).isEqualTo(1);
    assertThat(server(proxy, 1).open()).isFalse();
    assertThat(exchanged(proxy, a, GET)).isEqualTo(2);
  }
}
