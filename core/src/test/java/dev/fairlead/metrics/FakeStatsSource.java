package dev.fairlead.metrics;

import dev.fairlead.status.Admin;
import dev.fairlead.status.CertificateStatus;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Health;
import dev.fairlead.status.Latency;
import dev.fairlead.status.ServerHistory;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.Stats;
import dev.fairlead.status.StatsSource;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Numbers that a test sets. Every counter of a subject has the value of its place, from 1. */
final class FakeStatsSource implements StatsSource {
  final Set<Subject> subjects = new LinkedHashSet<>();
  final List<Runnable> listeners = new ArrayList<>();
  List<CertificateStatus> certificates = List.of();
  final long[] total = new long[Latency.BUCKETS];
  long totalNanos;
  Health health = Health.UP;
  int current;
  int snapshots;

  void add(Kind kind, String name, @Nullable String server) {
    subjects.add(new Subject(kind, name, server));
    listeners.forEach(Runnable::run);
  }

  void remove(Kind kind, String name, @Nullable String server) {
    subjects.remove(new Subject(kind, name, server));
    listeners.forEach(Runnable::run);
  }

  void record(int times, long nanos) {
    total[Latency.bucket(nanos)] += times;
    totalNanos += times * nanos;
  }

  @Override
  public Set<Subject> subjects() {
    return Set.copyOf(subjects);
  }

  @Override
  public Stats stats(Subject subject) {
    snapshots++;
    Latency none = new Latency(new long[Latency.BUCKETS], 0);
    return new Stats(current, 3, Map.of(), none, none, none, new Latency(total, totalNanos));
  }

  @Override
  @SuppressWarnings("EnumOrdinal")
  public long count(Subject subject, Counter counter) {
    return counter.ordinal() + 1L;
  }

  @Override
  public @Nullable ServerStatus server(Subject subject) {
    return subjects.contains(subject)
        ? new ServerStatus(
            "s1",
            1,
            InetSocketAddress.createUnresolved("s1", 1),
            Admin.READY,
            health,
            null,
            health != Health.DOWN,
            false,
            10,
            5,
            32,
            current,
            3,
            Map.of(),
            Set.of(),
            new ServerHistory(Instant.EPOCH, "", List.of(), 0, Map.of()),
            Map.of())
        : null;
  }

  @Override
  public List<CertificateStatus> certificates() {
    return certificates;
  }

  void serve(CertificateStatus... certificates) {
    this.certificates = List.of(certificates);
    listeners.forEach(Runnable::run);
  }

  @Override
  public AutoCloseable onSubjectsChanged(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
