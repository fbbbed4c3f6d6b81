package dev.fairlead.acceptance;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fairlead.balance.Balancer;
import dev.fairlead.health.OnError;
import dev.fairlead.http.Reuse;
import dev.fairlead.spi.HealthMonitor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario asks of a proxy, in words that are neither HAProxy's nor Fairlead's syntax: one
 * frontend, one backend, round robin unless told otherwise. Not thread-safe; done with once a proxy is started.
 */
final class Plan {
  /** What the proxy understands of the traffic. */
  enum Mode {
    HTTP,
    TCP;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** HAProxy's time-outs, by its names. */
  enum Time {
    CONNECT,
    CLIENT,
    SERVER,
    QUEUE,
    HTTP_REQUEST,
    HTTP_KEEP_ALIVE,
    TUNNEL,
    CLIENT_FIN,
    SERVER_FIN;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** A server of the backend; 0 for no limit. An IPv6 address stands in brackets. */
  record Member(
      String name, String host, int port, int weight, int maxConnections, boolean backup) {
    static Member of(String name, int port) {
      return of(name, "127.0.0.1", port);
    }

    static Member of(String name, String host, int port) {
      return new Member(name, host, port, 1, 0, false);
    }

    Member weighing(int other) {
      return new Member(name, host, port, other, maxConnections, backup);
    }

    Member atMost(int connections) {
      return new Member(name, host, port, weight, connections, backup);
    }

    Member asBackup() {
      return new Member(name, host, port, weight, maxConnections, true);
    }
  }

  /** Checks of every server: HTTP when there is a path, else TCP. */
  record Checks(@Nullable String path, Duration every, int rise, int fall) {}

  /** What checks make of traffic (HAProxy: observe layer7), where there are checks. */
  record Observed(int errorLimit, OnError onError) {}

  /**
   * A strategy as both say it.
   *
   * @param haproxy the lines of HAProxy's backend
   * @param fairlead which is claimed to do the same
   */
  record Balance(String haproxy, Balancer fairlead) {}

  /** How servers are told the client's address. */
  record Forwarded(@Nullable String header, @Nullable String except, boolean ifNone) {
    static final Forwarded PLAIN = new Forwarded(null, null, false);
  }

  final Mode mode;
  final List<Member> members;
  final Map<Time, Duration> times = new EnumMap<>(Time.class);
  int retries = 3;
  int frontendLimit;
  boolean allBackups;
  boolean abortOnClose;

  /** Round robin unless set. With it, one thread does all the work, so that there is one sequence. */
  @Nullable
  Balance balance;

  /** For whose requests connections to servers are used again; each one's default when null. */
  @Nullable
  Reuse reuse;

  /** How many requests such a connection carries; 0 for any number. */
  int maxRequests;

  @Nullable
  Checks checks;

  @Nullable
  Observed observed;

  /** What else watches the servers; Fairlead's only. */
  final Map<String, HealthMonitor> monitors = new LinkedHashMap<>();

  @Nullable
  Forwarded forwarded;

  /** The authority of servers that speak TLS as site.example; null where they do not speak it. */
  @Nullable
  Path authority;

  /** The certificate of the frontend, its key beside it; null where clients come without TLS. */
  @Nullable
  Path certificate;

  /** Servers are spoken to in HTTP/2, agreed on by ALPN where they speak TLS. */
  boolean http2;

  /** Where that is agreed on, they may choose HTTP/1.1. */
  boolean http1Too;

  /** How large a head may be, in bytes; 0 for 16 KiB, the default of both. */
  int headBytes;

  private Plan(Mode mode, List<Member> members) {
    this.mode = mode;
    this.members = members;
    times.put(Time.CONNECT, Duration.ofSeconds(5));
    times.put(Time.CLIENT, Duration.ofSeconds(50));
    times.put(Time.SERVER, Duration.ofSeconds(50));
  }

  static Plan http(Member... members) {
    return of(Mode.HTTP, members);
  }

  static Plan tcp(Member... members) {
    return of(Mode.TCP, members);
  }

  static Plan of(Mode mode, Member... members) {
    return new Plan(mode, List.of(members));
  }

  @CanIgnoreReturnValue
  Plan time(Time which, Duration limit) {
    times.put(which, limit);
    return this;
  }

  @CanIgnoreReturnValue
  Plan time(Time which, int millis) {
    return time(which, Duration.ofMillis(millis));
  }

  @CanIgnoreReturnValue
  Plan retries(int max) {
    retries = max;
    return this;
  }

  @CanIgnoreReturnValue
  Plan frontendLimit(int connections) {
    frontendLimit = connections;
    return this;
  }

  @CanIgnoreReturnValue
  Plan allBackups() {
    allBackups = true;
    return this;
  }

  @CanIgnoreReturnValue
  Plan abortOnClose() {
    abortOnClose = true;
    return this;
  }

  @CanIgnoreReturnValue
  Plan balance(String haproxy, Balancer fairlead) {
    balance = new Balance(haproxy, fairlead);
    return this;
  }

  /** With it, one thread does all the work, which has all the connections. */
  @CanIgnoreReturnValue
  Plan reuse(Reuse mode) {
    reuse = mode;
    return this;
  }

  @CanIgnoreReturnValue
  Plan maxRequests(int ofConnection) {
    maxRequests = ofConnection;
    return this;
  }

  @CanIgnoreReturnValue
  Plan checks(Checks wanted) {
    checks = wanted;
    return this;
  }

  @CanIgnoreReturnValue
  Plan observed(Observed wanted) {
    observed = wanted;
    return this;
  }

  @CanIgnoreReturnValue
  Plan monitor(String source, HealthMonitor monitor) {
    monitors.put(source, monitor);
    return this;
  }

  @CanIgnoreReturnValue
  Plan forwarded(Forwarded wanted) {
    forwarded = wanted;
    return this;
  }

  @CanIgnoreReturnValue
  Plan overTls(Path authorityOfServers) {
    authority = authorityOfServers;
    return this;
  }

  /** Clients come by TLS, and may choose HTTP/2. Without it, those that begin with HTTP/2 may too. */
  @CanIgnoreReturnValue
  Plan secure(Path frontendCertificate) {
    certificate = frontendCertificate;
    return this;
  }

  @CanIgnoreReturnValue
  Plan http2ToServers() {
    http2 = true;
    return this;
  }

  /** Beside HTTP/2, where they speak TLS. */
  @CanIgnoreReturnValue
  Plan http1ToServersToo() {
    http1Too = true;
    return this;
  }

  /** What servers that speak TLS are asked for by ALPN, by preference; empty for nothing. */
  List<String> alpnToServers() {
    return !http2 ? List.of() : http1Too ? List.of("h2", "http/1.1") : List.of("h2");
  }

  /** What is spoken on both sides; with TLS, the proxy and its servers are {@link Site}. */
  @CanIgnoreReturnValue
  Plan hops(Hop fromClients, Hop toServers) {
    certificate = fromClients.tls() ? Site.certificate() : null;
    authority = toServers.tls() ? Site.authority() : null;
    http2 = toServers.http2();
    return this;
  }

  @CanIgnoreReturnValue
  Plan headBytes(int bytes) {
    headBytes = bytes;
    return this;
  }
}
