package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Outcome;
import dev.fairlead.balance.PickContext;
import dev.fairlead.balance.Picker;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.status.LevelStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Priority levels of servers, from the client's side. */
class VirtualLevelsTest {
  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private final Verdicts checks = new Verdicts();
  private final Map<String, VirtualOrigin> origins = new HashMap<>();

  /** Servers a1 to a4 of level 0, b1 to b4 of level 1. */
  private void start(UnaryOperator<Server> change, UnaryOperator<Backend.Builder> more) {
    Backend.Builder backend = Backend.builder("app").eachServer(change).healthCheck(checks);
    for (String level : new String[] {"a", "b"}) {
      for (int i = 1; i <= 4; i++) {
        VirtualOrigin origin = proxy.origin(level + i);
        origins.put(level + i, origin);
        backend.server(origin.server().priority(level.equals("a") ? 0 : 1));
      }
    }
    proxy.start(more.apply(backend).build());
  }

  private void start() {
    start(s -> s, b -> b);
  }

  private void down(String... servers) {
    for (String server : servers) {
      checks.down(server);
    }
    proxy.net().run();
  }

  private VirtualOrigin origin(String server) {
    return Objects.requireNonNull(origins.get(server), server);
  }

  private int connections(String server) {
    return origin(server).connections();
  }

  private int ofLevel(String level) {
    int sum = 0;
    for (int i = 1; i <= 4; i++) {
      sum += connections(level + i);
    }
    return sum;
  }

  private void clients(int count) {
    for (int i = 0; i < count; i++) {
      proxy.client();
    }
  }

  @Test
  void the_first_level_gets_all_while_it_is_whole() {
    start();
    down("a4"); // three of four: 105 percent
    clients(30);
    assertThat(connections("a1")).isEqualTo(10);
    assertThat(connections("a2")).isEqualTo(10);
    assertThat(connections("a3")).isEqualTo(10);
    assertThat(ofLevel("b")).isZero();
  }

  @Test
  void what_the_first_level_lacks_spills_to_the_second_each_with_its_own_turn() {
    start();
    down("a3", "a4"); // 70 percent
    clients(400);
    assertThat(ofLevel("a")).isBetween(250, 310);
    assertThat(ofLevel("b")).isEqualTo(400 - ofLevel("a"));
    assertThat(connections("a3")).isZero();
    assertThat(connections("a1") - connections("a2")).isBetween(-1, 1);
    assertThat(connections("b1") - connections("b4")).isBetween(-1, 1);
    assertThat(proxy.status().levels())
        .containsExactly(new LevelStatus(0, 70, false, 2, 4), new LevelStatus(1, 30, false, 4, 4));
  }

  @Test
  void a_level_whose_servers_are_all_full_leaves_its_requests_to_the_next() {
    start(s -> s.maxConnections(1), b -> b);
    clients(6);
    assertThat(ofLevel("a")).isEqualTo(4);
    assertThat(ofLevel("b")).isEqualTo(2);
    clients(3); // two find a place, one waits
    assertThat(ofLevel("b")).isEqualTo(4);
    assertThat(proxy.status().queued()).isEqualTo(1);
  }

  @Test
  void a_level_whose_servers_have_failed_for_a_request_leaves_it_to_the_next() {
    start(s -> s, b -> b.retries(4));
    for (int i = 1; i <= 4; i++) {
      origin("a" + i).stopListening();
    }
    VirtualClient client = proxy.client();
    client.write("?");
    assertThat(client.received()).isEqualTo("b1");
  }

  @Test
  void a_strategy_that_insists_on_a_full_server_of_its_level_is_waited_for() {
    Balancer first = members -> request -> members.eligible().get(0);
    start(s -> s.maxConnections(1), b -> b.balancer(first));
    clients(2);
    assertThat(connections("a1")).isEqualTo(1);
    assertThat(ofLevel("a") + ofLevel("b")).as("the second waits").isEqualTo(1);
  }

  @Test
  void a_strategy_hears_of_ends_on_all_servers_of_its_level_and_of_no_others() {
    List<String> heard = new ArrayList<>();
    Balancer listening = members -> new Picker() {
      @Override
      public Candidate pick(PickContext request) {
        return members.eligible().get(0);
      }

      @Override
      public void completed(Candidate server, Outcome outcome) {
        heard.add(members.all().get(0).name() + " of " + server.name());
      }
    };
    start(s -> s, b -> b.balancer(listening));
    VirtualClient first = proxy.client();
    down("a1", "a2", "a3");
    VirtualClient second = proxy.client();
    down("a4");
    VirtualClient third = proxy.client();
    checks.up("a2");
    proxy.net().run();
    first.close();
    second.close();
    third.close();
    proxy.net().run();
    assertThat(heard).hasSize(3).allMatch(s -> s.charAt(0) == s.charAt(6)).contains("a1 of a1");
  }

  @Test
  void a_level_that_fails_wholly_gives_all_to_the_next_and_takes_it_back() {
    start();
    down("a1", "a2", "a3", "a4");
    clients(8);
    assertThat(ofLevel("b")).isEqualTo(8);
    checks.up("a1");
    checks.up("a2");
    checks.up("a3");
    proxy.net().run();
    clients(9);
    assertThat(ofLevel("a")).isEqualTo(9);
  }

  @Test
  void in_panic_all_ready_servers_of_the_level_get_traffic() {
    start(s -> s, b -> b.panicThreshold(50));
    down("a1", "a2", "a3", "b1", "b2", "b3"); // 35 and 35 percent
    proxy.done(proxy.lb().backend("app").server("a1").maintenance());
    assertThat(proxy.events(Event.PanicBegan.class)).hasSize(2);
    clients(140);
    assertThat(connections("a1")).isZero();
    assertThat(connections("a2")).isPositive();
    assertThat(connections("b1")).isPositive();
    assertThat(ofLevel("a")).isBetween(40, 80); // three of seven servers
  }

  @Test
  void where_traffic_fails_in_panic_requests_are_refused() {
    start(s -> s, b -> b.panicThreshold(50).failInPanic());
    down("a1", "a2", "a3", "a4", "b1", "b2", "b3");
    VirtualClient client = proxy.client();
    assertThat(client.isOpen()).isFalse();
    assertThat(proxy.terminations()).containsExactly("SC");
  }

  @Test
  void a_backend_of_one_level_may_get_a_second_and_lose_it() {
    VirtualOrigin a1 = proxy.origin("a1");
    VirtualOrigin b1 = proxy.origin("b1");
    proxy.start(Backend.builder("app").server(a1.server()).healthCheck(checks).build());
    proxy.done(proxy.lb().backend("app").add(b1.server().priority(1)));
    clients(2);
    assertThat(a1.connections()).isEqualTo(2);
    down("a1");
    clients(2);
    assertThat(b1.connections()).isEqualTo(2);
    checks.up("a1");
    proxy.done(proxy.lb().backend("app").remove("b1", Duration.ZERO));
    clients(2);
    assertThat(a1.connections()).isEqualTo(4);
  }
}
