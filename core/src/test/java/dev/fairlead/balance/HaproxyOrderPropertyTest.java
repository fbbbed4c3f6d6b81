package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** HAProxy's two orders are made fast; here they are made again as its rules read, step by step. */
class HaproxyOrderPropertyTest {
  @Provide
  Arbitrary<int[]> few() {
    return Arbitraries.integers().between(1, 40).array(int[].class).ofMinSize(1).ofMaxSize(9);
  }

  @Provide
  Arbitrary<int[]> heavy() {
    return Arbitraries.integers()
        .between(1, 256)
        .array(int[].class)
        .ofMinSize(60)
        .ofMaxSize(200);
  }

  /** {@code static-rr}, score by score. */
  private static int[] staticMap(int[] weights) {
    int[] reduced = RoundRobin.reduced(weights);
    int total = RoundRobin.total(reduced);
    long[] score = new long[weights.length];
    int[] map = new int[total];
    for (int slot = 0; slot < total; slot++) {
      int best = -1;
      long greatest = Long.MIN_VALUE;
      for (int i = 0; i < score.length; i++) {
        score[i] += reduced[i];
        long rank = Math.floorDiv(score[i] + total, (long) total);
        if (rank > greatest) {
          best = i;
          greatest = rank;
        }
      }
      score[best] -= total;
      map[slot] = best;
    }
    return map;
  }

  @Property(tries = 300)
  void the_static_map_is_that_of_the_scores_and_begins_with_the_first_server(
      @ForAll("few") int[] weights) {
    int[] map = HaproxyStaticOrder.of(weights);
    assertThat(map).isEqualTo(staticMap(weights));
    assertThat(map[0]).isZero();
  }

  @Property(tries = 20)
  void the_static_map_of_many_heavy_servers_is_that_of_the_scores(@ForAll("heavy") int[] weights) {
    assertThat(HaproxyStaticOrder.of(weights)).isEqualTo(staticMap(weights));
  }

  /** {@code roundrobin}: the first so many steps of a window, each a look at every server. */
  private static int[] timeline(int[] weights, int steps) {
    int window = 16 * Arrays.stream(weights).sum();
    long[] key = new long[weights.length]; // 0: has not entered
    int[] position = new int[weights.length];
    int[] remainder = new int[weights.length];
    int[] arrived = new int[weights.length];
    int[] order = new int[steps];
    for (int step = 0; step < steps; step++) {
      int now = window + step;
      int waiting = -1;
      int first = -1;
      for (int i = 0; i < weights.length; i++) {
        if (key[i] == 0) {
          waiting = waiting < 0 || weights[i] > weights[waiting] ? i : waiting;
        } else if (first < 0
            || key[i] < key[first]
            || (key[i] == key[first] && arrived[i] < arrived[first])) {
          first = i;
        }
      }
      boolean hole = first < 0 || position[first] > now;
      int server = hole && waiting >= 0 ? waiting : first;
      if (server < 0 || position[server] >= 2 * window) {
        return Arrays.copyOf(order, step);
      }
      order[step] = server;
      int weight = 16 * weights[server];
      position[server] = (key[server] == 0 ? now : position[server]) + window / weight;
      remainder[server] += window % weight;
      if (remainder[server] >= weight) {
        remainder[server] -= weight;
        position[server]++;
      }
      key[server] = 256L * position[server] + (4096 + remainder[server] - weight) / 16;
      arrived[server] = step;
    }
    return order;
  }

  @Property(tries = 300)
  void the_timeline_is_haproxys_over_a_whole_window(@ForAll("few") int[] weights) {
    int[] order = HaproxyOrder.of(weights);
    int[] window = timeline(weights, 16 * Arrays.stream(weights).sum());
    for (int i = 0; i < window.length; i++) {
      assertThat(order[i % order.length]).as("step %d", i).isEqualTo(window[i]);
    }
  }

  @Property(tries = 20)
  void the_timeline_of_many_heavy_servers_is_haproxys_for_the_first_turn(
      @ForAll("heavy") int[] weights) {
    int[] order = HaproxyOrder.of(weights);
    int turn = RoundRobin.total(RoundRobin.reduced(weights));
    assertThat(Arrays.copyOf(order, turn)).isEqualTo(timeline(weights, turn));
  }

  @Example
  void ten_thousand_servers_come_in_the_order_that_a_queue_of_all_of_them_gave() {
    int[] weights = new SplittableRandom(1).ints(10_000, 1, 257).toArray();
    int[] map = HaproxyStaticOrder.of(weights);
    assertThat(map).hasSize(1_288_105);
    assertThat(Arrays.hashCode(map)).isEqualTo(1_638_421_243);
    assertThat(Arrays.hashCode(HaproxyOrder.of(weights))).isEqualTo(-1_617_358_861);
  }

  @Example
  void the_map_of_a_hash_is_the_static_one_in_a_large_farm_too() {
    int[] weights = new SplittableRandom(1).ints(1_000, 1, 257).toArray();
    List<Candidate> servers = Candidates.many(1_000).weights(weights).build();
    Roster roster = Roster.of(servers, ServerKey.ID, null);
    Mapping.Table table = Modulo.INSTANCE.layout(roster).table(roster.places(servers), 1_000);
    Judge judge = Judge.of(servers, 0, Integer.MAX_VALUE, () -> 0);
    FakePickContext request = new FakePickContext(1);
    KeyBuffer unused = new KeyBuffer();
    int[] map = HaproxyStaticOrder.of(weights);
    for (int i = 0; i < map.length; i++) {
      assertThat(table.find(i, unused, request, judge, 0)).isEqualTo(map[i]);
    }
  }

  @Property(tries = 200)
  void the_least_of_a_set_is_found(
      @ForAll @IntRange(min = 1, max = 20_000) int bound, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    LeastFirst set = new LeastFirst(bound);
    TreeSet<Integer> same = new TreeSet<>();
    for (int i = 0; i < 300; i++) {
      int number = random.nextInt(bound);
      if (random.nextBoolean()) {
        set.add(number);
        same.add(number);
      } else {
        int gone = same.isEmpty() || random.nextBoolean() ? number : same.first();
        set.remove(gone);
        same.remove(gone);
      }
      assertThat(set.least()).isEqualTo(same.isEmpty() ? LeastFirst.NONE : same.first());
    }
  }
}
