package dev.fairlead.balance;

import static dev.fairlead.balance.Keyed.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for any servers, weights and keys. */
class HashPropertyTest {
  private static final int KEYS = 300;
  private static final HashBalancer HASH = Balancers.hash(KEY);

  @Provide
  Arbitrary<HashBalancer> withoutNeedlessMoves() {
    return Arbitraries.of(
        HASH.ring(), HASH.ring(3), HASH.rendezvous(), Balancers.nginxConsistentHash(KEY));
  }

  @Provide
  Arbitrary<HashBalancer> stableUnderHealth() {
    return Arbitraries.of(
        HASH.ring(),
        HASH.rendezvous(),
        HASH.maglev(1021),
        Balancers.nginxHash(KEY),
        Balancers.nginxConsistentHash(KEY));
  }

  @Provide
  Arbitrary<HashBalancer> boundable() {
    return Arbitraries.of(HASH.ring(), HASH.rendezvous(), HASH.maglev(1021), HASH.modulo());
  }

  private static int[] weights(int[] seeds, int greatest) {
    return Arrays.stream(seeds).map(s -> 1 + Math.floorMod(s, greatest)).toArray();
  }

  private static int[] owners(Picker picker) {
    return IntStream.range(0, KEYS)
        .map(i -> Objects.requireNonNull(Keyed.pick(picker, "key-" + i)).id())
        .toArray();
  }

  private static int[] owners(Balancer balancer, List<Candidate> servers) {
    return owners(Keyed.prepare(balancer, servers));
  }

  @Property(tries = 100)
  void a_server_that_leaves_gives_its_keys_away_and_one_that_comes_takes_some_and_no_other_moves(
      @ForAll("withoutNeedlessMoves") HashBalancer hash,
      @ForAll @Size(min = 2, max = 9) int[] seeds,
      @ForAll @IntRange(max = 8) int chosen) {
    List<Candidate> all = Keyed.servers(weights(seeds, 10));
    Candidate moving = all.get(chosen % all.size());
    List<Candidate> rest = all.stream().filter(s -> s.id() != moving.id()).toList();
    int[] with = owners(hash, all);
    int[] without = owners(hash, rest);
    for (int i = 0; i < KEYS; i++) {
      if (with[i] != moving.id()) {
        assertThat(without[i]).isEqualTo(with[i]);
      }
    }
  }

  @Property(tries = 100)
  void a_heavier_server_only_gains_keys(
      @ForAll("withoutNeedlessMoves") HashBalancer hash,
      @ForAll @Size(min = 2, max = 9) int[] seeds,
      @ForAll @IntRange(max = 8) int chosen) {
    int[] weights = weights(seeds, 10);
    int[] before = owners(hash, Keyed.servers(weights));
    int heavier = chosen % weights.length;
    weights[heavier]++;
    int[] after = owners(hash, Keyed.servers(weights));
    for (int i = 0; i < KEYS; i++) {
      assertThat(after[i]).isIn(before[i], heavier + 1);
    }
  }

  @Property(tries = 100)
  void health_moves_only_the_keys_of_those_that_are_down_and_brings_them_back(
      @ForAll("stableUnderHealth") HashBalancer hash,
      @ForAll @Size(min = 2, max = 9) int[] seeds,
      @ForAll int down) {
    List<Candidate> all = Keyed.servers(weights(seeds, 10));
    List<Candidate> up =
        all.stream().filter(s -> s.index() == 0 || (down >> s.index() & 1) == 0).toList();
    Picker first = Keyed.prepare(hash, all);
    Picker second = hash.prepare(Candidates.members(up, all, first));
    Picker third = hash.prepare(Candidates.members(all, second));
    int[] before = owners(first);
    int[] between = owners(second);
    for (int i = 0; i < KEYS; i++) {
      int owner = before[i];
      if (up.stream().anyMatch(s -> s.id() == owner)) {
        assertThat(between[i]).isEqualTo(owner);
      }
    }
    assertThat(owners(third)).isEqualTo(before);
  }

  @Property(tries = 50)
  void balancers_that_know_servers_by_address_and_port_agree_on_every_key(
      @ForAll("boundable") HashBalancer hash,
      @ForAll @Size(min = 1, max = 9) int[] seeds,
      @ForAll Random random) {
    List<Candidate> one = Keyed.servers(weights(seeds, 256));
    List<Candidate> other = new ArrayList<>(one);
    Collections.shuffle(other, random);
    List<Candidate> declared = IntStream.range(0, other.size())
        .mapToObj(i -> new Candidate(
            "other" + i,
            i + 1,
            i,
            other.get(i).address(),
            other.get(i).weight(),
            0,
            other.get(i).tags(),
            new FakeLoad()))
        .toList();
    HashBalancer agreeing = hash.serverKey(ServerKey.ADDRESS_AND_PORT);
    int[] mine = owners(agreeing, one);
    int[] theirs = owners(agreeing, declared);
    for (int i = 0; i < KEYS; i++) {
      assertThat(declared.get(theirs[i] - 1).address())
          .isEqualTo(one.get(mine[i] - 1).address());
    }
  }

  @Property(tries = 50)
  void shares_follow_the_weights(@ForAll @Size(min = 2, max = 9) int[] seeds) {
    int[] weights = weights(seeds, 256);
    double total = Arrays.stream(weights).sum();
    for (HashBalancer hash : List.of(HASH, HASH.rendezvous(), HASH.modulo(), HASH.ring(64))) {
      Picker picker = Keyed.prepare(hash, Keyed.servers(weights));
      int[] counts = new int[weights.length];
      int keys = 4000;
      for (int i = 0; i < keys; i++) {
        counts[Objects.requireNonNull(Keyed.pick(picker, "key-" + i)).index()]++;
      }
      for (int i = 0; i < counts.length; i++) {
        double share = keys * weights[i] / total;
        assertThat((double) counts[i])
            .as("%s of %s", i, hash)
            .isBetween(share * 0.9 - 90, share * 1.1 + 90);
      }
    }
  }

  @Property(tries = 100)
  void no_server_ever_exceeds_its_bound_and_the_first_choice_is_had_while_within(
      @ForAll("boundable") HashBalancer hash,
      @ForAll @Size(min = 1, max = 9) int[] seeds,
      @ForAll @IntRange(min = 101, max = 300) int factor,
      @ForAll Random random) {
    List<Candidate> servers = Keyed.servers(weights(seeds, 20));
    double total = servers.stream().mapToInt(Candidate::weight).sum();
    Picker plain = Keyed.prepare(hash, servers);
    Picker bounded = Keyed.prepare(hash.boundedLoad(factor), servers);
    List<Candidate> held = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      if (!held.isEmpty() && random.nextInt(3) == 0) {
        FakeLoad.of(held.remove(random.nextInt(held.size()))).release(0);
        continue;
      }
      String key = "k" + random.nextInt(4);
      long slots = ((held.size() + 1L) * factor + 99) / 100;
      Candidate picked = Objects.requireNonNull(Keyed.pick(bounded, key));
      FakeLoad.of(picked).hold(0);
      held.add(picked);
      assertThat((double) picked.inFlight())
          .isLessThanOrEqualTo(Math.max(1, Math.ceil(picked.weight() * slots / total)));
      Candidate first = Objects.requireNonNull(Keyed.pick(plain, key));
      if (first.id() != picked.id()) {
        assertThat((double) first.inFlight())
            .as("the first choice had its share")
            .isGreaterThanOrEqualTo(Math.max(1, Math.floor(first.weight() * slots / total)));
      }
    }
  }

  @Property(tries = 100)
  void a_wrapped_strategy_keeps_to_the_bound(
      @ForAll @Size(min = 1, max = 9) int[] seeds,
      @ForAll @IntRange(min = 101, max = 300) int factor,
      @ForAll Random random) {
    List<Candidate> servers = Keyed.servers(weights(seeds, 20));
    double total = servers.stream().mapToInt(Candidate::weight).sum();
    Balancer stubborn = Balancer.of((eligible, request) ->
        eligible.get(random.nextInt(2) == 0 ? 0 : random.nextInt(eligible.size())));
    Picker bounded = Keyed.prepare(Balancers.boundedLoad(stubborn, factor), servers);
    FakePickContext request = new FakePickContext(1);
    for (int i = 1; i <= 200; i++) {
      Candidate picked = Objects.requireNonNull(bounded.pick(request));
      FakeLoad.of(picked).hold(0);
      double slots = Math.ceil(i * factor / 100.0);
      assertThat((double) picked.inFlight())
          .isLessThanOrEqualTo(Math.max(1, Math.ceil(picked.weight() * slots / total)));
    }
  }

  /** The weighted score of each server, as its formula reads. */
  private static int highestWeight(Roster roster, List<Candidate> servers, long hash) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < roster.size(); i++) {
      double uniform = ((Rendezvous.score(roster.hash(i, 0), hash) >>> 11) + 0.5) * 0x1p-53;
      double cost = -Math.log(uniform) / roster.weight(i);
      if (cost < least) {
        best = roster.places(servers)[i];
        least = cost;
      }
    }
    return best;
  }

  @Property(tries = 50)
  void rendezvous_takes_the_highest_random_weight_of_all(
      @ForAll @Size(min = 1, max = 60) int[] seeds, @ForAll Random random) {
    int[] weights = weights(seeds, 256);
    List<Candidate> servers = Candidates.many(weights.length).weights(weights).build();
    Roster roster = Roster.of(servers, ServerKey.NAME, null);
    Mapping.Table table =
        Rendezvous.INSTANCE.layout(roster).table(roster.places(servers), servers.size());
    Judge judge = Judge.of(servers, 0, Integer.MAX_VALUE, () -> 0);
    for (int i = 0; i < 100; i++) {
      long hash = random.nextLong();
      assertThat(table.find(hash, new KeyBuffer(), new FakePickContext(1), judge, 0))
          .isEqualTo(highestWeight(roster, servers, hash));
    }
  }
}
