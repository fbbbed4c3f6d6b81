package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balance.Fleet.Ended;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** Peak EWMA and least time. */
class LatencyTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private static Cost peak(PeakEwma settings, Fleet fleet) {
    return settings.cost(Candidates.members(fleet.servers, fleet.picker()));
  }

  private static Cost least(LeastTime settings, Fleet fleet) {
    return settings.cost(Candidates.members(fleet.servers, fleet.picker()));
  }

  /** One pick and one answer, at a time, of a cost on its own. */
  private static void sample(Cost cost, Fleet fleet, long at, Outcome outcome) {
    cost.now(fleet.request.at(at));
    cost.completed(fleet.get(0), outcome);
  }

  @Test
  void peak_ewma_is_the_cost_times_the_pending_plus_one_by_weight() {
    Fleet fleet = Fleet.of(Balancers.random(), 4);
    Cost cost = peak(PeakEwma.defaults(), fleet);
    sample(cost, fleet, SECOND, Ended.ok(8 * MS));
    assertThat(cost.of(fleet.get(0), 0, SECOND)).isEqualTo(2.0 * MS);
    FakeLoad.of(fleet.get(0)).inFlight(3);
    assertThat(cost.of(fleet.get(0), 0, SECOND)).isEqualTo(8.0 * MS);
    assertThat(cost.of(fleet.get(0), -1, SECOND)).isEqualTo(6.0 * MS);
  }

  @Test
  void a_peak_counts_at_once_and_fades_with_its_half_life() {
    Fleet fleet = Fleet.of(Balancers.random(), 1);
    Cost cost = peak(PeakEwma.defaults(), fleet);
    Candidate server = fleet.get(0);
    sample(cost, fleet, SECOND, Ended.ok(10 * MS));
    sample(cost, fleet, SECOND, Ended.ok(800 * MS));
    assertThat(cost.of(server, 0, SECOND)).isEqualTo(800.0 * MS);
    long halfLife = Math.round(10 * Math.log(2) * SECOND);
    assertThat(cost.of(server, 0, SECOND + halfLife)).isCloseTo(400.0 * MS, within(1.0));
    sample(cost, fleet, SECOND + halfLife, Ended.ok(10 * MS));
    assertThat(cost.of(server, 0, SECOND + halfLife)).isCloseTo(405.0 * MS, within(1.0));
  }

  @Test
  void an_unknown_server_is_tried_once_and_then_left_until_it_has_answered() {
    Fleet fleet = Fleet.of(Balancers.peakEwma(), 1, 1);
    fleet.request.at(SECOND);
    Candidate first = fleet.take();
    Candidate second = fleet.take();
    assertThat(first).isNotNull().isNotEqualTo(second);
    if (first == null || second == null) {
      return;
    }
    fleet.release(first, Ended.ok(50 * MS));
    for (int i = 0; i < 20; i++) {
      assertThat(fleet.take()).isEqualTo(first);
    }
    fleet.release(second, Ended.ok(50 * MS));
    assertThat(fleet.take()).isEqualTo(second);
  }

  @Test
  void a_broken_connection_costs_the_penalty_at_once_and_an_error_answer_in_the_average() {
    Fleet fleet = Fleet.of(Balancers.random(), 1);
    Cost cost = peak(PeakEwma.defaults().failurePenalty(Duration.ofSeconds(2)), fleet);
    Candidate server = fleet.get(0);
    sample(cost, fleet, SECOND, Ended.ok(10 * MS));
    sample(cost, fleet, 2 * SECOND, Ended.error(MS));
    double left = Math.exp(-0.1);
    assertThat(cost.of(server, 0, 2 * SECOND))
        .isCloseTo(10 * MS * left + 2 * SECOND * (1 - left), within(1.0));
    sample(cost, fleet, 2 * SECOND, Ended.failed(Outcome.Kind.RESET, MS));
    assertThat(cost.of(server, 0, 2 * SECOND)).isEqualTo(2.0 * SECOND);
    sample(cost, fleet, 2 * SECOND, Ended.failed(Outcome.Kind.TIMEOUT, 30 * SECOND));
    assertThat(cost.of(server, 0, 2 * SECOND)).isEqualTo(30.0 * SECOND);
  }

  @Test
  void what_the_client_broke_off_says_nothing() {
    Fleet fleet = Fleet.of(Balancers.random(), 1);
    for (Outcome.Kind kind :
        new Outcome.Kind[] {Outcome.Kind.CLIENT_ABORT, Outcome.Kind.CANCELLED}) {
      Cost peak = peak(PeakEwma.defaults(), fleet);
      sample(peak, fleet, SECOND, Ended.failed(kind, 60 * SECOND));
      assertThat(peak.of(fleet.get(0), 0, SECOND)).isZero();
      Cost least = least(LeastTime.until(Until.LAST_BYTE), fleet);
      sample(least, fleet, SECOND, Ended.failed(kind, 60 * SECOND));
      assertThat(least.of(fleet.get(0), 0, SECOND)).isEqualTo(20.0 * MS);
    }
  }

  @Test
  void a_time_is_measured_up_to_the_moment_that_was_asked_for() {
    Ended http = new Ended(Outcome.Kind.COMPLETED, 200, 3, 20, 100);
    Ended tcp = new Ended(Outcome.Kind.COMPLETED, -1, 3, -1, 100);
    Ended reused = new Ended(Outcome.Kind.COMPLETED, 200, 0, 20, 100);
    assertThat(Until.CONNECTED.nanos(http)).isEqualTo(3);
    assertThat(Until.HEADER.nanos(http)).isEqualTo(23);
    assertThat(Until.LAST_BYTE.nanos(http)).isEqualTo(100);
    assertThat(Until.HEADER.nanos(tcp)).isEqualTo(3);
    assertThat(Until.CONNECTED.nanos(reused)).isEqualTo(-1);
    assertThat(Until.HEADER.nanos(reused)).isEqualTo(20);
    assertThat(Until.HEADER.nanos(Ended.failed(Outcome.Kind.RESET, 100))).isEqualTo(-1);
    assertThat(Until.LAST_BYTE.nanos(Ended.failed(Outcome.Kind.CLIENT_ABORT, 100)))
        .isEqualTo(-1);
  }

  @Test
  void what_was_learnt_survives_a_new_list_and_an_absence() {
    for (Balancer balancer : new Balancer[] {
      Balancers.peakEwma(),
      Balancers.leastTime(Until.HEADER),
      new Lowest("many", LeastTime.until(Until.HEADER)::cost, Lowest.Rank.TURNS, 0)
    }) {
      Fleet fleet = Fleet.of(balancer, 1, 1, 1);
      fleet.request.at(SECOND);
      for (int i = 0; i < 3; i++) {
        fleet.take();
      }
      fleet.release(fleet.get(0), Ended.ok(2 * SECOND));
      fleet.release(fleet.get(1), Ended.ok(5 * MS));
      fleet.release(fleet.get(2), Ended.ok(500 * MS));
      fleet.eligible(fleet.get(1), fleet.get(2));
      fleet.allEligible();
      assertThat(fleet.counts(50)[0]).as("%s", balancer).isZero();
    }
  }

  @Test
  void a_cost_goes_from_one_strategy_to_another_of_its_kind() {
    Fleet fleet = Fleet.of(Balancers.leastTime(Until.HEADER), 1, 1);
    fleet.request.at(SECOND);
    fleet.take();
    fleet.take();
    fleet.release(fleet.get(0), Ended.ok(2 * SECOND));
    fleet.release(fleet.get(1), Ended.ok(5 * MS));
    fleet.prepare(Balancers.powerOfChoices(2, LeastTime.until(Until.HEADER)));
    assertThat(fleet.counts(50)[0]).isZero();
  }

  @Test
  void least_time_is_rounded_time_times_running_plus_one_by_weight() {
    Fleet fleet = Fleet.of(Balancers.random(), 2);
    Cost cost = least(LeastTime.until(Until.HEADER), fleet);
    sample(cost, fleet, SECOND, Ended.ok(47 * MS));
    FakeLoad.of(fleet.get(0)).inFlight(3);
    assertThat(cost.of(fleet.get(0), 0, SECOND)).isEqualTo(60.0 * MS * 4 / 2);
    sample(cost, fleet, SECOND, Ended.ok(3000 * SECOND));
    assertThat(cost.of(fleet.get(0), 0, SECOND)).isEqualTo(5.0 * SECOND * 4 / 2);
  }

  @Test
  void least_time_never_counts_more_than_five_seconds() {
    Fleet fleet = Fleet.of(Balancers.random(), 1);
    Cost failed = least(LeastTime.until(Until.HEADER), fleet);
    sample(failed, fleet, SECOND, Ended.failed(Outcome.Kind.CONNECT_FAILED, MS));
    assertThat(failed.of(fleet.get(0), 0, SECOND)).isEqualTo(5.0 * SECOND);
    LeastTime coarse = LeastTime.until(Until.HEADER).granularity(Duration.ofSeconds(3));
    Cost slow = least(coarse, Fleet.of(Balancers.random(), 1));
    sample(slow, fleet, SECOND, Ended.ok(4 * SECOND));
    assertThat(slow.of(fleet.get(0), 0, SECOND)).isEqualTo(5.0 * SECOND);
  }

  @Test
  void least_time_halves_what_is_known_of_a_server_that_nobody_asks() {
    Fleet fleet = Fleet.of(Balancers.random(), 1);
    Cost cost = least(LeastTime.until(Until.HEADER).halving(Duration.ofSeconds(10)), fleet);
    Candidate server = fleet.get(0);
    sample(cost, fleet, SECOND, Ended.ok(810 * MS));
    cost.picked(server, SECOND);
    assertThat(cost.of(server, 0, 10 * SECOND)).isEqualTo(820.0 * MS);
    assertThat(cost.of(server, 0, 11 * SECOND)).isEqualTo(420.0 * MS);
    assertThat(cost.of(server, 0, 21 * SECOND)).isEqualTo(220.0 * MS);
    assertThat(cost.of(server, 0, 10_000 * SECOND)).isEqualTo(20.0 * MS);
    cost.picked(server, 21 * SECOND); // one request as a test: until its answer the old time holds
    assertThat(cost.of(server, 0, 21 * SECOND)).isEqualTo(820.0 * MS);
  }

  @Test
  void least_time_with_in_flight_sees_a_server_that_hangs() {
    Fleet fleet = Fleet.of(Balancers.leastTime(LeastTime.until(Until.HEADER).inFlight()), 1, 1);
    fleet.request.at(SECOND);
    fleet.take();
    fleet.take();
    fleet.release(fleet.get(0), Ended.ok(5 * MS));
    fleet.request.at(3 * SECOND);
    for (int i = 0; i < 40; i++) {
      assertThat(fleet.take()).isEqualTo(fleet.get(0));
    }
  }

  /** Requests at a constant rate; each server answers after its own time, or fails. */
  private static int[] simulate(Balancer balancer, LongFunction<Ended> answers, int... weights) {
    record Answer(long at, Candidate server, Ended outcome) {}
    Fleet fleet = Fleet.of(balancer, weights);
    Queue<Answer> due = new PriorityQueue<>(Comparator.comparingLong(Answer::at));
    int[] picks = new int[weights.length];
    for (long now = SECOND; now < 21 * SECOND; now += MS) {
      while (!due.isEmpty() && due.element().at() <= now) {
        Answer answer = due.remove();
        fleet.release(answer.server(), answer.outcome());
      }
      fleet.request.at(now);
      Candidate server = fleet.take();
      if (server != null) {
        picks[server.index()]++;
        Ended outcome = answers.apply(server.index());
        due.add(new Answer(now + outcome.totalNanos(), server, outcome));
      }
    }
    return picks;
  }

  @Test
  void a_server_that_fails_fast_does_not_attract_traffic() {
    for (Balancer balancer : new Balancer[] {
      Balancers.peakEwma(),
      Balancers.leastTime(Until.HEADER),
      Balancers.powerOfChoices(2, LeastTime.until(Until.HEADER))
    }) {
      for (Ended failure :
          new Ended[] {Ended.error(MS), Ended.failed(Outcome.Kind.CONNECT_FAILED, MS)}) {
        int[] picks = simulate(balancer, i -> i == 0 ? failure : Ended.ok(30 * MS), 1, 1, 1, 1);
        assertThat(picks[0] / 20_000.0).as("%s %s", balancer, failure).isLessThan(0.05);
      }
    }
  }

  @Test
  void a_slow_server_gets_little_but_something() {
    for (Balancer balancer : new Balancer[] {
      Balancers.peakEwma(),
      Balancers.leastTime(LeastTime.until(Until.HEADER).halving(Duration.ofSeconds(2))),
      Balancers.powerOfChoices(2, LeastTime.until(Until.HEADER))
    }) {
      int[] picks = simulate(balancer, i -> Ended.ok(i == 0 ? 600 * MS : 30 * MS), 1, 1, 1, 1);
      assertThat(picks[0] / 20_000.0).as("%s", balancer).isBetween(0.0001, 0.05);
    }
  }

  @Test
  void equally_fast_servers_share_by_weight() {
    for (Balancer balancer :
        new Balancer[] {Balancers.peakEwma(), Balancers.leastTime(Until.HEADER)}) {
      int[] picks = simulate(balancer, i -> Ended.ok(30 * MS), 4, 2, 1, 1);
      for (int i = 0; i < 4; i++) {
        double share = new double[] {0.5, 0.25, 0.125, 0.125}[i];
        assertThat(picks[i] / 20_000.0)
            .as("%s %s", balancer, Arrays.toString(picks))
            .isCloseTo(share, within(0.04));
      }
    }
  }
}
