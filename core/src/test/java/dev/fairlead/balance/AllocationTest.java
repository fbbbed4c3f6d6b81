package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Fleet.Ended;
import dev.fairlead.testkit.Allocations;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pick and the end of a lease allocate nothing. */
class AllocationTest {
  private static final int ROUNDS = 20_000;
  private static final Ended OUTCOME = Ended.ok(1_000_000);

  static Stream<Balancer> strategies() {
    return Stream.of(
        Balancers.roundRobin(),
        Balancers.haproxyRoundRobin(),
        Balancers.haproxyStaticRoundRobin(),
        Balancers.ipvsWeightedRoundRobin(),
        Balancers.nginxRoundRobin(2, Duration.ofSeconds(10)),
        Balancers.leastConnections(),
        Balancers.haproxyLeastConnections(),
        Balancers.nginxLeastConnections(),
        Balancers.ipvsLeastConnections(),
        Balancers.ipvsWeightedLeastConnections(),
        Balancers.shortestExpectedDelay(),
        Balancers.neverQueue(),
        Balancers.leastTime(LeastTime.until(Until.HEADER).inFlight()),
        Balancers.random(),
        Balancers.powerOfChoices(2),
        Balancers.powerOfChoices(5, LeastTime.until(Until.LAST_BYTE)),
        Balancers.peakEwma(),
        Balancers.first(),
        Balancers.failover(),
        Balancers.overflow());
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void picks_allocate_nothing(Balancer balancer) {
    for (int size : new int[] {3, 100, 1000}) {
      int[] weights = IntStream.range(0, size).map(i -> 1 + i % 5).toArray();
      List<Candidate> servers =
          Candidates.many(size).weights(weights).limit(2 * ROUNDS).build();
      Picker picker = balancer.prepare(Candidates.members(servers, null));
      FakePickContext request = new FakePickContext(1);
      Candidate[] held = new Candidate[50];
      long least = Allocations.leastBytes(() -> run(picker, request, held));
      assertThat(least).as("bytes for %d picks among %d", ROUNDS, size).isZero();
    }
  }

  private static void run(Picker picker, FakePickContext request, Candidate[] held) {
    for (int i = 0; i < ROUNDS; i++) {
      Candidate ended = held[i % held.length];
      if (ended != null) {
        picker.completed(ended, OUTCOME);
        FakeLoad.of(ended).release(0);
      }
      Candidate server = picker.pick(request.at(i * 100_000L));
      if (server != null) {
        FakeLoad.of(server).hold(0);
        held[i % held.length] = server;
      }
    }
  }
}
