package dev.fairlead;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.Transport;
import dev.fairlead.event.Event;
import dev.fairlead.internal.control.Announcer;
import dev.fairlead.internal.control.BackendRuntime;
import dev.fairlead.internal.control.Engine;
import dev.fairlead.internal.control.EngineStats;
import dev.fairlead.spi.Check;
import dev.fairlead.status.CertificateStatus;
import dev.fairlead.status.Counter;
import dev.fairlead.status.SavedState;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.Stats;
import dev.fairlead.status.StatsSource;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running load balancer. Thread-safe. Everything that it takes (threads, sockets, buffers) is given back
 * by {@link #close()}; nothing is global to the process, and several may run side by side.
 *
 * <pre>{@code
 * LoadBalancer lb = LoadBalancer.start(web).closeOnShutdown(ofSeconds(30));
 * lb.awaitClosed();
 * }</pre>
 */
public final class LoadBalancer implements AutoCloseable, StatsSource {
  private static final String WAITS_FOR_ITSELF =
      "called on an event loop of this load balancer, which would wait for itself (use the"
          + " asynchronous form)";
  private static final System.Logger LOG = System.getLogger("dev.fairlead");

  private final Engine engine;
  private final EngineStats stats;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final AtomicReference<@Nullable Thread> shutdownHook = new AtomicReference<>();

  private LoadBalancer(Engine engine) {
    this.engine = engine;
    this.stats = new EngineStats(engine);
  }

  /**
   * Starts frontends, and the backends that they name, with the defaults of {@link #builder()}. Returns
   * when all of them listen.
   *
   * @param frontends at least one
   * @return the running load balancer
   * @throws IllegalArgumentException when names repeat, a host is unknown or a strategy cannot be
   *     prepared
   * @throws IllegalStateException when an address cannot be listened on; nothing is left behind
   */
  public static LoadBalancer start(Frontend... frontends) {
    return builder().frontends(Arrays.asList(frontends)).start();
  }

  /**
   * A builder with the defaults: an event loop for each processor, one more for control, the best
   * transport that the machine has.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Finds a running backend.
   *
   * @param name its name
   * @return its controls
   * @throws IllegalArgumentException when there is none of that name
   */
  public BackendControl backend(String name) {
    BackendRuntime runtime = engine.backends().get(name);
    if (runtime == null) {
      throw new IllegalArgumentException("backend: '%s' (expected: one of %s)"
          .formatted(name, engine.backends().keySet()));
    }
    return new BackendControl(runtime);
  }

  /**
   * Finds a running frontend.
   *
   * @param name its name
   * @return its controls
   * @throws IllegalArgumentException when there is none of that name
   */
  public FrontendControl frontend(String name) {
    engine.addresses(name); // or it is unknown
    return new FrontendControl(engine, name);
  }

  /** {@return the names of the running backends} */
  public Set<String> backends() {
    return engine.backends().keySet();
  }

  /**
   * Where a frontend listens, on its first binding.
   *
   * @param frontend its name
   * @return the address; with the port that the system chose, for a binding to port 0
   * @throws IllegalArgumentException when there is none of that name
   */
  public SocketAddress address(String frontend) {
    return addresses(frontend).get(0);
  }

  /**
   * Where a frontend listens.
   *
   * @param frontend its name
   * @return the addresses, in the order of its bindings
   * @throws IllegalArgumentException when there is none of that name
   */
  public List<SocketAddress> addresses(String frontend) {
    return engine.addresses(frontend);
  }

  /**
   * Opens one more frontend, and starts the backends that it names and that do not run yet.
   *
   * @param frontend its name must be new
   * @return completes when it listens; fails as {@link #start} does
   */
  public CompletionStage<Void> open(Frontend frontend) {
    return engine.open(List.of(frontend));
  }

  /**
   * Closes one frontend, and stops the backends that no other one uses: stops listening, lets run what
   * runs, at most for the grace, then ends the rest.
   *
   * @param frontend its name
   * @param grace 0 or more
   * @return completes when its last connection has ended
   */
  public CompletionStage<Void> close(String frontend, Duration grace) {
    return engine.closeFrontend(frontend, grace);
  }

  /**
   * What operators and checks have said of the servers, to be restored after a restart with {@link
   * Builder#restore}.
   *
   * @return a snapshot
   */
  public SavedState save() {
    return engine.save();
  }

  /**
   * Lets Ctrl-C and SIGTERM drain this load balancer: installs a shutdown hook of the JVM, which is
   * removed when it is closed before.
   *
   * @param grace how long what runs may go on
   * @return this
   */
  @CanIgnoreReturnValue
  public LoadBalancer closeOnShutdown(Duration grace) {
    Objects.requireNonNull(grace, "grace");
    Thread hook = new Thread(() -> closeAsync(grace).toCompletableFuture().join(), "fairlead-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    replaceShutdownHook(hook);
    closed.thenRun(() -> replaceShutdownHook(null)); // at once, when it is closed already
    return this;
  }

  /** Whoever puts one in takes the other out: each hook is removed once. */
  private void replaceShutdownHook(@Nullable Thread next) {
    Thread hook = shutdownHook.getAndSet(next);
    if (hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) { // the JVM is stopping: the hook is what runs now
        LOG.log(System.Logger.Level.DEBUG, "the JVM is stopping already");
      }
    }
  }

  /** Waits until this load balancer is closed, by whomever. */
  public void awaitClosed() {
    mayWait();
    closed.join();
  }

  /** Closes without grace: what runs is ended. Waits until everything is given back. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * Closes and waits until everything is given back: stops listening, lets run what runs, at most for the
   * grace, then ends the rest.
   *
   * @param grace 0 or more
   * @throws IllegalStateException on one of its own event loops; see {@link #closeAsync}
   */
  public void close(Duration grace) {
    mayWait();
    closeAsync(grace).toCompletableFuture().join();
  }

  /**
   * Closes without waiting.
   *
   * @param grace 0 or more
   * @return completes when everything is given back
   */
  public CompletionStage<Void> closeAsync(Duration grace) {
    engine.close(grace).whenComplete((done, failure) -> {
      replaceShutdownHook(null);
      closed.complete(null);
    });
    return closed.copy();
  }

  private void mayWait() {
    if (engine.onOwnLoop()) {
      throw new IllegalStateException(WAITS_FOR_ITSELF);
    }
  }

  @Override
  public Set<Subject> subjects() {
    return stats.subjects();
  }

  @Override
  public Stats stats(Subject subject) {
    return stats.stats(subject);
  }

  @Override
  public long count(Subject subject, Counter counter) {
    return stats.count(subject, counter);
  }

  @Override
  public @Nullable ServerStatus server(Subject subject) {
    return stats.server(subject);
  }

  @Override
  public List<CertificateStatus> certificates() {
    return stats.certificates();
  }

  @Override
  public AutoCloseable onSubjectsChanged(Runnable listener) {
    return stats.onSubjectsChanged(listener);
  }

  /** Prepares a load balancer. Not thread-safe. */
  public static final class Builder {
    private final List<Frontend> frontends = new ArrayList<>();
    private final List<Announcer.Subscription<?>> subscriptions = new ArrayList<>();
    private @Nullable EventLoopGroup traffic;
    private @Nullable EventLoop control;
    private Transport transport = Transport.AUTO;
    private SavedState saved = SavedState.NOTHING;
    private int threads = Runtime.getRuntime().availableProcessors();
    private long seed = ThreadLocalRandom.current().nextLong();

    private Builder() {}

    /**
     * Adds a frontend.
     *
     * @param frontend its name must be new
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder frontend(Frontend frontend) {
      frontends.add(Objects.requireNonNull(frontend, "frontend"));
      return this;
    }

    /**
     * Adds frontends.
     *
     * @param more their names must be new
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder frontends(Iterable<? extends Frontend> more) {
      more.forEach(this::frontend);
      return this;
    }

    /**
     * Listens for events. Traffic events are built only when somebody listens for them, or while the
     * logger {@code dev.fairlead.access} is at DEBUG.
     *
     * @param type which events, for example {@link Event.State}
     * @param listener must return soon; see {@link Event}
     * @param <E> which events
     * @return this builder
     */
    @CanIgnoreReturnValue
    public <E extends Event> Builder on(Class<E> type, Consumer<? super E> listener) {
      subscriptions.add(new Announcer.Subscription<>(type, listener));
      return this;
    }

    /**
     * How many event loops carry traffic. Default: as many as there are processors.
     *
     * @param count 1 or more
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      threads = Check.range("threads", count, 1, 1024);
      return this;
    }

    /**
     * Begins with what operators and checks had said of the servers before a restart; see {@link
     * SavedState} for what wins over it.
     *
     * @param before from {@link LoadBalancer#save()}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder restore(SavedState before) {
      saved = Objects.requireNonNull(before, "before");
      return this;
    }

    /**
     * Another transport than the one that is found by itself.
     *
     * @param wanted the transport
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder transport(Transport wanted) {
      transport = Objects.requireNonNull(wanted, "transport");
      return this;
    }

    /**
     * Carries traffic on event loops of the embedding application, which stay its own. On Linux prefer NIO
     * loops, or let Fairlead make its own: the epoll handler of Netty 4.2.18 forgets a connection whose peer
     * has half-closed it, and then loses what could not be sent at once; the handler of our own loops is
     * guarded against that.
     *
     * @param group a fixed number of event loops
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder eventLoops(EventLoopGroup group) {
      traffic = Objects.requireNonNull(group, "eventLoops");
      return this;
    }

    /**
     * Uses an event loop of the embedding application for control and health checks. It should carry no
     * traffic.
     *
     * @param loop the event loop, which stays the application's own
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder controlLoop(EventLoop loop) {
      control = Objects.requireNonNull(loop, "controlLoop");
      return this;
    }

    /**
     * Makes chance repeatable.
     *
     * @param value any; default: another one each time
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Starts and waits until all frontends listen.
     *
     * @return the running load balancer
     * @throws IllegalArgumentException when names repeat, a host is unknown or a strategy cannot be
     *     prepared
     * @throws IllegalStateException when an address cannot be listened on, and nothing is left behind; or
     *     on one of the event loops that it is to run on
     */
    public LoadBalancer start() {
      mayWait();
      try {
        return startAsync().toCompletableFuture().join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }

    private void mayWait() {
      boolean inside = control != null && control.inEventLoop();
      if (traffic != null) {
        for (EventExecutor loop : traffic) {
          inside |= loop.inEventLoop();
        }
      }
      if (inside) {
        throw new IllegalStateException(WAITS_FOR_ITSELF);
      }
    }

    /**
     * Starts without waiting.
     *
     * @return completes when all frontends listen; fails as {@link #start()} does
     */
    public CompletionStage<LoadBalancer> startAsync() {
      Engine engine = new Engine(new Engine.Parts(
          traffic, control, transport, threads, seed, List.copyOf(subscriptions), saved));
      LoadBalancer started = new LoadBalancer(engine);
      return engine
          .open(frontends)
          .handle((opened, failure) -> {
            if (failure == null) {
              return CompletableFuture.completedFuture(started);
            }
            return engine
                .abandon()
                .thenCompose(d -> CompletableFuture.<LoadBalancer>failedFuture(failure));
          })
          .thenCompose(result -> result);
    }
  }
}
