package dev.fairlead.metrics;

import dev.fairlead.status.Counter;
import dev.fairlead.status.Health;
import dev.fairlead.status.Latency;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.Stats;
import dev.fairlead.status.StatsSource;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Registers the meters of one frontend, backend or server. Each kind has names of its own, since some
 * registries want the same tags on all meters of a name.
 */
final class SubjectMeters {
  private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0);

  private final Subject subject;
  private final MeterRegistry registry;
  private final Readings readings;
  private final String prefix;
  private final Tags tags;
  private final List<Meter> registered = new ArrayList<>();

  SubjectMeters(StatsSource source, Subject subject, MeterRegistry registry) {
    this.subject = subject;
    this.registry = registry;
    this.readings = new Readings(source, subject, registry.config().clock());
    this.prefix = "fairlead." + subject.kind().name().toLowerCase(Locale.ROOT);
    String group = subject.kind() == Kind.FRONTEND ? "frontend" : "backend";
    String server = subject.server();
    Tags named = Tags.of(group, subject.name());
    this.tags = server == null ? named : named.and("server", server);
  }

  /** Registers them all. Functions hold their object weakly: this one must be kept. */
  SubjectMeters register() {
    for (Counter counter : Counter.values()) {
      counter(counter);
    }
    gauge(".current", "Sessions open, or leases held", r -> r.stats().current());
    if (subject.kind() != Kind.FRONTEND) {
      gauge(".queued", "Requests that wait", r -> r.stats().queued());
    }
    latency("queue", Stats::queue);
    latency("connect", Stats::connect);
    latency("response", Stats::response);
    latency("total", Stats::total);
    if (subject.kind() == Kind.SERVER) {
      server(
          ".health", "1 for up or unchecked, 0 for down", s -> s.health() == Health.DOWN ? 0 : 1);
      server(".eligible", "1 when it may get new balanced traffic", s -> s.eligible() ? 1 : 0);
      server(".weight", "The weight in force", ServerStatus::effectiveWeight);
      server(".limit", "The limit of concurrent leases in force, 0 for none", ServerStatus::limit);
    }
    return this;
  }

  void remove() {
    registered.forEach(registry::remove);
  }

  private void counter(Counter counter) {
    switch (counter) {
      case SESSIONS -> counter(".sessions", counter, Tags.empty());
      case REQUESTS -> counter(".requests", counter, Tags.empty());
      case RETRIES -> counter(".retries", counter, Tags.empty());
      case REDISPATCHES -> counter(".redispatches", counter, Tags.empty());
      case BYTES_IN -> counter(".bytes", counter, Tags.of("direction", "in"));
      case BYTES_OUT -> counter(".bytes", counter, Tags.of("direction", "out"));
      case HTTP_1XX, HTTP_2XX, HTTP_3XX, HTTP_4XX, HTTP_5XX ->
        counter(".responses", counter, Tags.of("status", lower(counter).substring(5)));
      default -> counter(".errors", counter, Tags.of("kind", lower(counter)));
    }
  }

  private static String lower(Counter counter) {
    return counter.name().toLowerCase(Locale.ROOT);
  }

  private void counter(String name, Counter counter, Tags more) {
    registered.add(
        FunctionCounter.builder(prefix + name, readings, r -> r.source().count(subject, counter))
            .tags(tags.and(more))
            .baseUnit(name.equals(".bytes") ? "bytes" : null)
            .register(registry));
  }

  private void gauge(String name, String description, ToDoubleFunction<Readings> value) {
    registered.add(Gauge.builder(prefix + name, readings, value)
        .tags(tags)
        .description(description)
        .register(registry));
  }

  private void server(String name, String description, ToDoubleFunction<ServerStatus> value) {
    gauge(name, description, r -> {
      ServerStatus status = r.server();
      return status == null ? Double.NaN : value.applyAsDouble(status);
    });
  }

  private void latency(String stage, Function<Stats, Latency> of) {
    Tags staged = tags.and("stage", stage);
    registered.add(FunctionTimer.builder(
            prefix + ".latency",
            readings,
            r -> of.apply(r.stats()).count(),
            r -> of.apply(r.stats()).sumNanos(),
            TimeUnit.NANOSECONDS)
        .tags(staged)
        .description("How long a stage took, since the start")
        .register(registry));
    for (double percentile : PERCENTILES) {
      registered.add(TimeGauge.builder(
              prefix + ".latency.percentile",
              readings,
              TimeUnit.NANOSECONDS,
              r -> r.recent(of).percentileNanos(percentile))
          .tags(staged.and("phi", String.valueOf(percentile / 100)))
          .description("How long a stage took, in the last one to two minutes")
          .register(registry));
    }
  }
}
