package dev.fairlead.metrics;

import dev.fairlead.status.StatsSource;
import dev.fairlead.status.StatsSource.Subject;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps the meters of one registry in step with the subjects and certificates of a source. */
final class Following {
  private final StatsSource source;
  private final MeterRegistry registry;
  private final AutoCloseable subscription;

  /** Calls of {@link #follow} that are not yet answered; whoever raises it from 0 answers them all. */
  private final AtomicInteger asked = new AtomicInteger();

  /** Touched by whoever answers only. */
  private final Map<Subject, SubjectMeters> meters = new HashMap<>();

  private final CertificateMeters certificates;

  private volatile boolean closed;

  Following(StatsSource source, MeterRegistry registry) {
    this.source = source;
    this.registry = registry;
    this.certificates = new CertificateMeters(registry);
    this.subscription = source.onSubjectsChanged(this::follow);
    follow();
  }

  /** From any thread, several at once: each call is followed by a look at the source. */
  private void follow() {
    if (asked.getAndIncrement() > 0) {
      return;
    }
    int answered;
    do {
      answered = asked.get();
      bring(closed ? Set.of() : source.subjects());
      certificates.bring(closed ? List.of() : source.certificates());
    } while (asked.addAndGet(-answered) > 0);
  }

  private void bring(Set<Subject> wanted) {
    meters.entrySet().removeIf(entry -> {
      boolean gone = !wanted.contains(entry.getKey());
      if (gone) {
        entry.getValue().remove();
      }
      return gone;
    });
    for (Subject subject : wanted) {
      meters.computeIfAbsent(subject, s -> new SubjectMeters(source, s, registry).register());
    }
  }

  void close() {
    closed = true;
    try {
      subscription.close();
    } catch (Exception e) {
      throw new IllegalStateException("the subscription could not be ended", e);
    } finally {
      follow();
    }
  }
}
