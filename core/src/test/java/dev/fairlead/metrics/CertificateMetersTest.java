package dev.fairlead.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.status.CertificateStatus;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gauges of certificates that a test serves. */
class CertificateMetersTest {
  private final FakeStatsSource source = new FakeStatsSource();
  private final MockClock clock = new MockClock();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private final FairleadMetrics metrics = new FairleadMetrics(source);
  private final Instant now = Instant.ofEpochMilli(clock.wallTime());

  @BeforeEach
  void bind() {
    metrics.bindTo(registry);
  }

  private CertificateStatus ending(String frontend, String certificate, Duration left) {
    return new CertificateStatus(frontend, certificate, List.of("site.example"), now.plus(left));
  }

  private double seconds(String frontend, String certificate) {
    return registry
        .get("fairlead.tls.certificate.expiry")
        .tags("frontend", frontend, "certificate", certificate)
        .timeGauge()
        .value(TimeUnit.SECONDS);
  }

  private List<String> named() {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .map(id -> id.getTag("frontend") + " " + id.getTag("certificate"))
        .toList();
  }

  @Test
  void the_time_left_goes_down_with_the_clock_and_below_zero() {
    source.serve(ending("web", "site.crt", Duration.ofDays(30)));
    assertThat(seconds("web", "site.crt")).isEqualTo(30 * 86_400.0);
    clock.add(Duration.ofDays(29));
    assertThat(seconds("web", "site.crt")).isEqualTo(86_400);
    clock.add(Duration.ofDays(2));
    assertThat(seconds("web", "site.crt")).isEqualTo(-86_400);
  }

  @Test
  void a_certificate_that_was_renewed_in_its_place_shows_its_new_end_in_the_same_gauge() {
    source.serve(ending("web", "site.crt", Duration.ofDays(1)));
    Meter before = registry.getMeters().get(0);
    source.serve(ending("web", "site.crt", Duration.ofDays(90)));
    assertThat(registry.getMeters()).containsExactly(before);
    assertThat(seconds("web", "site.crt")).isEqualTo(90 * 86_400.0);
  }

  @Test
  void certificates_that_come_and_go_are_followed_on_each_frontend() {
    source.serve(
        ending("web", "a.crt", Duration.ofDays(1)), ending("admin", "a.crt", Duration.ofDays(1)));
    assertThat(named()).containsExactlyInAnyOrder("web a.crt", "admin a.crt");
    source.serve(
        ending("web", "b.crt", Duration.ofDays(2)), ending("admin", "a.crt", Duration.ofDays(1)));
    assertThat(named()).containsExactlyInAnyOrder("web b.crt", "admin a.crt");
  }

  @Test
  void of_two_with_the_same_subject_the_one_that_ends_first_is_shown() {
    source.serve(
        ending("web", "CN=site.example", Duration.ofDays(5)),
        ending("web", "CN=site.example", Duration.ofDays(3)),
        ending("web", "CN=site.example", Duration.ofDays(4)));
    assertThat(seconds("web", "CN=site.example")).isEqualTo(3 * 86_400.0);
  }

  @Test
  void a_closed_binder_leaves_no_gauge() {
    source.serve(ending("web", "site.crt", Duration.ofDays(1)));
    metrics.close();
    assertThat(registry.getMeters()).isEmpty();
  }
}
