package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.config.SlowStart;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The curves by which a server gets its load. */
class SlowStartTest {
  private static final Duration MINUTE = Duration.ofSeconds(60);

  private static double after(SlowStart curve, double seconds) {
    return curve.share((long) (seconds * 1e9));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0.016667", "6, 0.1", "30, 0.5", "59.4, 0.99", "60, 1", "600, 1"})
  void haproxys_is_a_straight_line(double seconds, double share) {
    assertThat(after(SlowStart.linear(MINUTE), seconds)).isEqualTo(share, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0.10",
    "6, 1, 0.10",
    "7.5, 1, 0.125",
    "30, 1, 0.5",
    "30, 2, 0.707107",
    "0, 2, 0.129099", // its first second counts as passed
    "0.5, 2, 0.129099",
    "30, 0.5, 0.25",
    "6, 0.5, 0.10",
    "60, 2, 1",
  })
  void envoys_is_bent_and_begins_with_a_tenth(double seconds, double aggression, double share) {
    assertThat(after(SlowStart.envoy(MINUTE, aggression), seconds)).isEqualTo(share, within(1e-6));
  }

  @Test
  void a_share_never_falls_while_time_passes() {
    for (double aggression : new double[] {0.25, 1, 3}) {
      SlowStart curve = SlowStart.envoy(MINUTE, aggression);
      double before = 0;
      for (int tenths = 0; tenths <= 610; tenths++) {
        double share = after(curve, tenths / 10.0);
        assertThat(share).isBetween(before, 1.0);
        before = share;
      }
    }
  }

  @Test
  void what_makes_no_curve_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SlowStart.linear(Duration.ZERO))
        .withMessage("over: PT0S (expected: more than 0, at most 365 days)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SlowStart.envoy(MINUTE, 0))
        .withMessage("aggression: 0.0 (expected: more than 0, at most 1000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SlowStart(MINUTE, 1, 1.5, Duration.ZERO))
        .withMessage("least: 1.5 (expected: 0..1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SlowStart.envoy(Duration.ofMillis(500), 1))
        .withMessage("head: PT1S (expected: 0 to PT0.5S)");
  }
}
