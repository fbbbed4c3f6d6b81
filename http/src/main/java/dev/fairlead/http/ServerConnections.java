package dev.fairlead.http;

import com.google.errorprone.annotations.CheckReturnValue;
import dev.fairlead.http.internal.PoolSettings;
import dev.fairlead.http.internal.PoolSettings.Idle;
import dev.fairlead.spi.Check;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a frontend keeps connections to servers, and for which requests it uses them again. Each event loop has
 * its own; numbers are for each server and loop. Immutable; a method with an argument returns a changed copy.
 *
 * <pre>{@code
 * HttpFrontend.builder("web").serverConnections(
 *     ServerConnections.defaults().reuse(Reuse.ALWAYS).maxAge(ofHours(1)).connectEarly(4))
 * }</pre>
 */
@CheckReturnValue
public final class ServerConnections {
  private static final ServerConnections DEFAULT = new ServerConnections(new Draft());

  private final Reuse reuse;
  private final Duration idleTimeout;
  private final int maxIdle;
  private final @Nullable Duration maxAge;
  private final int maxRequests;
  private final int maxStreams;
  private final int connectEarly;
  private final @Nullable Duration pingInterval;
  private final Duration pingTimeout;

  private ServerConnections(Draft draft) {
    if (draft.connectEarly > 0 && draft.reuse == Reuse.NEVER) {
      throw new IllegalArgumentException(
          "connectEarly: %d (expected: 0 with reuse NEVER, where each connection is one client's)"
              .formatted(draft.connectEarly));
    }
    if (draft.connectEarly > draft.maxIdle) {
      throw new IllegalArgumentException("connectEarly: %d (expected: at most maxIdle, which is %d)"
          .formatted(draft.connectEarly, draft.maxIdle));
    }
    this.reuse = draft.reuse;
    this.idleTimeout = draft.idleTimeout;
    this.maxIdle = draft.maxIdle;
    this.maxAge = draft.maxAge;
    this.maxRequests = draft.maxRequests;
    this.maxStreams = draft.maxStreams;
    this.connectEarly = draft.connectEarly;
    this.pingInterval = draft.pingInterval;
    this.pingTimeout = draft.pingTimeout;
  }

  /**
   * {@return safe reuse, 256 idle connections for 30 s, of any age, for any number of requests, 100 streams at
   * once, none made early, no pings}
   */
  public static ServerConnections defaults() {
    return DEFAULT;
  }

  /** {@return whose requests a connection carries} */
  public Reuse reuse() {
    return reuse;
  }

  /**
   * Whose requests a connection carries (HAProxy: {@code http-reuse}). Default {@link Reuse#SAFE}.
   *
   * @param mode the mode
   * @return a changed copy
   * @throws IllegalArgumentException for {@link Reuse#NEVER} where connections are made early
   */
  public ServerConnections reuse(Reuse mode) {
    Draft draft = new Draft(this);
    draft.reuse = Objects.requireNonNull(mode, "reuse");
    return new ServerConnections(draft);
  }

  /** {@return how long an idle connection is kept} */
  public Duration idleTimeout() {
    return idleTimeout;
  }

  /**
   * How long an idle connection is kept (Nginx: {@code keepalive_timeout}; compare HAProxy's {@code
   * pool-purge-delay}). Should be less than the servers' own. Default 30 s.
   *
   * @param timeout more than 0, at most 365 days
   * @return a changed copy
   */
  public ServerConnections idleTimeout(Duration timeout) {
    Draft draft = new Draft(this);
    draft.idleTimeout = Check.positive("idleTimeout", timeout);
    return new ServerConnections(draft);
  }

  /** {@return how many idle HTTP/1 connections are kept} */
  public int maxIdle() {
    return maxIdle;
  }

  /**
   * How many idle HTTP/1 connections are kept for each server and event loop (HAProxy: {@code pool-max-conn},
   * for all its threads; Nginx: {@code keepalive}); beyond that, the one that rested longest is closed.
   * Default 256.
   *
   * @param connections 0 or more; 0 keeps none, so that no connection is used twice
   * @return a changed copy
   */
  public ServerConnections maxIdle(int connections) {
    Draft draft = new Draft(this);
    draft.maxIdle = Check.range("maxIdle", connections, 0, Integer.MAX_VALUE);
    return new ServerConnections(draft);
  }

  /** {@return how old a connection may be to be used again; empty for any age} */
  public Optional<Duration> maxAge() {
    return Optional.ofNullable(maxAge);
  }

  /**
   * How old a connection may be to be used again (Nginx: {@code keepalive_time}). An older one is closed when
   * it is idle, over HTTP/2 with a GOAWAY. So servers that were added, or whose addresses have changed, get
   * their share. Default: any age.
   *
   * @param age since it was made; more than 0, at most 365 days
   * @return a changed copy
   */
  public ServerConnections maxAge(Duration age) {
    Draft draft = new Draft(this);
    draft.maxAge = Check.positive("maxAge", age);
    return new ServerConnections(draft);
  }

  /** {@return how many requests a connection carries, one after another or at once; 0 for any number} */
  public int maxRequests() {
    return maxRequests;
  }

  /**
   * How many requests a connection carries in all (Nginx: {@code keepalive_requests}; HAProxy: {@code
   * max-reuse}, over HTTP/2 only, which does not count the first). Then it is closed when it is idle, over HTTP/2 with a
   * GOAWAY. Default: any number.
   *
   * @param requests 0 for any number; 1: no connection is used twice
   * @return a changed copy
   */
  public ServerConnections maxRequests(int requests) {
    Draft draft = new Draft(this);
    draft.maxRequests = Check.range("maxRequests", requests, 0, Integer.MAX_VALUE);
    return new ServerConnections(draft);
  }

  /** {@return how many streams are open at once on an HTTP/2 connection} */
  public int maxStreams() {
    return maxStreams;
  }

  /**
   * How many streams are open at once on an HTTP/2 connection to a server, if the server takes as many
   * (HAProxy: {@code tune.h2.be.max-concurrent-streams}); for more, further connections are made. Default
   * 100.
   *
   * @param streams 1..100000
   * @return a changed copy
   */
  public ServerConnections maxStreams(int streams) {
    Draft draft = new Draft(this);
    draft.maxStreams = Check.range("maxStreams", streams, 1, 100_000);
    return new ServerConnections(draft);
  }

  /** {@return how many idle connections are kept ready} */
  public int connectEarly() {
    return connectEarly;
  }

  /**
   * Keeps idle connections ready for each server and event loop, from the start on, so that requests need not
   * wait for a connection or its TLS; over HTTP/2 one. What is lent is replaced at once, what was closed
   * within a second. Only servers that may get new traffic now have them, and only those on whose connections
   * any request may go: none whose PROXY header tells of a client, or whose TLS asks for a request's host.
   * They are idle ones to all that is said here: {@link #idleTimeout} renews them, {@link #reuse} says who may
   * use them. Default 0.
   *
   * @param connections 0 for none; at most {@link #maxIdle}
   * @return a changed copy
   * @throws IllegalArgumentException beyond {@link #maxIdle}, or with {@link Reuse#NEVER}
   */
  public ServerConnections connectEarly(int connections) {
    Draft draft = new Draft(this);
    draft.connectEarly = Check.range("connectEarly", connections, 0, Integer.MAX_VALUE);
    return new ServerConnections(draft);
  }

  /** {@return after which silence the server of an HTTP/2 connection is pinged; empty for never} */
  public Optional<Duration> pingInterval() {
    return Optional.ofNullable(pingInterval);
  }

  /**
   * After which silence the server of an HTTP/2 connection is pinged, whether the connection is idle or not
   * (Envoy: {@code connection_keepalive.interval}; HAProxy, for idle ones: {@code idle-ping}). Whatever comes
   * on it counts as life, and puts the next ping off. One whose server says nothing for {@link #pingTimeout}
   * behind a ping is lost: it takes no more requests, and those on it fail as if the server had reset it. So
   * a server that has vanished without a word costs no request its time-out. An idle connection is pinged
   * only where this is less than {@link #idleTimeout}, which pings do not renew.
   *
   * <p>Default: never. gRPC's own servers by default end a connection that is pinged more often than once in
   * 5 minutes, or while it is idle.
   *
   * @param interval more than 0, at most 365 days
   * @return a changed copy
   */
  public ServerConnections pingInterval(Duration interval) {
    Draft draft = new Draft(this);
    draft.pingInterval = Check.positive("pingInterval", interval);
    return new ServerConnections(draft);
  }

  /** {@return how long a server that was pinged may be silent} */
  public Duration pingTimeout() {
    return pingTimeout;
  }

  /**
   * How long a server that was pinged may be silent (Envoy: {@code connection_keepalive.timeout}). Default
   * 15 s.
   *
   * @param timeout more than 0, at most 365 days
   * @return a changed copy
   */
  public ServerConnections pingTimeout(Duration timeout) {
    Draft draft = new Draft(this);
    draft.pingTimeout = Check.positive("pingTimeout", timeout);
    return new ServerConnections(draft);
  }

  PoolSettings settings() {
    return new PoolSettings(
        reuse != Reuse.NEVER,
        switch (reuse) {
          case NEVER, ALWAYS -> Idle.ANY;
          case SAFE -> Idle.NONE;
          case AGGRESSIVE -> Idle.PROVEN;
        },
        idleTimeout.toNanos(),
        maxIdle,
        maxAge == null ? Long.MAX_VALUE : maxAge.toNanos(),
        maxRequests == 0 ? Integer.MAX_VALUE : maxRequests,
        maxStreams,
        connectEarly,
        pingInterval == null ? Long.MAX_VALUE : pingInterval.toNanos(),
        pingTimeout.toNanos());
  }

  /** {@return all of it, for people} */
  @Override
  public String toString() {
    return ("reuse %s, idle %s, at most %d idle, max age %s, max requests %s, streams %d, early %d,"
            + " pings %s")
        .formatted(
            reuse,
            idleTimeout,
            maxIdle,
            maxAge == null ? "any" : maxAge,
            maxRequests == 0 ? "any" : maxRequests,
            maxStreams,
            connectEarly,
            pingInterval == null ? "never" : "after " + pingInterval + " for " + pingTimeout);
  }

  /** The fields while a copy is made. */
  private static final class Draft {
    private Reuse reuse = Reuse.SAFE;
    private Duration idleTimeout = Duration.ofSeconds(30);
    private int maxIdle = 256;
    private @Nullable Duration maxAge;
    private int maxRequests;
    private int maxStreams = 100;
    private int connectEarly;
    private @Nullable Duration pingInterval;
    private Duration pingTimeout = Duration.ofSeconds(15);

    Draft() {}

    Draft(ServerConnections from) {
      reuse = from.reuse;
      idleTimeout = from.idleTimeout;
      maxIdle = from.maxIdle;
      maxAge = from.maxAge;
      maxRequests = from.maxRequests;
      maxStreams = from.maxStreams;
      connectEarly = from.connectEarly;
      pingInterval = from.pingInterval;
      pingTimeout = from.pingTimeout;
    }
  }
}
