package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompositionTest {
  private final FakePickContext request = new FakePickContext(1);

  private static List<Candidate> zoned() {
    return Candidates.named("h1", "h2", "o1", "o2")
        .limit(2)
        .tag("h1", "zone", "home")
        .tag("h2", "zone", "home")
        .tag("o1", "zone", "other")
        .build();
  }

  private Set<String> seen(Picker picker, int picks) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < picks; i++) {
      names.add(Objects.requireNonNull(picker.pick(request.next())).name());
    }
    return names;
  }

  @Test
  void the_home_zone_is_first_and_others_take_what_it_cannot() {
    List<Candidate> servers = zoned();
    Picker picker = Keyed.prepare(Balancers.zone("home", Balancers.roundRobin()), servers);
    assertThat(seen(picker, 20)).containsExactlyInAnyOrder("h1", "h2");
    FakeLoad.of(servers.get(0)).inFlight(2);
    assertThat(seen(picker, 20)).containsExactly("h2");
    FakeLoad.of(servers.get(1)).inFlight(2);
    assertThat(seen(picker, 20)).containsExactlyInAnyOrder("o1", "o2");
    servers.forEach(s -> FakeLoad.of(s).inFlight(2));
    assertThat(picker.pick(request.next())).as("whichever is free first").isNull();
  }

  @Test
  void a_key_that_waits_at_home_goes_abroad_instead() {
    List<Candidate> servers = zoned();
    Balancer zone = Balancers.zone("home", Balancers.hash(HashKeys.source()));
    Picker picker = Keyed.prepare(zone, servers);
    servers.subList(0, 2).forEach(s -> FakeLoad.of(s).inFlight(2));
    assertThat(seen(picker, 50)).containsExactlyInAnyOrder("o1", "o2");
  }

  @Test
  void with_too_few_servers_at_home_all_are_one_zone() {
    List<Candidate> all = zoned();
    Balancer zone = Balancers.zone("zone", "home", 2, Balancers.roundRobin());
    Picker both = Keyed.prepare(zone, all);
    assertThat(seen(both, 20)).hasSize(2);
    Picker one = zone.prepare(Candidates.members(all.subList(1, 4), all, both));
    assertThat(seen(one, 20)).containsExactlyInAnyOrder("h2", "o1", "o2");
    Picker none = zone.prepare(Candidates.members(all.subList(2, 4), all, one));
    assertThat(seen(none, 20)).containsExactlyInAnyOrder("o1", "o2");
    Picker again = zone.prepare(Candidates.members(all.subList(0, 2), all, none));
    assertThat(seen(again, 20)).containsExactlyInAnyOrder("h1", "h2");
  }

  @Test
  void outcomes_reach_the_strategy_within() {
    List<Candidate> servers = zoned();
    List<String> told = new ArrayList<>();
    Balancer inner = members -> new Picker() {
      @Override
      public Candidate pick(PickContext any) {
        return members.eligible().get(0);
      }

      @Override
      public void completed(Candidate server, Outcome outcome) {
        told.add(members.eligible().get(0).name() + " of " + server.name());
      }
    };
    Outcome outcome = new Ended();
    Keyed.prepare(Balancers.zone("home", inner), servers).completed(servers.get(3), outcome);
    Keyed.prepare(Balancers.zone("home", inner), servers).completed(servers.get(1), outcome);
    Keyed.prepare(Balancers.zone("nowhere", inner), servers).completed(servers.get(1), outcome);
    Keyed.prepare(Balancers.boundedLoad(inner, 150), servers).completed(servers.get(1), outcome);
    Keyed.prepare(Balancers.subset(0, 9, inner), servers).completed(servers.get(1), outcome);
    Keyed.prepare(Balancers.hash(HashKeys.source()).orElse(inner), servers)
        .completed(servers.get(1), outcome);
    assertThat(told)
        .containsExactly("o1 of o2", "h1 of h2", "h1 of h2", "h1 of h2", "h1 of h2", "h1 of h2");
  }

  @Test
  void subsets_have_their_size_and_share_the_servers_evenly() {
    List<Candidate> all = Candidates.many(100).build();
    Map<String, Integer> clients = new HashMap<>();
    for (int client = 0; client < 50; client++) {
      Balancer subset = Balancers.subset(client, 10, Balancers.roundRobin());
      Set<String> part = seen(Keyed.prepare(subset, all), 40);
      assertThat(part).hasSize(10);
      assertThat(part).isEqualTo(seen(Keyed.prepare(subset, all), 40));
      part.forEach(name -> clients.merge(name, 1, Integer::sum));
    }
    assertThat(clients).hasSize(100).allSatisfy((name, n) -> assertThat(n).isEqualTo(5));
  }

  @Test
  void the_rounds_of_clients_have_different_subsets() {
    List<Candidate> all = Candidates.many(100).build();
    Set<Set<String>> parts = new HashSet<>();
    for (int client = 0; client < 50; client++) {
      Balancer subset = Balancers.subset(client, 10, Balancers.roundRobin());
      parts.add(seen(Keyed.prepare(subset, all), 40));
    }
    assertThat(parts).hasSize(50);
  }

  @Test
  void a_subset_replaces_servers_that_are_down_and_keeps_the_others() {
    List<Candidate> all = Candidates.many(40).build();
    Balancer subset = Balancers.subset(3, 10, Balancers.roundRobin());
    Picker first = Keyed.prepare(subset, all);
    Set<String> before = seen(first, 40);
    String lost = before.iterator().next();
    List<Candidate> up = all.stream().filter(s -> !s.name().equals(lost)).toList();
    Picker second = subset.prepare(Candidates.members(up, all, first));
    Set<String> after = seen(second, 40);
    assertThat(after).hasSize(10).doesNotContain(lost);
    before.remove(lost);
    assertThat(after).containsAll(before);
  }

  @Test
  void a_subset_whose_servers_are_all_full_leaves_the_request_to_the_others() {
    List<Candidate> all = Candidates.many(20).limit(1).build();
    Picker picker = Keyed.prepare(Balancers.subset(0, 5, Balancers.roundRobin()), all);
    for (int i = 0; i < 5; i++) {
      FakeLoad.of(Objects.requireNonNull(picker.pick(request.next()))).inFlight(1);
    }
    assertThat(picker.pick(request.next())).isNull();
  }

  @Test
  void a_subset_does_not_depend_on_the_order_of_declaration() {
    List<Candidate> all = Candidates.many(30).build();
    List<Candidate> reversed =
        IntStream.range(0, 30).mapToObj(i -> all.get(29 - i)).toList();
    Balancer subset = Balancers.subset(1, 5, Balancers.roundRobin());
    assertThat(seen(Keyed.prepare(subset, reversed), 20))
        .isEqualTo(seen(Keyed.prepare(subset, all), 20));
  }

  @Test
  void compositions_compose_and_name_themselves() {
    Balancer all = Balancers.subset(
        2, 20, Balancers.zone("home", Balancers.boundedLoad(Balancers.roundRobin(), 150)));
    assertThat(all)
        .hasToString("subset(2, 20, zone(zone, home, 1, boundedLoad(roundRobin(), 150)))");
    Picker picker = Keyed.prepare(all, zoned());
    assertThat(seen(picker, 20)).containsExactlyInAnyOrder("h1", "h2");
  }

  @Test
  void bad_settings_are_refused() {
    Balancer inner = Balancers.roundRobin();
    assertThatThrownBy(() -> Balancers.boundedLoad(inner, 100))
        .hasMessage("percent: 100 (expected: 101..1000000)");
    assertThatThrownBy(() -> Balancers.subset(-1, 2, inner))
        .hasMessage("client: -1 (expected: 0 or more)");
    assertThatThrownBy(() -> Balancers.subset(1, 0, inner))
        .hasMessage("size: 0 (expected: 1 or more)");
    assertThatThrownBy(() -> Balancers.zone("zone", "home", 0, inner))
        .hasMessage("least: 0 (expected: 1 or more)");
  }

  private record Ended() implements Outcome {
    @Override
    public Kind kind() {
      return Kind.COMPLETED;
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public long connectNanos() {
      return 1;
    }

    @Override
    public long responseNanos() {
      return 1;
    }

    @Override
    public long totalNanos() {
      return 1;
    }

    @Override
    public long nanoTime() {
      return 1;
    }
  }
}
