package dev.fairlead.http.virtual;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalServerChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that are made before requests come. */
@Timeout(30)
final class EarlyConnectionsTest {
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private @Nullable VirtualProxy started;

  @AfterEach
  void close() {
    if (started != null) {
      started.close();
    }
  }

  private VirtualProxy proxy(ServerConnections how) {
    return proxy(1, how, b -> b);
  }

  private VirtualProxy proxy(
      int loops, ServerConnections how, UnaryOperator<Backend.Builder> backend) {
    VirtualProxy proxy =
        new VirtualProxy(VirtualNetwork.create(1, loops), backend, f -> f.serverConnections(how));
    started = proxy;
    proxy.advance(ofMillis(0));
    return proxy;
  }

  private static ServerConnections early(int connections) {
    return ServerConnections.defaults().connectEarly(connections);
  }

  private static long open(VirtualProxy proxy) {
    return proxy.servers().stream().filter(Peer::open).count();
  }

  @Test
  void each_event_loop_has_its_own_before_any_request() {
    VirtualProxy proxy = proxy(2, early(3), b -> b);

    assertThat(proxy.servers()).hasSize(6).allMatch(Peer::open);
    assertThat(proxy.servers()).extracting(Peer::received).containsOnly("");
    proxy.advance(ofSeconds(5));
    assertThat(proxy.servers()).hasSize(6);
  }

  @Test
  void a_request_goes_on_one_of_them_and_it_is_replaced_at_once() {
    VirtualProxy proxy = proxy(early(2));
    Peer client = proxy.connect();
    proxy.send(client, GET);

    assertThat(proxy.servers()).hasSize(3);
    assertThat(proxy.servers().get(2).received()).isEmpty();
    proxy.send(proxy.servers().get(1), OK);
    assertThat(client.received()).isEqualTo(OK);
    proxy.send(client, GET);
    proxy.send(proxy.servers().get(1), OK);
    assertThat(client.received()).isEqualTo(OK + OK);
    assertThat(proxy.servers()).hasSize(3);
  }

  @Test
  void a_first_request_that_cannot_be_sent_again_does_not_go_on_them() {
    VirtualProxy proxy = proxy(early(1));
    proxy.send(proxy.connect(), POST);

    assertThat(proxy.servers()).hasSize(2);
    assertThat(proxy.servers().get(0).received()).isEmpty();
  }

  @Test
  void any_request_goes_on_them_where_any_may() {
    VirtualProxy proxy = proxy(early(1).reuse(Reuse.ALWAYS));
    proxy.send(proxy.connect(), POST);

    assertThat(proxy.servers().get(0).received()).startsWith("POST / ");
  }

  @Test
  void they_are_renewed_when_they_have_rested_too_long() {
    VirtualProxy proxy = proxy(early(2).idleTimeout(ofSeconds(10)));
    proxy.advance(ofSeconds(11));

    assertThat(proxy.servers()).hasSize(4);
    assertThat(open(proxy)).isEqualTo(2);
  }

  @Test
  void one_that_the_server_closes_is_replaced_within_a_second() {
    VirtualProxy proxy = proxy(early(2));
    proxy.close(proxy.servers().get(0));
    assertThat(open(proxy)).isEqualTo(1);
    proxy.advance(ofSeconds(1));

    assertThat(open(proxy)).isEqualTo(2);
  }

  @Test
  void one_on_which_the_server_speaks_unasked_is_closed() {
    VirtualProxy proxy = proxy(early(1));
    proxy.send(proxy.servers().get(0), "HTTP/1.1 408 Request Timeout\r\n\r\n");

    assertThat(proxy.servers().get(0).open()).isFalse();
  }

  @Test
  void a_server_that_gets_no_traffic_gets_none_until_it_does_again() {
    VirtualProxy proxy = proxy(early(2).idleTimeout(ofSeconds(10)));
    proxy.balancer().backend("app").server("s1").drain();
    proxy.advance(ofSeconds(30));
    assertThat(open(proxy)).isZero();
    int before = proxy.servers().size();

    proxy.advance(ofSeconds(30));
    assertThat(proxy.servers()).hasSize(before);
    proxy.balancer().backend("app").server("s1").ready();
    proxy.advance(ofSeconds(1));
    assertThat(open(proxy)).isEqualTo(2);
  }

  @Test
  void a_server_that_is_to_know_the_client_gets_none() {
    VirtualProxy proxy = proxy(1, early(2), b -> b.eachServer(s -> s.sendProxy(SendProxy.v1())));
    proxy.advance(ofSeconds(2));

    assertThat(proxy.servers()).isEmpty();
  }

  @Test
  void a_start_that_fails_leaves_none() {
    List<Channel> accepted = new ArrayList<>();
    try (VirtualNetwork network = VirtualNetwork.create(1, 1)) {
      LocalAddress app = new LocalAddress("app");
      LocalAddress taken = new LocalAddress("taken");
      ServerBootstrap origin = new ServerBootstrap()
          .group(network.control(), network.control())
          .channel(LocalServerChannel.class)
          .childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
              accepted.add(channel);
            }
          });
      network.get(origin.bind(app));
      network.get(origin.bind(taken));
      HttpFrontend web = HttpFrontend.builder("web")
          .bind(taken)
          .serverConnections(early(2))
          .defaultBackend(Backend.builder("app").server(Server.of("s1", app)).build())
          .build();
      var starting = LoadBalancer.builder()
          .eventLoops(network.traffic())
          .controlLoop(network.loop(0))
          .frontend(web)
          .startAsync();

      network.advance(ofSeconds(5));
      assertThat(starting.toCompletableFuture()).isCompletedExceptionally();
      assertThat(accepted).hasSizeLessThanOrEqualTo(2).noneMatch(Channel::isOpen);
    }
  }

  @Test
  void they_are_closed_when_the_frontend_closes() {
    VirtualProxy proxy = proxy(early(2));
    proxy.balancer().closeAsync(ofSeconds(60));
    proxy.advance(ofSeconds(0));

    assertThat(open(proxy)).isZero();
  }
}
