package dev.fairlead.internal.control;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.Server;
import dev.fairlead.internal.edge.Gate;
import dev.fairlead.internal.net.Destination;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Looks for all that is wrong with what is to be started, before anything is: names, hosts, and, once
 * something is wrong, also addresses that could not be listened on, so that one message tells it all. On
 * the control loop only.
 */
final class StartCheck {
  private final List<Frontend> wanted;
  private final Engine engine;
  private final ControlLoop control;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Backend> fresh = new LinkedHashMap<>();
  private final IdentityHashMap<Server, Destination> known = new IdentityHashMap<>();
  private final Map<String, List<Gate>> gates = new LinkedHashMap<>();

  StartCheck(
      List<Frontend> wanted,
      Set<String> openFrontends,
      Map<String, BackendRuntime> running,
      Engine engine) {
    this.wanted = wanted;
    this.engine = engine;
    this.control = engine.control();
    Set<String> names = new HashSet<>(openFrontends);
    for (Frontend frontend : wanted) {
      if (!names.add(frontend.name())) {
        problems.add("frontend name used twice: '%s'".formatted(frontend.name()));
      }
      for (Backend backend : frontend.settings().backends()) {
        BackendRuntime present = running.get(backend.name());
        Backend other =
            present == null ? fresh.putIfAbsent(backend.name(), backend) : present.config();
        if (other != null && other != backend) {
          problems.add("backend name used for two configurations: '%s'".formatted(backend.name()));
        }
      }
    }
    problems.addAll(Tracking.problems(fresh.values(), running));
    if (wanted.isEmpty() && openFrontends.isEmpty()) {
      problems.add("no frontend");
    }
  }

  /** The backends that do not run yet, by name. */
  Map<String, Backend> fresh() {
    return fresh;
  }

  /** Where the servers of the new backends are reached. */
  IdentityHashMap<Server, Destination> known() {
    return known;
  }

  /** What stands before a frontend's protocol at each of its bindings. */
  List<Gate> gates(Frontend frontend) {
    return Objects.requireNonNull(gates.get(frontend.name()));
  }

  /** Looks up all host names, reads all certificates; fails with everything that is wrong. */
  CompletableFuture<Void> run() {
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (Backend backend : fresh.values()) {
      all.add(noted(Destinations.of(backend.name(), backend.servers(), engine), known::putAll));
    }
    for (Frontend frontend : wanted) {
      all.add(noted(Gates.of(frontend, engine), g -> gates.put(frontend.name(), g)));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
        .thenRun(this::failIfWrong);
  }

  private <T> CompletableFuture<?> noted(CompletableFuture<T> found, Consumer<T> keep) {
    return control.here(found).handle((result, failure) -> {
      if (failure == null) {
        keep.accept(result);
      } else {
        problems.add(String.valueOf(Failures.root(failure).getMessage()));
      }
      return failure == null;
    });
  }

  private void failIfWrong() {
    if (!problems.isEmpty()) {
      gates.values().forEach(Gates::close);
      known.values().forEach(destination -> Destinations.release(destination, engine));
      tryPorts();
      throw new IllegalArgumentException("cannot start: " + String.join("; ", problems));
    }
  }

  private void tryPorts() {
    for (Frontend frontend : wanted) {
      for (Binding binding : frontend.settings().bindings()) {
        if (binding.address() instanceof InetSocketAddress address && address.getPort() != 0) {
          try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address, 1);
          } catch (IOException e) {
            problems.add("frontend '%s': cannot listen on %s: %s"
                .formatted(frontend.name(), address, e.getMessage()));
          }
        }
      }
    }
  }
}
