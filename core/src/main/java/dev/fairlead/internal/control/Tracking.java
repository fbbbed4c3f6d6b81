package dev.fairlead.internal.control;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import dev.fairlead.state.Track;
import dev.fairlead.status.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells servers what is said of those that they track, over all backends of a load balancer: as findings
 * of a source of its own. Compares what they have been told with what is to be told, and so needs to know
 * nothing of what has changed. On the control loop only.
 */
final class Tracking {
  private final Supplier<Map<String, BackendRuntime>> backends;

  Tracking(Supplier<Map<String, BackendRuntime>> backends) {
    this.backends = backends;
  }

  /** A backend's state has changed, or the backend has come or gone. */
  void follow(String changed) {
    backends.get().forEach((name, backend) -> {
      List<Change> told = new ArrayList<>();
      for (ServerState server : backend.state().servers()) {
        Track track = Track.of(name, server.config());
        boolean tracks = track != null || server.findings().containsKey(Backend.TRACK);
        if (tracks && (name.equals(changed) || isOf(track, changed))) {
          tell(server, track, told);
        }
      }
      if (!told.isEmpty()) {
        backend.change(told);
      }
    });
  }

  private static boolean isOf(@Nullable Track track, String backend) {
    return track != null && track.backend().equals(backend);
  }

  private void tell(ServerState server, @Nullable Track track, List<Change> told) {
    Finding finding = track == null ? null : finding(track);
    if (!Objects.equals(finding, server.findings().get(Backend.TRACK))
        && !server.wish().disabled().contains(Backend.TRACK)) {
      told.add(new Change.Report(server.name(), server.id(), Backend.TRACK, finding));
    }
  }

  private @Nullable Finding finding(Track track) {
    BackendRuntime backend = backends.get().get(track.backend());
    ServerState tracked = backend == null ? null : backend.state().server(track.server());
    return tracked == null ? null : Track.finding(track.backend(), tracked);
  }

  /**
   * Refuses servers that would track each other in a circle.
   *
   * @throws IllegalArgumentException when they would
   */
  void check(String backend, BackendState wanted, List<Change> changes) {
    if (changes.stream().anyMatch(Tracking::tracks)) {
      Map<String, Collection<Server>> all = servers(backends.get());
      all.put(backend, configs(wanted));
      List<String> circles = Track.circles(all);
      if (!circles.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", circles));
      }
    }
  }

  private static boolean tracks(Change change) {
    return (change instanceof Change.Add add && add.config().track() != null)
        || (change instanceof Change.Update update && update.config().track() != null);
  }

  /** What is wrong with what the servers of new backends track, beside those that run. */
  static List<String> problems(Collection<Backend> fresh, Map<String, BackendRuntime> running) {
    Map<String, Collection<Server>> all = servers(running);
    fresh.forEach(backend -> all.put(backend.name(), backend.servers()));
    List<String> problems = new ArrayList<>(Track.circles(all));
    fresh.forEach(backend -> problems.addAll(Track.unknown(backend.name(), all)));
    return problems;
  }

  private static Map<String, Collection<Server>> servers(Map<String, BackendRuntime> running) {
    Map<String, Collection<Server>> all = new HashMap<>();
    running.forEach((name, backend) -> all.put(name, configs(backend.state())));
    return all;
  }

  private static List<Server> configs(BackendState state) {
    return state.servers().stream().map(ServerState::config).toList();
  }
}
