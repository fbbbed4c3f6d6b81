package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a pick does when nearly all servers are full, counted in readings of servers' loads instead of
 * timed. Each server has one slot.
 */
class CrowdedFleetTest {
  private static final HashKey KEY = Keyed.KEY;
  private static final int MANY = 10_000;

  /** A pick of five choices may give up after so many for each of them; most are far below. */
  private static final int READINGS = 2_000;

  private static final class Slot implements Candidate.Load {
    private final AtomicLong readings;
    private int inFlight;

    Slot(AtomicLong readings) {
      this.readings = readings;
    }

    @Override
    public int inFlight() {
      readings.incrementAndGet();
      return inFlight;
    }

    @Override
    public int queued() {
      return 0;
    }

    @Override
    public long startedNanosSum() {
      return 0;
    }
  }

  private final AtomicLong readings = new AtomicLong();
  private final FakePickContext request = new FakePickContext(1).with("some key");

  private List<Candidate> fleet(int size) {
    return Candidates.many(size).build().stream()
        .map(s -> new Candidate(
            s.name(),
            s.id(),
            s.index(),
            s.address(),
            1 + s.index() % 3,
            1,
            Map.of(),
            new Slot(readings)))
        .toList();
  }

  private static void hold(Candidate server, int leases) {
    ((Slot) server.load()).inFlight = leases;
  }

  /** The backend's own count costs no reading. */
  private static Picker prepare(Balancer balancer, List<Candidate> all) {
    return balancer.prepare(new Members(all, all, all::size, null));
  }

  private @Nullable Candidate pick(Picker picker) {
    readings.set(0);
    return picker.pick(request);
  }

  /** Those that are recommended for large fleets: not the exact copies that ask every server. */
  static Stream<Balancer> recommended() {
    return EveryStrategy.all().entrySet().stream()
        .filter(each -> !EveryStrategy.ASKING_ALL.contains(each.getKey()))
        .map(Map.Entry::getValue);
  }

  @ParameterizedTest
  @MethodSource("recommended")
  void a_pick_in_a_large_fleet_looks_at_few_servers_although_all_are_full(Balancer balancer) {
    List<Candidate> all = fleet(MANY);
    Picker picker = prepare(balancer, all);
    all.forEach(server -> hold(server, 1));
    for (int i = 0; i < 200; i++) {
      pick(picker);
      assertThat(readings.get()).isLessThan(READINGS);
    }
  }

  @ParameterizedTest
  @MethodSource("recommended")
  void a_pick_in_a_large_fleet_looks_at_few_servers_although_only_one_is_free(Balancer balancer) {
    List<Candidate> all = fleet(MANY);
    Picker picker = prepare(balancer, all);
    all.forEach(server -> hold(server, server.index() == MANY / 2 ? 0 : 1));
    for (int i = 0; i < 200; i++) {
      pick(picker);
      assertThat(readings.get()).isLessThan(READINGS);
    }
  }

  static Stream<Balancer> passingFullOnes() {
    return Stream.of(
        Balancers.roundRobin(),
        Balancers.haproxyRoundRobin(),
        Balancers.haproxyStaticRoundRobin(),
        Balancers.ipvsWeightedRoundRobin(),
        Balancers.leastConnections(),
        Balancers.leastTime(Until.HEADER),
        Balancers.random(),
        Balancers.powerOfChoices(2),
        Balancers.peakEwma(),
        Balancers.first(),
        Balancers.failover(),
        Balancers.hash(KEY).maxWaiting(0),
        Balancers.hash(KEY).ring().maxWaiting(0));
  }

  @ParameterizedTest
  @MethodSource("passingFullOnes")
  void of_up_to_256_servers_the_only_free_one_is_found(Balancer balancer) {
    List<Candidate> all = fleet(256);
    for (Candidate free : all) {
      all.forEach(server -> hold(server, server.equals(free) ? 0 : 1));
      assertThat(pick(prepare(balancer, all))).isEqualTo(free);
    }
  }

  @Test
  void round_robin_finds_a_free_server_among_many_within_as_many_picks_as_it_takes_to_go_round() {
    List<Candidate> all = fleet(1_000);
    Picker picker = prepare(Balancers.roundRobin(), all);
    all.forEach(server -> hold(server, server.index() == 800 ? 0 : 1));
    int turn = all.stream().mapToInt(Candidate::weight).sum();
    assertThat(IntStream.rangeClosed(0, turn / Turn.LOOKS).mapToObj(i -> pick(picker)))
        .contains(all.get(800));
  }

  @Test
  void servers_that_fill_up_unseen_are_met_by_one_pick_only() {
    List<Candidate> all = fleet(MANY);
    Picker picker = prepare(Balancers.leastConnections(), all);
    all.forEach(server -> hold(server, 1)); // sticky requests and waiters: no picks
    for (int i = 0; i <= MANY / Tournament.LOOKS; i++) {
      assertThat(pick(picker)).isNull();
    }
    assertThat(pick(picker)).isNull();
    assertThat(readings.get()).isLessThan(5);
    hold(all.get(77), 0);
    picker.completed(all.get(77), Fleet.Ended.ok(1));
    assertThat(pick(picker)).isEqualTo(all.get(77));
  }

  @Test
  void one_hot_key_with_a_bound_looks_at_few_servers_although_those_on_its_way_are_taken() {
    List<Candidate> all = fleet(MANY);
    AtomicLong held = new AtomicLong();
    Picker picker =
        Balancers.hash(KEY).boundedLoad(125).prepare(new Members(all, all, held::get, null));
    for (int i = 0; i < 6_000; i++) {
      Candidate picked = Objects.requireNonNull(pick(picker));
      assertThat(readings.get()).isLessThan(READINGS);
      hold(picked, picked.inFlight() + 1);
      held.incrementAndGet();
    }
  }
}
