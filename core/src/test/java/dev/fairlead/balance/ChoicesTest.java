package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random choices: weights, difference, balance. */
class ChoicesTest {
  private static double chiSquare(int[] counts, int[] weights) {
    double picks = Arrays.stream(counts).sum();
    double total = Arrays.stream(weights).sum();
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = picks * weights[i] / total;
      sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    return sum;
  }

  @Test
  void random_picks_follow_the_weights() {
    int[] weights = {5, 1, 1, 3, 10};
    int[] counts = Fleet.of(Balancers.random(), weights).counts(50_000);
    assertThat(chiSquare(counts, weights)).isLessThan(18.5); // 4 degrees of freedom, p = 0.001
  }

  @Test
  void two_choices_among_idle_servers_follow_the_weights() {
    int[] weights = {5, 1, 1, 3, 10};
    int[] counts = Fleet.of(Balancers.powerOfChoices(2), weights).counts(50_000);
    assertThat(chiSquare(counts, weights)).isLessThan(18.5);
  }

  @Test
  void the_second_draw_follows_the_weights_of_the_others() {
    int[] weights = {100, 5, 1, 3};
    Draw draw = new Draw(Fleet.of(Balancers.random(), weights).servers);
    FakePickContext request = new FakePickContext(7);
    int[] counts = new int[4];
    for (int i = 0; i < 30_000; i++) {
      counts[draw.usable(request, 0, 0)]++;
    }
    assertThat(counts[0]).isZero();
    assertThat(chiSquare(Arrays.copyOfRange(counts, 1, 4), new int[] {5, 1, 3}))
        .isLessThan(13.9); // 2 degrees of freedom, p = 0.001
  }

  @Test
  void of_two_servers_two_choices_always_take_the_less_loaded_one() {
    Fleet fleet = Fleet.of(Balancers.powerOfChoices(2), 256, 1);
    for (int i = 1; i < 2000; i++) {
      FakeLoad.of(fleet.get(0)).inFlight(256 * i + 1);
      FakeLoad.of(fleet.get(1)).inFlight(i);
      assertThat(fleet.picker().pick(fleet.request)).isEqualTo(fleet.get(1));
      FakeLoad.of(fleet.get(0)).inFlight(256 * i - 1);
      assertThat(fleet.picker().pick(fleet.request)).isEqualTo(fleet.get(0));
    }
  }

  @Test
  void more_choices_than_servers_draw_each_server_once() {
    CountedChance chance = new CountedChance();
    Picker picker = Balancers.powerOfChoices(5)
        .prepare(Candidates.members(Candidates.many(2).build(), null));
    for (int i = 0; i < 100; i++) {
      assertThat(picker.pick(chance)).isNotNull();
    }
    assertThat(chance.drawn).isEqualTo(200);
  }

  /** A request that counts how often it is asked for a number. */
  private static final class CountedChance implements PickContext, RandomGenerator {
    private final RandomGenerator random = new SplittableRandom(1);
    private int drawn;

    @Override
    public long nextLong() {
      drawn++;
      return random.nextLong();
    }

    @Override
    public RandomGenerator random() {
      return this;
    }

    @Override
    public SocketAddress client() {
      return InetSocketAddress.createUnresolved("client", 1);
    }

    @Override
    public boolean tried(Candidate candidate) {
      return false;
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public <T> @Nullable T request(Class<T> type) {
      return null;
    }
  }

  @Test
  void five_choices_among_five_servers_are_all_of_them() {
    Fleet fleet = Fleet.of(Balancers.powerOfChoices(5), 256, 1, 1, 1, 1);
    for (int i = 0; i < 500; i++) {
      int idlest = i % 5;
      fleet.servers.forEach(
          s -> FakeLoad.of(s).inFlight(s.index() == idlest ? 0 : 1000 + s.index()));
      assertThat(fleet.picker().pick(fleet.request)).isEqualTo(fleet.get(idlest));
    }
  }

  @Test
  void draws_for_one_request_are_all_different() {
    Draw draw = new Draw(Fleet.of(Balancers.random(), 9, 1, 1, 1, 1, 1).servers);
    FakePickContext request = new FakePickContext(3);
    for (int i = 0; i < 2000; i++) {
      Set<Integer> drawn = new HashSet<>();
      int first = draw.usable(request, Draw.NONE, 0);
      drawn.add(first);
      long others = 0;
      for (int k = 0; k < 4; k++) {
        int place = draw.usable(request, first, others);
        others = Draw.with(others, place);
        drawn.add(place);
      }
      assertThat(drawn).hasSize(5).allMatch(p -> p >= 0);
    }
  }

  @Test
  void the_only_usable_server_among_many_is_found() {
    int[] weights = IntStream.generate(() -> 256).limit(500).toArray();
    weights[321] = 1;
    for (Balancer balancer :
        new Balancer[] {Balancers.random(), Balancers.powerOfChoices(2), Balancers.peakEwma()}) {
      Fleet fleet = Fleet.limited(balancer, 1, weights);
      fleet.servers.forEach(s -> FakeLoad.of(s).inFlight(s.index() == 321 ? 0 : 1));
      assertThat(fleet.take()).isEqualTo(fleet.get(321));
      assertThat(fleet.take()).isNull();
    }
  }

  @Test
  void a_tried_server_is_not_drawn_again() {
    Fleet fleet = Fleet.of(Balancers.powerOfChoices(2), 256, 1, 1);
    fleet.request.havingTried(fleet.servers.subList(0, 2));
    assertThat(fleet.held(3)).isEqualTo("c c c");
  }

  /** Finagle: without departures the gap grows with ln ln n only; one choice gives some 110 here. */
  @Test
  void a_hundred_thousand_placements_on_a_hundred_servers_are_even_to_four() {
    BiConsumer<Integer, Integer> gapIsAtMost = (choices, bound) -> {
      Fleet fleet = Fleet.of(
          Balancers.powerOfChoices(choices),
          IntStream.generate(() -> 1).limit(100).toArray());
      for (int i = 0; i < 100_000; i++) {
        fleet.take();
      }
      assertThat(Arrays.stream(fleet.inFlight()).max().orElseThrow() - 1000)
          .isLessThanOrEqualTo(bound);
    };
    gapIsAtMost.accept(2, 4);
    gapIsAtMost.accept(3, 3);
    gapIsAtMost.accept(5, 2);
  }

  @Test
  void held_requests_come_to_follow_the_weights() {
    int[] weights = {8, 4, 2, 1, 1};
    Fleet fleet = Fleet.of(Balancers.powerOfChoices(2), weights);
    fleet.held(16_000);
    int[] held = fleet.inFlight();
    for (int i = 0; i < weights.length; i++) {
      assertThat(held[i] / (1000.0 * weights[i])).isBetween(0.97, 1.03);
    }
  }
}
