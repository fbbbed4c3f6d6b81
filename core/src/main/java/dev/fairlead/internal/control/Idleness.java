package dev.fairlead.internal.control;

import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.net.Loops;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Termination.Cause;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits until servers have nothing in flight; when the grace is over, asks for what is left. */
final class Idleness {
  private final BackendRuntime backend;
  private final ControlLoop control;
  private final Loops loops;

  /** Who waits for a server; on the control loop only. */
  private final Map<LiveServer, List<CompletableFuture<BackendStatus>>> waiting = new HashMap<>();

  Idleness(BackendRuntime backend, ControlLoop control, Loops loops) {
    this.backend = backend;
    this.control = control;
    this.loops = loops;
  }

  CompletableFuture<BackendStatus> whenIdle(LiveServer server, Duration grace) {
    CompletableFuture<BackendStatus> idle = new CompletableFuture<>();
    return control
        .call(() -> {
          waiting.computeIfAbsent(server, s -> new ArrayList<>()).add(idle);
          server.onIdle(() -> control.later(() -> look(server)));
          if (!look(server)) {
            Future<?> timer = control
                .eventLoop()
                .schedule(() -> revoke(server), grace.toNanos(), TimeUnit.NANOSECONDS);
            idle.whenComplete((status, failure) -> timer.cancel(false));
          }
          return true;
        })
        .thenCompose(registered -> idle);
  }

  private boolean look(LiveServer server) {
    if (server.inFlight() > 0) {
      return false;
    }
    server.onIdle(null);
    List<CompletableFuture<BackendStatus>> done = waiting.remove(server);
    if (done != null) {
      BackendStatus status = backend.status();
      done.forEach(d -> d.complete(status));
    }
    return true;
  }

  private void revoke(LiveServer server) {
    Marks.revoke(loops, server, Cause.KILLED);
  }
}
