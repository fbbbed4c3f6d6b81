package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Fleet.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever happens, the server is the one that Nginx's rules give, written down as they are told. */
class NginxRoundRobinPropertyTest {
  private static final int FAIL_TIMEOUT = 10;
  private static final long MS = 1_000_000;

  /** Nginx's state, in milliseconds, with its names. */
  private static final class Nginx {
    final int maxFails;
    final int[] weight;
    final int[] effectiveWeight;
    final int[] currentWeight;
    final int[] fails;
    final long[] accessed;
    final long[] checked;

    Nginx(int maxFails, int[] weights) {
      this.maxFails = maxFails;
      weight = weights;
      effectiveWeight = weights.clone();
      currentWeight = new int[weights.length];
      fails = new int[weights.length];
      accessed = new long[weights.length];
      checked = new long[weights.length];
      Arrays.fill(accessed, -1_000_000);
      Arrays.fill(checked, -1_000_000);
    }

    int pick(long now) {
      int best = -1;
      int total = 0;
      for (int i = 0; i < weight.length; i++) {
        if (maxFails > 0 && fails[i] >= maxFails && now - checked[i] <= FAIL_TIMEOUT) {
          continue;
        }
        currentWeight[i] += effectiveWeight[i];
        total += effectiveWeight[i];
        effectiveWeight[i] = Math.min(effectiveWeight[i] + 1, weight[i]);
        if (best < 0 || currentWeight[i] > currentWeight[best]) {
          best = i;
        }
      }
      currentWeight[best] -= total;
      checked[best] = now - checked[best] > FAIL_TIMEOUT ? now : checked[best];
      return best;
    }

    void ended(int i, boolean failed, long now) {
      if (failed) {
        fails[i]++;
        accessed[i] = now;
        checked[i] = now;
        if (maxFails > 0) {
          effectiveWeight[i] = Math.max(0, effectiveWeight[i] - weight[i] / maxFails);
        }
      } else if (accessed[i] < checked[i]) {
        fails[i] = 0;
      }
    }
  }

  private static int[] weights(int[] seeds) {
    return Arrays.stream(seeds).map(s -> 1 + Math.floorMod(s, 20)).toArray();
  }

  private static Fleet fleet(int maxFails, int[] weights) {
    return Fleet.of(Balancers.nginxRoundRobin(maxFails, Duration.ofMillis(FAIL_TIMEOUT)), weights);
  }

  @Property(tries = 300)
  void one_thread_gets_nginxs_servers_through_failures_answers_and_new_lists(
      @ForAll @Size(min = 2, max = 8) int[] seeds,
      @ForAll @IntRange(max = 5) int maxFails,
      @ForAll Random random) {
    int[] weights = weights(seeds);
    Nginx nginx = new Nginx(maxFails, weights.clone());
    Fleet fleet = fleet(maxFails, weights);
    List<Integer> held = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < 400; step++) {
      switch (random.nextInt(8)) {
        case 0 -> now += random.nextInt(FAIL_TIMEOUT + 3);
        case 1 -> fleet.allEligible();
        case 2, 3, 4 -> {
          if (!held.isEmpty()) {
            int server = held.remove(random.nextInt(held.size()));
            boolean fails = server > 0 && random.nextInt(3) > 0; // so that one is always there
            nginx.ended(server, fails, now);
            Ended how = fails ? Ended.failed(Outcome.Kind.EMPTY, 0) : Ended.ok(0);
            fleet.release(fleet.get(server), how.at(now * MS));
          }
        }
        default -> {
          int expected = nginx.pick(now);
          fleet.request.at(now * MS);
          assertThat(fleet.take()).isEqualTo(fleet.get(expected));
          held.add(expected);
        }
      }
    }
  }

  @Property(tries = 100)
  void without_failures_the_sequence_is_that_of_round_robin(
      @ForAll @Size(min = 1, max = 8) int[] seeds, @ForAll @IntRange(max = 3) int maxFails) {
    int[] weights = weights(seeds);
    Fleet plain = Fleet.of(Balancers.roundRobin(), weights);
    assertThat(fleet(maxFails, weights).sequential(200)).isEqualTo(plain.sequential(200));
  }

  @Property(tries = 100)
  void shares_are_right_again_after_failures(
      @ForAll @Size(min = 2, max = 8) int[] seeds,
      @ForAll @IntRange(min = 1, max = 5) int maxFails,
      @ForAll Random random) {
    int[] weights = weights(seeds);
    Fleet fleet = fleet(maxFails, weights);
    for (int i = 0; i < 100; i++) {
      Candidate server = fleet.take();
      assertThat(server).isNotNull();
      if (server != null) {
        Ended how = random.nextBoolean() ? Ended.failed(Outcome.Kind.TIMEOUT, 0) : Ended.ok(0);
        fleet.release(server, how.at(0));
      }
    }
    fleet.request.at((FAIL_TIMEOUT + 1) * MS);
    int sum = Arrays.stream(weights).sum();
    fleet.counts(2 * (sum + 100)); // all are asked once, and weigh what they should
    int[] counts = fleet.counts(10 * sum);
    for (int i = 0; i < weights.length; i++) {
      assertThat(counts[i]).isEqualTo(10 * weights[i]);
    }
  }
}
