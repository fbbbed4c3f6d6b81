package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Fleet.Ended;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is known of each zone's servers, through all changes of who is eligible. */
class ZoneMemoryTest {
  private static final long SECOND = 1_000_000_000;

  private final List<Candidate> all = Candidates.named("h1", "h2", "o1", "o2")
      .tag("h1", "zone", "home")
      .tag("h2", "zone", "home")
      .build();
  private final List<Candidate> home = all.subList(0, 2);
  private final List<Candidate> abroad = all.subList(2, 4);
  private final FakePickContext request = new FakePickContext(1).at(SECOND);

  private static Picker prepare(Balancer balancer, List<Candidate> eligible, List<Candidate> all) {
    return balancer.prepare(Candidates.members(eligible, all, null));
  }

  /** How often one of two servers is chosen in a hundred picks. */
  private int picks(Picker picker, Candidate server) {
    int picks = 0;
    for (int i = 0; i < 100; i++) {
      picks += Objects.requireNonNull(picker.pick(request)).equals(server) ? 1 : 0;
    }
    return picks;
  }

  private void learn(Picker picker, List<Candidate> slowThenFast) {
    request.at(SECOND);
    picker.pick(request);
    picker.completed(slowThenFast.get(0), Ended.ok(2 * SECOND));
    picker.completed(slowThenFast.get(1), Ended.ok(SECOND / 1_000));
  }

  @Test
  void what_was_learnt_of_servers_abroad_is_known_when_they_get_all_traffic() {
    Balancer zone = Balancers.zone("home", Balancers.peakEwma());
    Picker picker = prepare(zone, all, all);
    request.havingTried(home);
    picker.pick(request);
    learn(picker, abroad);
    request.havingTried(List.of());
    Picker homeDown = zone.prepare(Candidates.members(abroad, all, picker));
    assertThat(picks(homeDown, abroad.get(0))).isZero();
    Picker homeBack = zone.prepare(Candidates.members(all, all, homeDown));
    request.havingTried(home);
    assertThat(picks(homeBack, abroad.get(0))).isZero();
  }

  @Test
  void what_was_learnt_at_home_is_known_when_home_is_back() {
    Balancer zone = Balancers.zone("home", Balancers.peakEwma());
    Picker picker = prepare(zone, all, all);
    learn(picker, home);
    Picker homeDown = zone.prepare(Candidates.members(abroad, all, picker));
    Picker stillDown = zone.prepare(Candidates.members(abroad.subList(0, 1), all, homeDown));
    Picker homeBack = zone.prepare(Candidates.members(all, all, stillDown));
    assertThat(picks(homeBack, home.get(0))).isZero();
  }

  @Test
  void what_was_learnt_abroad_is_known_when_all_there_were_down() {
    Balancer zone = Balancers.zone("home", Balancers.peakEwma());
    Picker picker = prepare(zone, all, all);
    request.havingTried(home);
    picker.pick(request);
    learn(picker, abroad);
    Picker abroadDown = zone.prepare(Candidates.members(home, all, picker));
    Picker abroadBack = zone.prepare(Candidates.members(all, all, abroadDown));
    assertThat(picks(abroadBack, abroad.get(0))).isZero();
  }

  @Test
  void the_end_of_a_lease_is_learnt_from_also_while_its_server_is_down() {
    Balancer zone = Balancers.zone("home", Balancers.peakEwma());
    Picker picker = prepare(zone, all, all);
    picker.pick(request);
    Picker oneDown = zone.prepare(Candidates.members(all.subList(1, 4), all, picker));
    learn(oneDown, home);
    Picker back = zone.prepare(Candidates.members(all, all, oneDown));
    assertThat(picks(back, home.get(0))).isZero();
  }

  @Test
  void a_strategy_before_hands_its_turn_to_the_home_zone() {
    Picker before = prepare(Balancers.roundRobin(), all, all);
    before.pick(request);
    Picker zone = Balancers.zone("home", Balancers.roundRobin())
        .prepare(Candidates.members(all, all, before));
    assertThat(zone.pick(request)).isEqualTo(home.get(1));
    Picker nobodyAtHome = Balancers.zone("nowhere", Balancers.roundRobin())
        .prepare(Candidates.members(all, all, before));
    assertThat(nobodyAtHome.pick(request)).isEqualTo(home.get(1));
  }
}
