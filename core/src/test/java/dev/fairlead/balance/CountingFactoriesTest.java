package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, parameters and what is refused. */
class CountingFactoriesTest {
  @Test
  void a_strategy_tells_its_name_and_its_parameters() {
    assertThat(Balancers.haproxyRoundRobin()).hasToString("haproxyRoundRobin()");
    assertThat(Balancers.leastConnections()).hasToString("leastConnections()");
    assertThat(Balancers.nginxLeastConnections()).hasToString("nginxLeastConnections()");
    assertThat(Balancers.powerOfChoices(3)).hasToString("powerOfChoices(3)");
    assertThat(Balancers.peakEwma())
        .hasToString("peakEwma(decay=PT10S, failurePenalty=PT5S, until=HEADER)");
    assertThat(Balancers.leastTime(LeastTime.until(Until.LAST_BYTE)
            .inFlight()
            .granularity(Duration.ofMillis(5))
            .halving(Duration.ofSeconds(3))))
        .hasToString("leastTime(until=LAST_BYTE, inFlight, granularity=PT0.005S, halving=PT3S)");
    assertThat(Balancers.powerOfChoices(
            2,
            PeakEwma.defaults()
                .decay(Duration.ofSeconds(1))
                .failurePenalty(Duration.ZERO)
                .until(Until.CONNECTED)))
        .hasToString(
            "powerOfChoices(2, peakEwma: decay=PT1S, failurePenalty=PT0S, until=CONNECTED)");
  }

  @ParameterizedTest
  @MethodSource("dev.fairlead.balance.AllocationTest#strategies")
  void a_strategy_is_named_after_its_factory(Balancer balancer) throws Exception {
    String factory = balancer.toString().replaceFirst("\\(.*", "");
    assertThat(Balancers.class.getMethods()).anyMatch(m -> m.getName().equals(factory));
  }

  @Test
  void what_is_made_alike_is_equal() {
    assertThat(Balancers.leastTime(Until.HEADER))
        .isEqualTo(Balancers.leastTime(Until.HEADER))
        .hasSameHashCodeAs(Balancers.leastTime(Until.HEADER))
        .isNotEqualTo(Balancers.leastTime(Until.LAST_BYTE));
    assertThat(Balancers.peakEwma()).isEqualTo(Balancers.peakEwma(PeakEwma.defaults()));
    assertThat(Balancers.roundRobin())
        .isEqualTo(Balancers.roundRobin())
        .isNotEqualTo(Balancers.haproxyRoundRobin());
    assertThat(Balancers.haproxyLeastConnections()).isEqualTo(Balancers.haproxyLeastConnections());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 6})
  void a_number_of_choices_out_of_range_is_refused(int choices) {
    assertThatThrownBy(() -> Balancers.powerOfChoices(choices))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("choices: " + choices + " (expected: 2..5)");
    assertThatThrownBy(() -> Balancers.powerOfChoices(choices, PeakEwma.defaults()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Balancers.powerOfChoices(choices, LeastTime.until(Until.HEADER)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_duration_out_of_range_is_refused() {
    PeakEwma peak = PeakEwma.defaults();
    assertThatThrownBy(() -> peak.decay(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("decay: PT0S (expected: PT0.001S..PT1H)");
    assertThatThrownBy(() -> peak.failurePenalty(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("failurePenalty: PT-0.001S (expected: PT0S..PT1H)");
    LeastTime least = LeastTime.until(Until.HEADER);
    assertThatThrownBy(() -> least.granularity(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("granularity: PT0S (expected: PT0.000001S..PT5S)");
    assertThatThrownBy(() -> least.halving(Duration.ofDays(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("halving: PT24H (expected: PT0.001S..PT1H)");
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without such a check may do
  void what_is_missing_is_named() {
    HashKey key = HashKeys.source();
    assertThatThrownBy(() -> Balancers.leastTime((LeastTime) null)).hasMessage("settings");
    assertThatThrownBy(() -> Balancers.powerOfChoices(2, (LeastTime) null)).hasMessage("settings");
    assertThatThrownBy(() -> Balancers.lblc(key, 64, null)).hasMessage("expiry");
    assertThatThrownBy(() -> Balancers.named(null)).hasMessage("name");
    assertThatThrownBy(() -> Balancers.named("turn", null)).hasMessage("parameters");
  }

  @Test
  void an_eligible_server_has_a_weight() {
    List<Candidate> servers = Candidates.named("a", "b").weights(1, 0).build();
    assertThatThrownBy(() -> Candidates.members(servers, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("eligible: weight of b: 0 (expected: 1 or more)");
  }
}
