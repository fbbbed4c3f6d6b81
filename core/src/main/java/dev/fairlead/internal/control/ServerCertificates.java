package dev.fairlead.internal.control;

import dev.fairlead.edge.ServerTls;
import dev.fairlead.event.Event;
import dev.fairlead.internal.tls.ClientTlsContext;
import dev.fairlead.internal.tls.ClientTlsContexts;
import dev.fairlead.internal.tls.FileState;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards servers, one context for each configuration of a backend: read when it is first used, and
 * again by call or when its files change. All of it blocks, and is done on one thread of its own, one thing
 * after the other.
 */
final class ServerCertificates {
  private final Engine engine;
  private final Map<String, ClientTlsContexts> backends = new HashMap<>();
  private final Map<ClientTlsContext, String> owners = new HashMap<>();
  private final Map<ClientTlsContext, Watch> watches = new HashMap<>();

  ServerCertificates(Engine engine) {
    this.engine = engine;
  }

  /** A look at files now and then. */
  private static final class Watch {
    private final Future<?> timer;
    private FileState state;

    Watch(Future<?> timer, FileState state) {
      this.timer = timer;
      this.state = state;
    }
  }

  /**
   * The context for a configuration, until {@link #release}.
   *
   * @throws RuntimeException with field, file and reason for the first that is wrong
   */
  CompletableFuture<ClientTlsContext> use(String backend, ServerTls config, Instant now) {
    return call(() -> {
      FileState before = FileState.of(config); // so that no change is missed
      ClientTlsContext context =
          backends.computeIfAbsent(backend, b -> new ClientTlsContexts()).use(config, now);
      owners.put(context, backend);
      Duration interval = config.watchFiles();
      if (interval != null && !watches.containsKey(context)) {
        watches.put(context, new Watch(every(interval, () -> look(context)), before));
      }
      return context;
    });
  }

  private Future<?> every(Duration interval, Runnable look) {
    return engine
        .control()
        .eventLoop()
        .scheduleWithFixedDelay(
            () -> call(Executors.callable(look)),
            interval.toNanos(),
            interval.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /**
   * Ends one use; with the last, context and watch end.
   *
   * @param held asked when all uses that were begun before have ended; null for none
   */
  void release(Supplier<@Nullable ClientTlsContext> held) {
    engine.files().execute(() -> {
      ClientTlsContext context = held.get();
      String backend = owners.get(context);
      ClientTlsContexts contexts = backends.get(backend);
      if (context != null && contexts != null && contexts.release(context)) {
        owners.remove(context);
        Watch watch = watches.remove(context);
        if (watch != null) {
          watch.timer.cancel(false);
        }
        if (contexts.size() == 0) {
          backends.remove(backend);
        }
      }
    });
  }

  /** How many configurations are in use; on the thread of files only. */
  int size() {
    return owners.size();
  }

  /** Reads all files of a backend's servers again. */
  CompletableFuture<Void> reload(String backend) {
    return call(() -> {
      ClientTlsContexts contexts = backends.get(backend);
      change(backend, contexts == null ? List.of() : contexts.all());
      return null;
    });
  }

  private void look(ClientTlsContext context) {
    Watch watch = watches.get(context);
    String backend = owners.get(context);
    FileState now = FileState.of(context.config());
    if (watch != null && backend != null && !now.equals(watch.state)) {
      watch.state = now;
      change(backend, List.of(context));
    }
  }

  /** All of them, or none. */
  private void change(String backend, List<ClientTlsContext> which) {
    List<ClientTlsContext.Next> read = new ArrayList<>();
    try {
      which.forEach(context -> read.add(context.read(engine.now())));
    } catch (RuntimeException e) {
      read.forEach(ClientTlsContext.Next::giveUp);
      tell(new Event.ServerCertificatesKept(backend, String.valueOf(e.getMessage())));
      throw e;
    }
    read.forEach(ClientTlsContext.Next::use);
    tell(new Event.ServerCertificatesChanged(backend));
  }

  private void tell(Event event) {
    engine.control().later(() -> engine.announcer().tell(event));
  }

  private <T> CompletableFuture<T> call(Callable<T> task) {
    return engine.files().call(task).toCompletableFuture();
  }
}
