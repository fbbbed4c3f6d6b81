package dev.fairlead.http.virtual;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limit of connections to a server that idle ones count against, over two event loops. */
@Timeout(60)
final class StrictMaxConnectionsTest {
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

  private VirtualProxy proxy(
      long seed, int limit, UnaryOperator<Server> server, ServerConnections how) {
    VirtualProxy proxy = new VirtualProxy(
        VirtualNetwork.create(seed, 2),
        b -> b.connectTimeout(ofSeconds(5)).eachServer(s -> server.apply(s.maxConnections(limit))),
        f -> f.serverConnections(how));
    started = proxy;
    return proxy;
  }

  private VirtualProxy strict(int limit) {
    return proxy(1, limit, Server::strictMaxConnections, ServerConnections.defaults());
  }

  private static long open(VirtualProxy proxy) {
    return proxy.servers().stream().filter(Peer::open).count();
  }

  /** Answers what has come, on connections that are open. */
  private static void answerAll(VirtualProxy proxy, Map<Peer, Integer> answered) {
    for (Peer server : List.copyOf(proxy.servers())) {
      int asked = server.received().split("\r\n\r\n", -1).length - 1;
      for (int i = answered.getOrDefault(server, 0); i < asked && server.open(); i++) {
        proxy.send(server, OK);
        answered.merge(server, 1, Integer::sum);
      }
    }
  }

  private static List<Peer> onBothLoops(VirtualProxy proxy) {
    return List.of(proxy.connect(), proxy.connect(), proxy.connect(), proxy.connect());
  }

  private static void oneAfterAnother(VirtualProxy proxy, int most) {
    Map<Peer, Integer> answered = new HashMap<>();
    for (Peer client : onBothLoops(proxy)) {
      proxy.send(client, GET);
      assertThat(open(proxy)).isLessThanOrEqualTo(most);
      answerAll(proxy, answered);
      assertThat(client.received()).isEqualTo(OK);
      assertThat(open(proxy)).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void an_idle_connection_of_another_event_loop_is_closed_first() {
    VirtualProxy proxy = strict(1);
    oneAfterAnother(proxy, 1);
    assertThat(proxy.servers()).hasSizeGreaterThan(1); // else all were on one loop
  }

  @Test
  void without_it_each_event_loop_keeps_its_own() {
    VirtualProxy proxy = proxy(1, 1, s -> s, ServerConnections.defaults());
    oneAfterAnother(proxy, 2);
    assertThat(open(proxy)).isEqualTo(2);
  }

  @Test
  void an_idle_connection_that_will_not_do_makes_room_for_one_that_does() {
    VirtualProxy proxy = strict(1);
    Map<Peer, Integer> answered = new HashMap<>();
    for (Peer client : onBothLoops(proxy)) {
      proxy.send(client, POST);
      answerAll(proxy, answered);
      assertThat(client.received()).isEqualTo(OK);
      assertThat(open(proxy)).isEqualTo(1);
    }
    assertThat(proxy.servers()).hasSize(4);
  }

  @Test
  void connections_made_early_stay_within_it_and_make_room() {
    VirtualProxy proxy = proxy(
        1,
        3,
        Server::strictMaxConnections,
        ServerConnections.defaults().connectEarly(2).idleTimeout(ofMinutes(10)));
    proxy.advance(ofSeconds(5));
    assertThat(open(proxy)).isEqualTo(3);

    Map<Peer, Integer> answered = new HashMap<>();
    for (Peer client : onBothLoops(proxy)) {
      proxy.send(client, POST);
      answerAll(proxy, answered);
      assertThat(client.received()).isEqualTo(OK);
      assertThat(open(proxy)).isLessThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,NEVER",
    "2,SAFE",
    "3,AGGRESSIVE",
    "4,ALWAYS",
    "5,NEVER",
    "6,SAFE",
    "7,AGGRESSIVE",
    "8,ALWAYS"
  })
  void whatever_the_interleaving_all_are_served_within_it(long seed, Reuse reuse) {
    VirtualProxy proxy = proxy(
        seed, 3, Server::strictMaxConnections, ServerConnections.defaults().reuse(reuse));
    Random random = new Random(seed);
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clients.add(proxy.connect());
    }
    Map<Peer, Integer> answered = new HashMap<>();
    Map<Peer, Integer> asked = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      Peer client = clients.get(random.nextInt(clients.size()));
      if (client.received().equals(OK.repeat(asked.getOrDefault(client, 0)))) {
        asked.merge(client, 1, Integer::sum);
        proxy.send(client, random.nextBoolean() ? GET : POST);
      }
      assertThat(open(proxy)).isLessThanOrEqualTo(3);
      if (random.nextInt(3) == 0) {
        answerAll(proxy, answered);
        assertThat(open(proxy)).isLessThanOrEqualTo(3);
      }
    }
    for (int i = 0; i < 20; i++) {
      answerAll(proxy, answered);
    }
    for (Peer client : clients) {
      assertThat(client.received()).isEqualTo(OK.repeat(asked.getOrDefault(client, 0)));
    }
  }
}
