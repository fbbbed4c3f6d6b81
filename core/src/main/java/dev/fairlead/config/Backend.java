package dev.fairlead.config;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.spi.Check;
import dev.fairlead.spi.HealthMonitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A group of servers and how traffic is spread over them (HAProxy: the {@code backend} section).
 * Immutable; servers may come and go while it runs.
 *
 * <pre>{@code
 * Backend db = Backend.builder("db")
 *     .server(Server.of("db1", "10.0.1.1", 5432))
 *     .server(Server.of("db2", "10.0.1.2", 5432).asBackup())
 *     .healthCheck(HealthCheck.tcp().every(ofSeconds(2)))
 *     .build();
 * }</pre>
 */
public final class Backend {
  /** The source under which {@link Builder#healthCheck} reports. */
  public static final String CHECK = "check";

  /** The source under which what a tracked server's state says is kept, see {@link Server#track}. */
  public static final String TRACK = "track";

  private static final int MANY = 20;

  private final String name;
  private final Balancer balancer;
  private final List<Server> servers;
  private final UnaryOperator<Server> eachServer;
  private final Map<String, HealthMonitor> monitors;
  private final boolean allBackups;
  private final int quorum;
  private final int quorumHysteresis;
  private final int panicThreshold;
  private final boolean failsInPanic;
  private final int maxQueue;
  private final Retries retries;
  private final Duration connectTimeout;
  private final Duration serverTimeout;
  private final Duration queueTimeout;
  private final @Nullable Duration tunnelTimeout;
  private final @Nullable Duration serverFinTimeout;

  private Backend(Builder from, List<Server> servers) {
    this.name = from.name;
    this.balancer = from.balancer;
    this.servers = List.copyOf(servers);
    this.eachServer = from.eachServer;
    this.monitors = Map.copyOf(from.monitors);
    this.allBackups = from.allBackups;
    this.quorum = from.quorum;
    this.quorumHysteresis = from.quorumHysteresis;
    this.panicThreshold = from.panicThreshold;
    this.failsInPanic = from.failsInPanic;
    this.maxQueue = from.maxQueue;
    this.retries = from.retries;
    this.connectTimeout = from.connectTimeout;
    this.serverTimeout = from.serverTimeout;
    this.queueTimeout = from.queueTimeout == null ? from.connectTimeout : from.queueTimeout;
    this.tunnelTimeout = from.tunnelTimeout;
    this.serverFinTimeout = from.serverFinTimeout;
  }

  /**
   * A builder with the defaults: round robin, no checks, connect 5 s, server 50 s, queue as connect, 3
   * retries.
   *
   * @param name the backend's name, unique in a load balancer
   * @return the builder
   */
  public static Builder builder(String name) {
    return new Builder(Check.name("backend", name));
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** {@return the strategy} */
  public Balancer balancer() {
    return balancer;
  }

  /** {@return the servers at the start, in the order in which they were named} */
  public List<Server> servers() {
    return servers;
  }

  /**
   * A server with this backend's defaults, as every one that is added while it runs gets them.
   *
   * @param server a server
   * @return the server as it will be used
   */
  public Server adopt(Server server) {
    return Objects.requireNonNull(eachServer.apply(server), "eachServer returned null");
  }

  /** {@return who watches the servers, by the source under which each one's findings are kept} */
  public Map<String, HealthMonitor> monitors() {
    return monitors;
  }

  /** {@return whether all eligible backups are used together, instead of the first one only} */
  public boolean allBackups() {
    return allBackups;
  }

  /** {@return how much weight is to be up, 0 for none} */
  public int quorum() {
    return quorum;
  }

  /** {@return how far below the quorum it is lost, and how far above it is gained again} */
  public int quorumHysteresis() {
    return quorumHysteresis;
  }

  /** {@return below which share of healthy servers a level panics, in percent; 0 for never} */
  public int panicThreshold() {
    return panicThreshold;
  }

  /** {@return whether a level in panic gets no traffic, instead of all of its servers getting it} */
  public boolean failsInPanic() {
    return failsInPanic;
  }

  /** {@return how many requests may wait in all, 0 for any number} */
  public int maxQueue() {
    return maxQueue;
  }

  /** {@return when a failed attempt is followed by another} */
  public Retries retries() {
    return retries;
  }

  /** {@return how long connecting to a server may take} */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** {@return how long a server may do nothing} */
  public Duration serverTimeout() {
    return serverTimeout;
  }

  /** {@return how long a request may wait for a slot} */
  public Duration queueTimeout() {
    return queueTimeout;
  }

  /** {@return how long a tunnel may rest, when it was set} */
  public Optional<Duration> tunnelTimeout() {
    return Optional.ofNullable(tunnelTimeout);
  }

  /** {@return how long a server's connection may rest once one direction has ended, when it was set} */
  public Optional<Duration> serverFinTimeout() {
    return Optional.ofNullable(serverFinTimeout);
  }

  /** {@return name, strategy, servers and time-outs, for people} */
  @Override
  public String toString() {
    return ("backend %s: %s over %s; connect %s, server %s, queue %s, tunnel %s, server-fin %s,"
            + " retries %s")
        .formatted(
            name,
            balancer,
            servers.size() <= MANY
                ? servers
                : servers.size() + " servers: " + servers.subList(0, MANY) + " …",
            connectTimeout,
            serverTimeout,
            queueTimeout,
            tunnelTimeout == null ? "as the frontend has it" : tunnelTimeout,
            serverFinTimeout == null ? "as server" : serverFinTimeout,
            retries);
  }

  /** Builds a backend. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final List<Server> servers = new ArrayList<>();
    private final Map<String, HealthMonitor> monitors = new LinkedHashMap<>();
    private Balancer balancer = Balancers.roundRobin();
    private UnaryOperator<Server> eachServer = UnaryOperator.identity();
    private boolean allBackups;
    private int quorum;
    private int quorumHysteresis;
    private int panicThreshold;
    private boolean failsInPanic;
    private int maxQueue;
    private Retries retries = Retries.defaults();
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration serverTimeout = Duration.ofSeconds(50);
    private @Nullable Duration queueTimeout;
    private @Nullable Duration tunnelTimeout;
    private @Nullable Duration serverFinTimeout;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * The strategy. Default {@link Balancers#roundRobin()}.
     *
     * @param strategy chooses among the eligible servers
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder balancer(Balancer strategy) {
      balancer = Objects.requireNonNull(strategy, "balancer");
      return this;
    }

    /**
     * Adds a server.
     *
     * @param server its name must be new
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder server(Server server) {
      servers.add(Objects.requireNonNull(server, "server"));
      return this;
    }

    /**
     * Adds servers.
     *
     * @param more their names must be new
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder servers(Iterable<Server> more) {
      more.forEach(this::server);
      return this;
    }

    /**
     * Changes every server before it is used, those added while running too (HAProxy: {@code
     * default-server}, which servers added at run time do not get there).
     *
     * @param change for example {@code s -> s.maxConnections(32)}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder eachServer(UnaryOperator<Server> change) {
      eachServer = Objects.requireNonNull(change, "eachServer");
      return this;
    }

    /**
     * Checks every server that has no check of its own and tracks no other.
     *
     * @param check the check
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder healthCheck(HealthMonitor check) {
      return monitor(CHECK, check);
    }

    /**
     * One more source of findings on every server. Findings of several sources are kept apart: only a
     * source undoes its own.
     *
     * @param source its name; {@link #TRACK} is taken
     * @param monitor watches each server
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder monitor(String source, HealthMonitor monitor) {
      Objects.requireNonNull(monitor, "monitor");
      if (source.equals(TRACK)) {
        throw new IllegalArgumentException("source: 'track' (expected: another name)");
      }
      if (monitors.putIfAbsent(Check.name("source", source), monitor) != null) {
        throw new IllegalArgumentException("source: '" + source + "' (expected: a new name)");
      }
      return this;
    }

    /**
     * Uses all eligible backups together when no primary is left, instead of the first one only (HAProxy:
     * {@code option allbackups}).
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder allBackups() {
      allBackups = true;
      return this;
    }

    /**
     * How much weight is to be up (keepalived: {@code quorum}). When the weights of the servers that are
     * ready and not down come to less, backups take over even while a server is left; where there are no
     * backups, those that are left go on. Default 0: backups take over when no server is left.
     *
     * @param weight 0 or more; backups do not count
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder quorum(int weight) {
      quorum = Check.range("quorum", weight, 0, 1_000_000);
      return this;
    }

    /**
     * How far the weight that is up must be below the quorum for it to be lost, and at least above it for
     * it to be gained again (keepalived: {@code hysteresis}). Default 0.
     *
     * @param weight 0 or more, less than the quorum
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder quorumHysteresis(int weight) {
      quorumHysteresis = Check.range("quorumHysteresis", weight, 0, 1_000_000);
      return this;
    }

    /**
     * Below which share of healthy servers a priority level panics: then its servers get its traffic
     * whatever their health says, since few would only be drowned in what was meant for many (Envoy:
     * {@code healthy_panic_threshold}, there 50). No level panics while all together can carry all of the
     * traffic. A backend without priorities is one level. Not together with backups. Default 0: never, as
     * in HAProxy.
     *
     * @param percent 0..100
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder panicThreshold(int percent) {
      panicThreshold = Check.range("panicThreshold", percent, 0, 100);
      return this;
    }

    /**
     * A level in panic gets no traffic; where all are, requests are refused (Envoy: {@code
     * fail_traffic_on_panic}, which refuses the requests of a level in panic even while others are not).
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder failInPanic() {
      failsInPanic = true;
      return this;
    }

    /**
     * How many requests may wait in all; more are refused. Default: any number.
     *
     * @param limit 0 or more; 0 for any number
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxQueue(int limit) {
      maxQueue = Check.range("maxQueue", limit, 0, Integer.MAX_VALUE);
      return this;
    }

    /**
     * How many further attempts there may be (HAProxy: {@code retries}). Default 3.
     *
     * @param max 0..100
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder retries(int max) {
      return retries(retries.max(max));
    }

    /**
     * When a failed attempt is followed by another.
     *
     * @param rule the rule
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder retries(Retries rule) {
      retries = Objects.requireNonNull(rule, "retries");
      return this;
    }

    /**
     * How long connecting to a server may take (HAProxy: {@code timeout connect}). Default 5 s.
     *
     * @param timeout more than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder connectTimeout(Duration timeout) {
      connectTimeout = Check.positive("connectTimeout", timeout);
      return this;
    }

    /**
     * How long a server may do nothing while it is expected to send or receive (HAProxy: {@code timeout
     * server}). Default 50 s.
     *
     * @param timeout more than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder serverTimeout(Duration timeout) {
      serverTimeout = Check.positive("serverTimeout", timeout);
      return this;
    }

    /**
     * How long a request may wait for a slot (HAProxy: {@code timeout queue}). Default: as connecting.
     *
     * @param timeout more than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder queueTimeout(Duration timeout) {
      queueTimeout = Check.positive("queueTimeout", timeout);
      return this;
    }

    /**
     * How long a tunnel may rest, in place of the time-outs of client and server (HAProxy: {@code timeout
     * tunnel}). Default: 1 h for upgraded HTTP; for TCP the time-outs of client and server hold unless it
     * is set.
     *
     * @param timeout more than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder tunnelTimeout(Duration timeout) {
      tunnelTimeout = Check.positive("tunnelTimeout", timeout);
      return this;
    }

    /**
     * How long a server's connection may rest once one direction has ended (HAProxy: {@code timeout
     * server-fin}). Default: as any other time.
     *
     * @param timeout more than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder serverFinTimeout(Duration timeout) {
      serverFinTimeout = Check.positive("serverFinTimeout", timeout);
      return this;
    }

    /**
     * Checks and builds. A backend may start without servers and get them later.
     *
     * @return the backend
     * @throws IllegalArgumentException when names of servers repeat, when backups are named together with
     *     priorities or a panic threshold, or when the hysteresis is as large as the quorum
     */
    public Backend build() {
      List<Server> adopted = new ArrayList<>();
      Set<String> names = new LinkedHashSet<>();
      Set<String> twice = new LinkedHashSet<>();
      for (Server server : servers) {
        Server changed =
            Objects.requireNonNull(eachServer.apply(server), "eachServer returned null");
        adopted.add(changed);
        if (!names.add(changed.name())) {
          twice.add(changed.name());
        }
      }
      if (!twice.isEmpty()) {
        throw new IllegalArgumentException(
            "backend '%s': server names used twice: %s".formatted(name, twice));
      }
      if (quorumHysteresis > 0 && quorumHysteresis >= quorum) {
        throw new IllegalArgumentException(
            "backend '%s': quorumHysteresis: %d (expected: less than the quorum, %d)"
                .formatted(name, quorumHysteresis, quorum));
      }
      boolean levels = panicThreshold > 0 || adopted.stream().anyMatch(s -> s.priority() > 0);
      if (levels && adopted.stream().anyMatch(Server::backup)) {
        throw new IllegalArgumentException(
            "backend '%s': backups %s (expected: none together with priorities or a panic threshold)"
                .formatted(
                    name,
                    adopted.stream().filter(Server::backup).map(Server::name).toList()));
      }
      return new Backend(this, adopted);
    }
  }
}
