package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
  void a_subset_whose_servers_are_all_full_leaves_the_request_to_the_others() {
    List<Candidate> all = Candidates.many(20).limit(1).build();
    Picker picker = Keyed.prepare(Balancers.subset(0, 5, Balancers.roundRobin()), all);
    for (int i = 0; i < 5; i++) {
      FakeLoad.of(Objects.requireNonNull(picker.pick(request.next()))).inFlight(1);
    }
    assertThat(picker.pick(request.next())).isNull();
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
