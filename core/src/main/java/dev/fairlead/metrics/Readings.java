package dev.fairlead.metrics;

import dev.fairlead.status.Latency;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.Stats;
import dev.fairlead.status.StatsSource;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import io.micrometer.core.instrument.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One subject's snapshot, taken at most once a second for all of its meters. Thread-safe. */
final class Readings {
  private static final long FRESH = TimeUnit.SECONDS.toNanos(1);
  private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

  private final StatsSource source;
  private final Subject subject;
  private final Clock clock;

  private volatile Reading last;

  /** A snapshot, and the two older ones that windows begin with. */
  private record Reading(
      long at, Stats stats, @Nullable ServerStatus server, long markAt, Stats mark, Stats base) {}

  Readings(StatsSource source, Subject subject, Clock clock) {
    this.source = source;
    this.subject = subject;
    this.clock = clock;
    long now = clock.monotonicTime();
    Stats stats = source.stats(subject);
    this.last = new Reading(now, stats, status(), now, stats, stats);
  }

  StatsSource source() {
    return source;
  }

  Stats stats() {
    return reading().stats();
  }

  /** Null when it is no server, or has gone. */
  @Nullable
  ServerStatus server() {
    return reading().server();
  }

  /** What was recorded in the last one to two minutes, or since the last reading when that is older. */
  Latency recent(Function<Stats, Latency> stage) {
    Reading now = reading();
    return stage.apply(now.stats()).since(stage.apply(now.base()));
  }

  /** Two threads may both renew it: the later one holds, and both are right. */
  private Reading reading() {
    Reading before = last;
    long now = clock.monotonicTime();
    if (now - before.at() < FRESH) {
      return before;
    }
    Stats stats = source.stats(subject);
    boolean turn = now - before.markAt() >= WINDOW;
    Reading next = new Reading(
        now,
        stats,
        status(),
        turn ? now : before.markAt(),
        turn ? stats : before.mark(),
        turn ? before.mark() : before.base());
    last = next;
    return next;
  }

  private @Nullable ServerStatus status() {
    return subject.kind() == Kind.SERVER ? source.server(subject) : null;
  }
}
