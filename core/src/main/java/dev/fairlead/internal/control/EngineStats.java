package dev.fairlead.internal.control;

import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.count.Tallies;
import dev.fairlead.status.CertificateStatus;
import dev.fairlead.status.Counter;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.Stats;
import dev.fairlead.status.StatsSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The numbers of an engine. */
public final class EngineStats implements StatsSource {
  private static final Stats NOTHING = Tallies.sum(List.of(), 0, 0);

  private final Engine engine;

  public EngineStats(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Set<Subject> subjects() {
    Set<Subject> all = new LinkedHashSet<>();
    engine.frontends().keySet().stream()
        .sorted()
        .forEach(f -> all.add(new Subject(Kind.FRONTEND, f, null)));
    engine.backends().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(b -> {
          all.add(new Subject(Kind.BACKEND, b.getKey(), null));
          b.getValue().serverNames().forEach(s -> all.add(new Subject(Kind.SERVER, b.getKey(), s)));
        });
    return all;
  }

  @Override
  public Stats stats(Subject subject) {
    return switch (subject.kind()) {
      case FRONTEND -> {
        FrontendRuntime frontend = engine.frontends().get(subject.name());
        yield frontend == null ? NOTHING : frontend.stats();
      }
      case BACKEND -> {
        BackendRuntime backend = engine.backends().get(subject.name());
        yield backend == null ? NOTHING : backend.stats();
      }
      case SERVER -> {
        LiveServer live = live(subject);
        yield live == null
            ? NOTHING
            : Tallies.sum(List.of(live.tallies()), live.inFlight(), live.queued());
      }
    };
  }

  @Override
  public long count(Subject subject, Counter counter) {
    return switch (subject.kind()) {
      case FRONTEND -> {
        FrontendRuntime frontend = engine.frontends().get(subject.name());
        yield frontend == null ? 0 : frontend.count(counter);
      }
      case BACKEND -> {
        BackendRuntime backend = engine.backends().get(subject.name());
        yield backend == null ? 0 : backend.count(counter);
      }
      case SERVER -> {
        LiveServer live = live(subject);
        yield live == null ? 0 : live.tallies().count(counter);
      }
    };
  }

  private @Nullable LiveServer live(Subject subject) {
    BackendRuntime backend = engine.backends().get(subject.name());
    String server = subject.server();
    return backend == null || server == null ? null : backend.find(server);
  }

  @Override
  public @Nullable ServerStatus server(Subject subject) {
    BackendRuntime backend = engine.backends().get(subject.name());
    String server = subject.server();
    return backend == null || server == null ? null : backend.serverStatus(server);
  }

  @Override
  public List<CertificateStatus> certificates() {
    return engine.frontends().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .flatMap(f -> f.getValue().certificates().status().stream())
        .toList();
  }

  @Override
  public AutoCloseable onSubjectsChanged(Runnable listener) {
    engine.subjectListeners().add(listener);
    return () -> engine.subjectListeners().remove(listener);
  }
}
