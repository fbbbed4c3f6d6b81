package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a rebuild does, counted instead of timed; docs/balancers.md has the times. */
class RebuildTest {
  private static final int MANY = 10_000;

  private static int[] weights(int servers) {
    return new SplittableRandom(1).ints(servers, 1, 257).toArray();
  }

  private static List<Candidate> servers(int[] weights) {
    return Candidates.many(weights.length).weights(weights).build();
  }

  private static Roster roster(int... weights) {
    return Roster.of(servers(weights), ServerKey.NAME, null);
  }

  /** The points of each server. */
  private static int[] points(int points, int... weights) {
    return new Ring(Ring.Kind.NEAREST, points).counts(roster(weights));
  }

  @Test
  void a_ring_has_its_points_by_weight_while_they_are_not_too_many() {
    assertThat(points(16, 256, 1, 7)).containsExactly(4096, 16, 112);
  }

  @Test
  void heavy_servers_do_not_make_a_ring_of_millions_of_points() {
    Roster roster = roster(weights(MANY));
    int[] counts = new Ring(Ring.Kind.NEAREST, 16).counts(roster);
    assertThat(Arrays.stream(counts).sum()).isLessThan(Ring.MANY_POINTS + MANY);
    for (int i = 0; i < MANY; i++) {
      double share = roster.weight(i) / 2.0;
      assertThat((double) counts[i]).isBetween(share, share + 1);
    }
  }

  @Test
  void rings_that_agree_with_haproxy_or_nginx_keep_every_point() {
    int[] weights = weights(700);
    int sum = Arrays.stream(weights).sum();
    Roster ids = Roster.of(servers(weights), ServerKey.ID, null);
    assertThat(Arrays.stream(new Ring(Ring.Kind.NEAREST, 16).counts(ids)).sum())
        .isEqualTo(16 * sum)
        .isGreaterThan(Ring.MANY_POINTS);
    assertThat(Arrays.stream(new Ring(Ring.Kind.KETAMA, 160).counts(roster(weights)))
            .sum())
        .isEqualTo(160 * sum);
  }

  @Test
  void points_are_sorted_as_by_comparison() {
    SplittableRandom random = new SplittableRandom(2);
    for (int size : new int[] {0, 1, 100, Points.FEW, 3 * Points.FEW}) {
      long[] points = new long[size];
      for (int i = 0; i < size; i++) {
        points[i] = (long) (random.nextInt() >> random.nextInt(20)) << 32 | i / 3;
      }
      long[] expected = points.clone();
      Arrays.sort(expected);
      assertThat(Points.sorted(points)).isEqualTo(expected);
    }
  }

  @Test
  void one_heavy_server_among_light_ones_does_not_make_a_maglev_table_ask_all_in_every_round() {
    int[] weights = new int[MANY];
    Arrays.fill(weights, 1);
    weights[5000] = 256;
    Rounds rounds = new Rounds(roster(weights));
    int claims = 0;
    int count = 0;
    while (claims < Maglev.USUAL_SIZE) {
      claims += rounds.next() >= 0 ? 1 : 0;
      count++;
    }
    assertThat(count - claims).as("rounds").isGreaterThan(1000);
    assertThat(rounds.looks()).isLessThan((count - claims + 1) * (MANY / 64L + 1) + claims);
  }

  @Test
  void in_round_k_are_those_whose_share_has_come_to_another_whole_turn() {
    int[] weights = {256, 1, 77, 128, 3, 255};
    Rounds rounds = new Rounds(roster(weights)); // s1 … s6 are in order by name too
    int[] times = new int[weights.length];
    for (int round = 1; round < 2000; round++) {
      for (int i = 0; i < weights.length; i++) {
        if ((long) round * weights[i] > times[i] * 256L) {
          assertThat(rounds.next()).isEqualTo(i);
          times[i]++;
        }
      }
      assertThat(rounds.next()).isEqualTo(-1);
    }
  }

  @Test
  void an_order_is_not_computed_again_for_the_same_weights() {
    int[] computed = {0};
    RoundRobin counting = new RoundRobin("counting", weights -> {
      computed[0]++;
      return SmoothOrder.of(weights);
    });
    int[] weights = {5, 3, 2};
    Picker picker = counting.prepare(Candidates.members(servers(weights), null));
    picker = counting.prepare(
        Candidates.members(Candidates.many(3).weights(weights).limit(7).build(), picker));
    assertThat(computed[0]).isEqualTo(1);
    picker = counting.prepare(Candidates.members(servers(weights).subList(0, 2), picker));
    assertThat(computed[0]).isEqualTo(2);
    Balancers.roundRobin().prepare(Candidates.members(servers(new int[] {5, 3}), picker));
    assertThat(computed[0]).as("another rule").isEqualTo(2);
  }

  @Test
  void turns_of_a_large_fleet_are_dealt_out_evenly() {
    int[] weights = weights(MANY);
    int total = Arrays.stream(weights).sum();
    int[] order = SmoothOrder.byDeadline(weights, total);
    int[] counts = new int[MANY];
    for (int i = 0; i < total; i++) {
      counts[order[i]]++;
      double share = (i + 1.0) * weights[order[i]] / total;
      assertThat(counts[order[i]] - share).isBetween(-2.0, 2.0);
    }
    assertThat(IntStream.of(counts).toArray()).isEqualTo(weights);
  }
}
