package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.status.Latency;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.NotEmpty;

/** Buckets and percentiles of durations. */
class LatencyPropertyTest {
  private static final long FOUR_HOURS = 4L * 3600 * 1_000_000_000;

  @Provide
  Arbitrary<Long> durations() {
    return Arbitraries.longs().between(0, FOUR_HOURS).withDistribution(RandomDistribution.biased());
  }

  private static Latency latency(List<Long> durations) {
    long[] counts = new long[Latency.BUCKETS];
    durations.forEach(d -> counts[Latency.bucket(d)]++);
    return new Latency(counts, durations.stream().mapToLong(d -> d).sum());
  }

  @Property
  void a_duration_lies_below_the_end_of_its_bucket_and_not_below_its_begin(
      @ForAll("durations") long nanos) {
    int bucket = Latency.bucket(nanos);
    assertThat(nanos).isLessThan(Latency.upperBound(bucket));
    if (bucket > 0) {
      assertThat(nanos).isGreaterThanOrEqualTo(Latency.upperBound(bucket - 1));
    }
  }

  @Property
  void a_percentile_is_right_within_an_eighth_and_a_microsecond(
      @ForAll("manyDurations") @NotEmpty List<Long> any,
      @ForAll @DoubleRange(min = 0.1, max = 100) double percentile) {
    List<Long> sorted = any.stream().sorted().toList();
    long exact = sorted.get((int) Math.ceil(sorted.size() * percentile / 100) - 1);
    long found = latency(any).percentileNanos(percentile);
    assertThat(found).isGreaterThan(exact);
    assertThat((double) found).isLessThanOrEqualTo(exact * 1.125 + 1_000);
  }

  @Property
  void what_came_after_a_reading_is_told_apart(
      @ForAll("manyDurations") List<Long> before, @ForAll("manyDurations") List<Long> after) {
    List<Long> all = new ArrayList<>(before);
    all.addAll(after);
    Latency rest = latency(all).since(latency(before));
    assertThat(rest.count()).isEqualTo(after.size());
    assertThat(rest.sumNanos()).isEqualTo(latency(after).sumNanos());
    assertThat(rest.percentileNanos(90)).isEqualTo(latency(after).percentileNanos(90));
  }

  @Provide
  Arbitrary<List<Long>> manyDurations() {
    return durations().list().ofMaxSize(100);
  }

  @Example
  void numbers_that_began_anew_are_not_compared_with_the_old() {
    Latency fresh = latency(List.of(5_000_000L));
    assertThat(fresh.since(latency(List.of(1_000L, 2_000L)))).isSameAs(fresh);
  }

  @Example
  void nothing_recorded_has_percentile_0() {
    assertThat(latency(List.of()).percentileNanos(99)).isZero();
    assertThat(latency(List.of())).hasToString("count=0 p50=0.0ms p99=0.0ms max<=0.0ms");
  }

  @Example
  void the_ends_of_the_range_are_kept() {
    assertThat(Latency.bucket(-5)).isZero();
    assertThat(Latency.bucket(0)).isZero();
    assertThat(Latency.bucket(Long.MAX_VALUE)).isEqualTo(Latency.BUCKETS - 1);
    assertThat(Latency.upperBound(Latency.BUCKETS - 1)).isGreaterThan(FOUR_HOURS);
  }
}
