package dev.fairlead;

import dev.fairlead.config.Server;
import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.control.BackendRuntime;
import dev.fairlead.state.Change;
import dev.fairlead.status.Admin;
import dev.fairlead.status.BackendStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The controls of a running backend. Thread-safe. Every change returns a stage that completes with the
 * first status that contains it, on the control loop: what is chained to it must not block. A stage fails
 * with {@link IllegalArgumentException} when the change names a server that is not there (any more).
 */
public final class BackendControl {
  private final BackendRuntime runtime;

  BackendControl(BackendRuntime runtime) {
    this.runtime = runtime;
  }

  /** {@return a snapshot} */
  public BackendStatus status() {
    return runtime.status();
  }

  /**
   * Finds a server.
   *
   * @param name its name
   * @return its controls
   * @throws IllegalArgumentException when there is none of that name
   */
  public ServerControl server(String name) {
    if (runtime.find(name) == null) {
      throw new IllegalArgumentException("server: '%s' (expected: one of %s of backend '%s')"
          .formatted(name, runtime.serverNames(), runtime.config().name()));
    }
    return new ServerControl(runtime, name);
  }

  /**
   * Adds a server. It gets every default of the backend, its health check included.
   *
   * @param server its name must be new
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> add(Server server) {
    return runtime.add(Objects.requireNonNull(server, "server"));
  }

  /**
   * Takes a server away: drains it, waits until nothing is in flight on it, at most for the grace, ends
   * the rest, and removes it.
   *
   * @param name the server's name
   * @param grace 0 or more
   * @return the status that no longer contains it
   */
  public CompletionStage<BackendStatus> remove(String name, Duration grace) {
    LiveServer live = runtime.find(name);
    if (live == null) {
      return CompletableFuture.failedFuture(new IllegalArgumentException(
          "server: '%s' (expected: one of %s)".formatted(name, runtime.serverNames())));
    }
    return runtime
        .change(List.of(new Change.SetAdmin(name, Admin.DRAIN)))
        .thenCompose(draining -> runtime.whenIdle(live, grace))
        .thenCompose(idle -> runtime.change(List.of(new Change.Remove(name))));
  }

  /**
   * Brings the servers to a list from outside, as one change. Servers of the same name and address stay,
   * with their counts, health and connections; others are removed, and what runs on them may finish.
   *
   * @param servers all that there shall be; no name twice
   * @return the status that has them
   */
  public CompletionStage<BackendStatus> replaceAll(Iterable<Server> servers) {
    List<Server> all = new ArrayList<>();
    servers.forEach(all::add);
    return runtime.replaceAll(all);
  }

  /**
   * Reads all files again that the TLS of its servers names: our certificates, authorities, revocation lists.
   * Connections from now on use them, established ones go on untouched. When anything is wrong, all stays as
   * it was.
   *
   * @return completes when they are used; fails naming field, file and reason
   */
  public CompletionStage<Void> reloadCertificates() {
    return runtime.reloadCertificates();
  }
}
