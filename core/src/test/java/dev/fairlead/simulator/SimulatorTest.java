package dev.fairlead.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must come out whatever the seed: far from any chance. docs/balancers.md has the figures. */
class SimulatorTest {
  private static final int REQUESTS = 15_000;

  private static Result run(Contestant contestant, Scenario scenario, long seed) {
    return Simulation.run(contestant, scenario, REQUESTS, seed);
  }

  private static Contestant named(String name) {
    return Contestant.ALL.stream().filter(c -> c.name().equals(name)).findAny().orElseThrow();
  }

  @Test
  void the_same_seed_gives_the_same_result_and_another_one_another() {
    Result result = run(Contestant.LEAST_CONNECTIONS, Scenario.SLOW, 1);
    assertThat(run(Contestant.LEAST_CONNECTIONS, Scenario.SLOW, 1)).isEqualTo(result);
    assertThat(run(Contestant.LEAST_CONNECTIONS, Scenario.SLOW, 2)).isNotEqualTo(result);
  }

  @Test
  void equal_servers_take_as_long_as_requests_are_large_and_wait_a_little() {
    Result result = run(Contestant.ROUND_ROBIN, Scenario.ALIKE, 3);
    assertThat(result.p50()).as("ln 2 · 20 ms, and some waiting").isBetween(13.8, 30.0);
    assertThat(result.p99()).as("ln 100 · 20 ms, and some waiting").isBetween(92.0, 200.0);
    assertThat(result.imbalance()).isBetween(1.0, 1.1);
    assertThat(result.failed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void strategies_that_count_or_measure_keep_clear_of_a_slow_server(long seed) {
    double roundRobin = run(Contestant.ROUND_ROBIN, Scenario.SLOW, seed).p99();
    for (Contestant contestant :
        new Contestant[] {Contestant.LEAST_CONNECTIONS, Contestant.PEAK_EWMA}) {
      Result result = run(contestant, Scenario.SLOW, seed);
      assertThat(result.p99()).as(contestant.name()).isLessThan(roundRobin / 5);
      assertThat(result.failed()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void a_server_that_fails_fast_attracts_those_who_count_and_not_those_who_measure(long seed) {
    assertThat(run(Contestant.ROUND_ROBIN, Scenario.FAILING, seed).badShare())
        .isBetween(0.099, 0.101);
    assertThat(run(Contestant.LEAST_CONNECTIONS, Scenario.FAILING, seed).badShare())
        .isGreaterThan(0.2);
    assertThat(run(Contestant.PEAK_EWMA, Scenario.FAILING, seed).badShare()).isLessThan(0.02);
    assertThat(run(Contestant.NGINX_ROUND_ROBIN, Scenario.FAILING, seed).badShare())
        .isLessThan(0.02);
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 11})
  void unequal_keys_overload_a_server_unless_load_is_bounded(long seed) {
    Result plain = run(Contestant.MAGLEV, Scenario.ZIPF, seed);
    Result bounded = run(Contestant.BOUNDED, Scenario.ZIPF, seed);
    assertThat(plain.imbalance()).isGreaterThan(1.2);
    assertThat(bounded.imbalance()).isLessThan(plain.imbalance());
    assertThat(bounded.p99()).isLessThan(plain.p99() / 2);
  }

  @Test
  void two_choices_are_nearly_as_good_as_knowing_all_and_far_better_than_one() {
    double one = run(named("random()"), Scenario.ALIKE, 12).p99();
    double two = run(named("powerOfChoices(2)"), Scenario.ALIKE, 12).p99();
    double all = run(Contestant.LEAST_CONNECTIONS, Scenario.ALIKE, 12).p99();
    assertThat(two).isLessThan(0.9 * one).isLessThan(1.3 * all);
  }

  @Test
  void first_fills_one_server_after_the_other_up_to_its_limit() {
    Result result = run(named("first(), limits"), Scenario.ALIKE, 13);
    assertThat(result.mostInFlight()).isEqualTo(Contestant.SLOTS);
    assertThat(result.imbalance()).isGreaterThan(1.3);
    assertThat(result.failed()).isZero();
  }

  @Test
  void keys_move_only_when_they_must_but_for_modulo() {
    for (Contestant hash : Contestant.HASHES) {
      KeyMoves moves = KeyMoves.of(hash.balancer());
      boolean modulo = hash.name().contains("modulo");
      assertThat(moves.down()).as(hash.name()).isBetween(0.05, modulo ? 1 : 0.15);
      assertThat(moves.removed()).as(hash.name()).isBetween(0.05, modulo ? 1 : 0.16);
      assertThat(moves.spread()).as(hash.name()).isBetween(1.0, 1.6);
    }
    assertThat(KeyMoves.of(Contestant.HASHES.get(0).balancer()).removed()).isGreaterThan(0.8);
  }
}
