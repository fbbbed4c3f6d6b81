package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The orders that round robins walk, for any weights. */
class TurnOrderPropertyTest {
  @Provide
  Arbitrary<int[]> weights() {
    return Arbitraries.integers().between(1, 40).array(int[].class).ofMinSize(1).ofMaxSize(9);
  }

  private static int[] counts(int[] order, int from, int length, int servers) {
    int[] counts = new int[servers];
    for (int i = from; i < from + length; i++) {
      counts[order[i % order.length]]++;
    }
    return counts;
  }

  private static void assertEveryTurnIsFair(Function<int[], int[]> rule, int[] weights, int from) {
    int[] reduced = RoundRobin.reduced(weights);
    int[] order = rule.apply(weights);
    int turn = RoundRobin.total(reduced);
    assertThat(order).hasSize(turn);
    assertThat(counts(order, from % turn, turn, weights.length)).isEqualTo(reduced);
  }

  @Property(tries = 300)
  void in_any_turn_of_any_order_each_server_comes_as_often_as_its_weight_says(
      @ForAll("weights") int[] weights, @ForAll @IntRange(max = 1000) int from) {
    assertEveryTurnIsFair(SmoothOrder::of, weights, from);
    assertEveryTurnIsFair(HaproxyStaticOrder::of, weights, from);
    assertEveryTurnIsFair(InterleavedOrder::of, weights, from);
  }

  /** The loop of the kernel's scheduler. */
  private static List<Integer> interleaved(int[] weights) {
    int divisor = RoundRobin.divisor(weights);
    int greatest = Arrays.stream(weights).max().orElseThrow();
    List<Integer> order = new ArrayList<>();
    int turn = Arrays.stream(weights).sum() / divisor;
    int level = 0;
    for (int at = -1; order.size() < turn; ) {
      at = (at + 1) % weights.length;
      if (at == 0) {
        level = level <= divisor ? greatest : level - divisor;
      }
      if (weights[at] >= level) {
        order.add(at);
      }
    }
    return order;
  }

  @Property(tries = 300)
  void the_interleaved_order_is_that_of_the_kernel(@ForAll("weights") int[] weights) {
    assertThat(Arrays.stream(InterleavedOrder.of(weights)).boxed().toList())
        .isEqualTo(interleaved(weights));
  }

  @Property(tries = 300)
  void over_a_window_of_haproxys_timeline_shares_are_right_to_one_step(
      @ForAll("weights") int[] weights) {
    int[] order = HaproxyOrder.of(weights);
    int turn = RoundRobin.total(RoundRobin.reduced(weights));
    int[] counts = counts(order, 0, order.length, weights.length);
    for (int i = 0; i < weights.length; i++) {
      double share = (double) order.length * weights[i] / Arrays.stream(weights).sum();
      assertThat((double) counts[i]).isBetween(share - 1.01, share + 1.01);
    }
    assertThat(order.length).isBetween(turn, 16 * Arrays.stream(weights).sum());
  }

  @Property(tries = 300)
  void a_server_that_returns_to_haproxys_timeline_has_its_turn_at_once(
      @ForAll("weights") int[] weights) {
    int turn = RoundRobin.total(RoundRobin.reduced(weights));
    assertThat(counts(HaproxyOrder.of(weights), 0, turn, weights.length)).doesNotContain(0);
  }

  @Example
  void nginxs_scores_go_through_the_states_of_its_commit_message() {
    int[] weights = {5, 1, 1};
    int[][] after = {
      {-2, 1, 1}, {-4, 2, 2}, {1, -4, 3}, {-1, -3, 4}, {4, -2, -2}, {2, -1, -1}, {0, 0, 0}
    };
    String[] turns = {"a", "a", "b", "a", "c", "a", "a"};
    int[] score = new int[3];
    for (int i = 0; i < turns.length; i++) {
      assertThat("abc".charAt(SmoothOrder.step(score, weights, 7))).isEqualTo(turns[i].charAt(0));
      assertThat(score).isEqualTo(after[i]);
    }
  }

  @Property(tries = 300)
  void nginxs_scores_add_up_to_zero_at_each_step_and_are_all_zero_after_a_turn(
      @ForAll("weights") int[] weights) {
    int total = Arrays.stream(weights).sum();
    int[] score = new int[weights.length];
    for (int step = 0; step < total; step++) {
      SmoothOrder.step(score, weights, total);
      assertThat(Arrays.stream(score).sum()).isZero();
    }
    assertThat(score).containsOnly(0);
  }

  @Property(tries = 300)
  void of_two_servers_none_is_ever_a_whole_pick_from_its_share(
      @ForAll @IntRange(min = 1, max = 256) int one,
      @ForAll @IntRange(min = 1, max = 256) int other) {
    int[] order = SmoothOrder.of(new int[] {one, other});
    double picks = 0;
    for (int n = 1; n <= order.length; n++) {
      picks += order[n - 1] == 0 ? 1 : 0;
      assertThat(Math.abs(picks - (double) n * one / (one + other))).isLessThan(1);
    }
  }
}
