package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Retries;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which further attempt of a bound request goes elsewhere (HAProxy: option redispatch). */
class RetriesTest {
  private static List<Integer> elsewhere(Retries retries) {
    return IntStream.rangeClosed(1, retries.max())
        .filter(retries::redispatches)
        .boxed()
        .toList();
  }

  @Test
  void by_default_there_are_three_and_the_last_goes_elsewhere() {
    assertThat(Retries.defaults().max()).isEqualTo(3);
    assertThat(elsewhere(Retries.defaults())).containsExactly(3);
    assertThat(elsewhere(Retries.of(1))).containsExactly(1);
  }

  @Test
  void a_positive_interval_counts_from_the_first() {
    assertThat(elsewhere(Retries.of(6).redispatch(1))).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(elsewhere(Retries.of(6).redispatch(3))).containsExactly(3, 6);
  }

  @Test
  void a_negative_interval_counts_from_the_last() {
    assertThat(elsewhere(Retries.of(6).redispatch(-1))).containsExactly(6);
    assertThat(elsewhere(Retries.of(6).redispatch(-2))).containsExactly(5);
    assertThat(elsewhere(Retries.of(3).redispatch(-4))).isEmpty();
  }

  @Test
  void interval_0_never_goes_elsewhere() {
    assertThat(elsewhere(Retries.of(6).redispatch(0))).isEmpty();
  }

  @Test
  void no_retries_means_no_further_attempt() {
    assertThat(Retries.none().max()).isZero();
    assertThat(elsewhere(Retries.none())).isEmpty();
  }

  @Test
  void a_copy_keeps_the_rest() {
    Retries retries = Retries.of(2)
        .on(Retries.On.STATUS_503)
        .idempotent("GET", "PUT")
        .replay(10)
        .redispatch(1)
        .max(5);
    assertThat(retries.retryOn()).containsExactly(Retries.On.STATUS_503);
    assertThat(retries.idempotentMethods()).containsExactlyInAnyOrder("GET", "PUT");
    assertThat(retries.replayBytes()).isEqualTo(10);
    assertThat(retries.redispatchInterval()).isEqualTo(1);
    assertThat(retries).hasToString("5 on [STATUS_503] for [GET, PUT]");
  }
}
