package dev.fairlead.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.fairlead.status.Counter;
import dev.fairlead.status.Health;
import dev.fairlead.status.StatsSource.Kind;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Meters over a source whose numbers the test sets. */
class FairleadMetricsTest {
  private final FakeStatsSource source = new FakeStatsSource();
  private final MockClock clock = new MockClock();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private final FairleadMetrics metrics = new FairleadMetrics(source);

  private void bindOfEachKind() {
    source.add(Kind.FRONTEND, "web", null);
    source.add(Kind.BACKEND, "app", null);
    source.add(Kind.SERVER, "app", "s1");
    metrics.bindTo(registry);
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private double counter(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  private double percentile(String phi) {
    return registry
        .get("fairlead.backend.latency.percentile")
        .tags("stage", "total", "phi", phi)
        .timeGauge()
        .value(TimeUnit.MILLISECONDS);
  }

  @SuppressWarnings("EnumOrdinal")
  private static double value(Counter counter) {
    return counter.ordinal() + 1;
  }

  @Test
  void each_counter_of_the_source_has_one_meter_for_each_subject() {
    bindOfEachKind();
    for (String prefix : List.of("fairlead.frontend.", "fairlead.backend.", "fairlead.server.")) {
      assertThat(registry.getMeters().stream()
              .filter(m -> m instanceof FunctionCounter)
              .filter(m -> m.getId().getName().startsWith(prefix))
              .map(m -> ((FunctionCounter) m).count())
              .collect(Collectors.toSet()))
          .hasSize(Counter.values().length);
    }
  }

  @Test
  void requests_bytes_and_errors_are_told_apart() {
    bindOfEachKind();
    assertThat(counter("fairlead.frontend.requests", "frontend", "web"))
        .isEqualTo(value(Counter.REQUESTS));
    assertThat(
            counter("fairlead.server.bytes", "backend", "app", "server", "s1", "direction", "in"))
        .isEqualTo(value(Counter.BYTES_IN));
    assertThat(counter("fairlead.backend.errors", "backend", "app", "kind", "queue_timeouts"))
        .isEqualTo(value(Counter.QUEUE_TIMEOUTS));
    assertThat(counter("fairlead.frontend.responses", "status", "5xx"))
        .isEqualTo(value(Counter.HTTP_5XX));
  }

  @Test
  void meters_of_one_name_have_the_same_tag_keys() {
    bindOfEachKind();
    registry.getMeters().stream()
        .collect(Collectors.groupingBy(
            m -> m.getId().getName(),
            Collectors.mapping(
                m -> m.getId().getTags().stream().map(t -> t.getKey()).toList(),
                Collectors.toSet())))
        .forEach((name, keys) -> assertThat(keys).as(name).hasSize(1));
  }

  @Test
  void a_server_shows_its_health_weight_limit_and_load() {
    bindOfEachKind();
    source.current = 7;
    clock.add(Duration.ofSeconds(1));
    assertThat(gauge("fairlead.server.current", "server", "s1")).isEqualTo(7);
    assertThat(gauge("fairlead.server.queued")).isEqualTo(3);
    assertThat(gauge("fairlead.server.weight")).isEqualTo(5);
    assertThat(gauge("fairlead.server.limit")).isEqualTo(32);
    assertThat(gauge("fairlead.server.health")).isEqualTo(1);
    source.health = Health.DOWN;
    clock.add(Duration.ofSeconds(1));
    assertThat(gauge("fairlead.server.health")).isZero();
    assertThat(gauge("fairlead.server.eligible")).isZero();
  }

  @Test
  void a_snapshot_serves_all_meters_of_a_subject_for_a_second() {
    source.add(Kind.BACKEND, "app", null);
    metrics.bindTo(registry);
    clock.add(Duration.ofSeconds(1));
    source.snapshots = 0;
    registry.getMeters().forEach(m -> m.measure().forEach(x -> x.getValue()));
    assertThat(source.snapshots).isEqualTo(1);
  }

  @Test
  void latency_has_count_and_sum_since_the_start() {
    source.record(4, 1_000_000);
    source.add(Kind.BACKEND, "app", null);
    metrics.bindTo(registry);
    FunctionTimer timer =
        registry.get("fairlead.backend.latency").tags("stage", "total").functionTimer();
    assertThat(timer.count()).isEqualTo(4);
    assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(4);
  }

  @Test
  void percentiles_forget_what_is_older_than_two_minutes() {
    source.add(Kind.BACKEND, "app", null);
    metrics.bindTo(registry);
    source.record(100, Duration.ofSeconds(2).toNanos());
    clock.add(Duration.ofSeconds(60));
    assertThat(percentile("0.5")).isCloseTo(2000, offset(250.0));
    clock.add(Duration.ofSeconds(60));
    assertThat(percentile("0.99")).isZero();
    source.record(10, Duration.ofMillis(3).toNanos());
    clock.add(Duration.ofSeconds(60));
    assertThat(percentile("0.5")).isCloseTo(3, offset(0.4));
    assertThat(percentile("0.99")).isCloseTo(3, offset(0.4));
  }

  @Test
  void subjects_that_come_and_go_are_followed() {
    bindOfEachKind();
    source.add(Kind.SERVER, "app", "s2");
    assertThat(servers()).containsExactlyInAnyOrder("s1", "s2");
    source.remove(Kind.SERVER, "app", "s1");
    assertThat(servers()).containsExactly("s2");
  }

  @Test
  void a_closed_binder_leaves_no_meter_and_no_subscription() {
    SimpleMeterRegistry second = new SimpleMeterRegistry();
    bindOfEachKind();
    metrics.bindTo(second);
    assertThat(second.getMeters()).hasSameSizeAs(registry.getMeters());
    metrics.close();
    assertThat(registry.getMeters()).isEmpty();
    assertThat(second.getMeters()).isEmpty();
    assertThat(source.listeners).isEmpty();
  }

  private Set<String> servers() {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .filter(id -> id.getName().equals("fairlead.server.requests"))
        .map(id -> String.valueOf(id.getTag("server")))
        .collect(Collectors.toSet());
  }
}
