package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.BackendControl;
import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Members;
import dev.fairlead.balance.Picker;
import dev.fairlead.config.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A strategy that is prepared anew while servers come and go, and one that fails. */
class VirtualStrategyTest {
  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private final List<Members> prepared = new ArrayList<>();
  private final List<Picker> pickers = new ArrayList<>();
  private boolean fails;

  /** The last of those that it knows; fails when it is told to. */
  private final Balancer last = members -> {
    prepared.add(members);
    if (fails) {
      throw new IllegalStateException("out of order");
    }
    Picker picker = request -> members.eligible().get(members.eligible().size() - 1);
    pickers.add(picker);
    return picker;
  };

  private void start(String... servers) {
    proxy.start(app("app", servers));
  }

  private Backend app(String name, String... servers) {
    Backend.Builder builder = Backend.builder(name).balancer(last);
    for (String server : servers) {
      builder.server(proxy.origin(server).server());
    }
    return builder.build();
  }

  private BackendControl backend() {
    return proxy.lb().backend("app");
  }

  private void weight(String server, int weight) {
    proxy.done(backend().server(server).weight(weight));
  }

  private String answer() {
    VirtualClient client = proxy.client();
    client.write("?");
    return client.received();
  }

  @Test
  void what_was_learnt_is_handed_on_also_when_no_server_was_eligible_in_between() {
    start("s1", "s2");
    weight("s1", 0);
    weight("s2", 0);
    assertThat(prepared).hasSize(2);
    weight("s1", 1);
    weight("s2", 1);
    assertThat(prepared).extracting(m -> m.eligible().size()).containsExactly(2, 1, 1, 2);
    assertThat(prepared)
        .extracting(Members::previous)
        .containsExactly(null, pickers.get(0), pickers.get(1), pickers.get(2));
  }

  @Test
  void a_strategy_that_fails_on_a_change_goes_on_with_those_of_its_servers_that_are_left() {
    start("s1", "s2", "s3");
    fails = true;
    proxy.done(backend().server("s1").drain());
    assertThat(proxy.takeFailures()).containsExactly("out of order");
    assertThat(answer()).isEqualTo("s3");
    proxy.done(backend().server("s1").ready());
    assertThat(proxy.takeFailures()).as("the list that it knows").isEmpty();
    proxy.done(backend().server("s3").drain());
    Set<String> seen = new TreeSet<>();
    for (int i = 0; i < 30; i++) {
      seen.add(answer());
    }
    assertThat(seen).as("no preference: whoever is free").containsExactly("s1", "s2");
    fails = false;
    proxy.done(backend().server("s1").drain());
    assertThat(answer()).isEqualTo("s2");
    assertThat(prepared.get(prepared.size() - 1).previous()).isEqualTo(pickers.get(0));
    assertThat(proxy.takeFailures()).containsOnly("out of order");
  }

  @Test
  void a_strategy_that_fails_at_first_when_servers_come_later_leaves_requests_to_whoever_is_free() {
    proxy.start(Backend.builder("app")
        .balancer(last)
        .server(proxy.origin("s1").server().weight(0))
        .build());
    fails = true;
    weight("s1", 1);
    assertThat(answer()).isEqualTo("s1");
    assertThat(proxy.takeFailures()).containsExactly("out of order");
  }

  @Test
  void a_strategy_that_cannot_be_prepared_fails_the_start() {
    fails = true;
    assertThatThrownBy(() -> start("s1"))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("backend 'app': the strategy ")
        .hasMessageEndingWith(" cannot be prepared: out of order")
        .hasRootCauseMessage("out of order");
  }

  @Test
  void a_frontend_whose_strategy_cannot_be_prepared_is_not_opened() {
    start("s1");
    fails = true;
    var opening = proxy.lb().open(proxy.frontend("more", app("other", "s2")).build());
    assertThatThrownBy(() -> proxy.done(opening)).hasRootCauseMessage("out of order");
    assertThat(proxy.lb().backends()).containsExactly("app");
    assertThat(answer()).isEqualTo("s1");
  }
}
