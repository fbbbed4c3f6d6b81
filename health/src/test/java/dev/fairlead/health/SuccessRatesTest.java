package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Envoy's arithmetic of success rates, and ours of latencies. */
class SuccessRatesTest {
  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    // rates,                   factor, mean,  threshold
    "50 100 100 100 100,        1.9,    90,    52", // the example in Envoy's source
    "100 100 100 100 100,       1.9,    100,   100",
    "0 100 100 100 100,         1.9,    80,    4",
    "0 0 100 100 100,           1.9,    60,    -33.0806",
    "90 92 94 96 98,            1.9,    94,    88.6260",
    "50 100 100 100 100,        1.0,    90,    70",
    "50 100 100 100 100,        0,      90,    90",
    "75,                        1.9,    75,    75",
  })
  void the_threshold_is_the_mean_less_some_standard_deviations(
      String rates, double factor, double mean, double threshold) {
    SuccessRates all = SuccessRates.of(numbers(rates), factor);
    assertThat(all.mean()).isCloseTo(mean, within(1e-4));
    assertThat(all.threshold()).isCloseTo(threshold, within(1e-4));
  }

  @ParameterizedTest
  @CsvSource({
    "50 100 100 100 100, 1.9, 0", // 50 < 52
    "53 100 100 100 100, 1.9, 0", // 53 < 54.88
    "100 100 100 100 100, 1.9, ''", // nobody is below where all are the same
    "0 0 100 100 100,    1.9, ''", // two of five are no outliers but a problem
    "0 100 100 100 100,  1.9, 0",
  })
  void who_lies_below_it_is_an_outlier(String rates, double factor, String outliers) {
    double[] each = numbers(rates);
    SuccessRates all = SuccessRates.of(each, factor);
    StringBuilder found = new StringBuilder();
    for (int i = 0; i < each.length; i++) {
      if (all.isOutlier(each[i])) {
        found.append(i);
      }
    }
    assertThat(found).hasToString(outliers);
  }

  @Property
  void never_are_all_outliers_and_the_best_never_is(
      @ForAll @Size(min = 1, max = 30) List<@DoubleRange(min = 0, max = 100) Double> rates,
      @ForAll @DoubleRange(min = 0, max = 5) double factor) {
    double[] each = rates.stream().mapToDouble(Double::doubleValue).toArray();
    SuccessRates all = SuccessRates.of(each, factor);
    double best = Arrays.stream(each).max().orElseThrow();
    assertThat(all.threshold()).isLessThanOrEqualTo(all.mean());
    assertThat(best).isGreaterThanOrEqualTo(all.threshold() - 1e-9);
  }

  @ParameterizedTest
  @CsvSource({
    // means,            one, median of the others
    "10 10 10 10 90,     4,   10",
    "10 10 10 10 90,     0,   10",
    "1 2 3 4,            3,   2",
    "1 2 3,              0,   2.5",
    "5 8,                1,   5",
    "90 80 10 12 14,     0,   13", // another slow one does not hide the first
  })
  void the_others_are_their_median(String means, int one, double median) {
    assertThat(Latencies.medianOfOthers(numbers(means), one)).isEqualTo(median);
  }

  @ParameterizedTest
  @CsvSource({
    // mean, others, factor, excess
    "31, 10, 3, 10, true",
    "30, 10, 3, 10, false",
    "9,  1,  3, 10, false", // eight more, which nobody feels
    "11, 1,  3, 10, true",
    "0,  0,  3, 10, false",
  })
  void slow_is_by_factor_and_by_difference(
      double mean, double others, double factor, double excess, boolean outlier) {
    assertThat(Latencies.isOutlier(mean, others, factor, excess)).isEqualTo(outlier);
  }
}
