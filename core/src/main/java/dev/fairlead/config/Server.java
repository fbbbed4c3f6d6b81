package dev.fairlead.config;

import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.spi.Check;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.status.Admin;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server of a backend (HAProxy: the {@code server} line). Immutable: a method with an argument returns
 * a changed copy.
 *
 * <pre>{@code
 * Server.of("app1", "10.0.1.10", 8080).weight(10).maxConnections(32)
 * }</pre>
 */
public final class Server {
  private final String name;
  private final SocketAddress address;
  private final int weight;
  private final int maxConnections;
  private final boolean strict;
  private final int maxQueue;
  private final boolean backup;
  private final int priority;
  private final boolean resolveLater;
  private final Admin admin;
  private final Map<String, String> tags;
  private final @Nullable HealthMonitor healthCheck;
  private final @Nullable String track;
  private final @Nullable SendProxy sendProxy;
  private final @Nullable ServerTls tls;
  private final @Nullable String proto;
  private final @Nullable SlowStart slowStart;
  private final boolean closesSessionsWhenDown;
  private final boolean closesBackupSessionsWhenUp;

  private Server(Draft draft) {
    this.name = draft.name;
    this.address = draft.address;
    this.weight = draft.weight;
    this.maxConnections = draft.maxConnections;
    this.strict = draft.strict;
    this.maxQueue = draft.maxQueue;
    this.backup = draft.backup;
    this.priority = draft.priority;
    this.resolveLater = draft.resolveLater;
    this.admin = draft.admin;
    this.tags = Map.copyOf(draft.tags);
    this.healthCheck = draft.healthCheck;
    this.track = draft.track;
    this.sendProxy = draft.sendProxy;
    this.tls = draft.tls;
    this.proto = draft.proto;
    this.slowStart = draft.slowStart;
    this.closesSessionsWhenDown = draft.closesSessionsWhenDown;
    this.closesBackupSessionsWhenUp = draft.closesBackupSessionsWhenUp;
  }

  /**
   * A server with weight 1, no limit and no tags.
   *
   * @param name its name, unique in its backend
   * @param host a host name or an IP address; a name is resolved when the load balancer starts, off the
   *     event loops
   * @param port 1..65535
   * @return the server
   */
  public static Server of(String name, String host, int port) {
    Objects.requireNonNull(host, "host");
    if (host.isBlank()) {
      throw new IllegalArgumentException(
          "host: '" + host + "' (expected: a name or an IP address)");
    }
    Check.range("port", port, 1, 65_535);
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal == null) {
      return of(name, InetSocketAddress.createUnresolved(host, port));
    }
    try {
      return of(name, new InetSocketAddress(InetAddress.getByAddress(literal), port));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("host: '" + host + "' (expected: an IP address)", e);
    }
  }

  /**
   * A server at any address that the transport knows: IP, in-JVM, Unix domain.
   *
   * @param name its name, unique in its backend
   * @param address where it listens
   * @return the server
   */
  public static Server of(String name, SocketAddress address) {
    return new Server(
        new Draft(Check.name("server", name), Objects.requireNonNull(address, "address")));
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** {@return where it listens; a host name is unresolved} */
  public SocketAddress address() {
    return address;
  }

  /** {@return its share of traffic relative to the others, 0..256; default 1} */
  public int weight() {
    return weight;
  }

  /**
   * Another weight (HAProxy: {@code weight}).
   *
   * @param newWeight 0..256; 0 takes no new traffic but sticky sessions
   * @return a changed copy
   */
  public Server weight(int newWeight) {
    Draft draft = new Draft(this);
    draft.weight = Check.range("weight", newWeight, 0, 256);
    return new Server(draft);
  }

  /** {@return how many leases may be held at once, 0 for any number; default 0} */
  public int maxConnections() {
    return maxConnections;
  }

  /**
   * Another limit of concurrent requests or TCP sessions; beyond it they wait (HAProxy: {@code maxconn}).
   *
   * @param limit 0 or more; 0 for any number
   * @return a changed copy
   */
  public Server maxConnections(int limit) {
    Draft draft = new Draft(this);
    draft.maxConnections = Check.range("maxConnections", limit, 0, Integer.MAX_VALUE);
    return new Server(draft);
  }

  /** {@return whether {@link #maxConnections()} counts idle connections, too; default false} */
  public boolean maxConnectionsIsStrict() {
    return strict;
  }

  /**
   * Lets {@link #maxConnections(int)} limit the connections, too, idle ones included: for a server that serves
   * no more at all. Where a request needs one beyond that, an idle one is closed first, whichever event loop
   * or frontend has it; the request waits for that, at most the connect timeout. Health checks do not count.
   * Default: only requests and TCP sessions count, as in HAProxy, and idle connections of other event loops
   * come on top.
   *
   * @return a changed copy
   */
  public Server strictMaxConnections() {
    Draft draft = new Draft(this);
    draft.strict = true;
    return new Server(draft);
  }

  /** {@return how many requests may wait for this very server, 0 for any number; default 0} */
  public int maxQueue() {
    return maxQueue;
  }

  /**
   * Another limit of requests that wait for this very server; beyond it they are balanced anew (HAProxy:
   * {@code maxqueue}).
   *
   * @param limit 0 or more; 0 for any number
   * @return a changed copy
   */
  public Server maxQueue(int limit) {
    Draft draft = new Draft(this);
    draft.maxQueue = Check.range("maxQueue", limit, 0, Integer.MAX_VALUE);
    return new Server(draft);
  }

  /** {@return whether it is used only when no other server is eligible} */
  public boolean backup() {
    return backup;
  }

  /**
   * The same server as a backup (HAProxy: {@code backup}).
   *
   * @return a changed copy
   */
  public Server asBackup() {
    Draft draft = new Draft(this);
    draft.backup = true;
    return new Server(draft);
  }

  /** {@return its priority level, 0 coming first; default 0} */
  public int priority() {
    return priority;
  }

  /**
   * Another priority level (Envoy: {@code priority}). Level 0 gets all of the traffic while 72 percent of
   * its servers are healthy; below, what it lacks spills to level 1, and so on. A level counts for
   * healthy/ready·1.4 of the traffic; where all together count for less than all, each gets its part. A
   * request whose level has no usable server is served by the others, in their order. Servers in
   * maintenance, drain or of weight 0 are no part of their level. Levels do not go together with backups.
   *
   * @param level 0..127
   * @return a changed copy
   */
  public Server priority(int level) {
    Draft draft = new Draft(this);
    draft.priority = Check.range("priority", level, 0, 127);
    return new Server(draft);
  }

  /** {@return whether an unknown host name is no error at the start} */
  public boolean resolvesLater() {
    return resolveLater;
  }

  /**
   * An unknown host name is no error at the start: attempts to connect fail until the name is known.
   *
   * @return a changed copy
   */
  public Server resolveLater() {
    Draft draft = new Draft(this);
    draft.resolveLater = true;
    return new Server(draft);
  }

  /** {@return the operator's wish at the start; default {@link Admin#READY}} */
  public Admin admin() {
    return admin;
  }

  /**
   * Another wish for the start (HAProxy: {@code disabled} is maintenance).
   *
   * @param wish ready, drain or maintenance
   * @return a changed copy
   */
  public Server admin(Admin wish) {
    Draft draft = new Draft(this);
    draft.admin = Objects.requireNonNull(wish, "admin");
    return new Server(draft);
  }

  /** {@return free text for strategies, checks and people} */
  public Map<String, String> tags() {
    return tags;
  }

  /**
   * The same server with one more tag.
   *
   * @param key its name
   * @param value its value
   * @return a changed copy
   */
  public Server tag(String key, String value) {
    Draft draft = new Draft(this);
    draft.tags = new HashMap<>(tags);
    draft.tags.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return new Server(draft);
  }

  /** {@return its own health check; null for that of its backend} */
  public @Nullable HealthMonitor healthCheck() {
    return healthCheck;
  }

  /**
   * A health check of its own instead of its backend's, or of a server that it tracks.
   *
   * @param monitor the check
   * @return a changed copy
   */
  public Server healthCheck(HealthMonitor monitor) {
    Draft draft = new Draft(this);
    draft.healthCheck = Objects.requireNonNull(monitor, "healthCheck");
    draft.track = null;
    return new Server(draft);
  }

  /** {@return the server that it tracks, as {@code server} or {@code backend/server}; null for none} */
  public @Nullable String track() {
    return track;
  }

  /**
   * Has the state of another server of the same load balancer, instead of being checked (HAProxy: {@code
   * track}): it is down, drains or rests while that one does, as a finding of the source {@link
   * Backend#TRACK} says. A server may track one that tracks. One that is not there, or a circle, is an
   * error at the start; while the load balancer runs, a circle is refused, and a server that is not there
   * says nothing until it comes.
   *
   * @param server a server of the same backend, or {@code backend/server}
   * @return a changed copy
   */
  public Server track(String server) {
    int slash = Objects.requireNonNull(server, "track").indexOf('/');
    if (slash >= 0) {
      Check.name("track", server.substring(0, slash));
    }
    Check.name("track", server.substring(slash + 1));
    Draft draft = new Draft(this);
    draft.track = server;
    draft.healthCheck = null;
    return new Server(draft);
  }

  /** {@return how the client's address is told in a PROXY header; null: not at all} */
  public @Nullable SendProxy sendProxy() {
    return sendProxy;
  }

  /**
   * Begins each connection, also those of health checks, with a PROXY header (HAProxy: {@code
   * send-proxy}, {@code send-proxy-v2}), before TLS.
   *
   * @param header which, and what is in it
   * @return a changed copy
   */
  public Server sendProxy(SendProxy header) {
    Draft draft = new Draft(this);
    draft.sendProxy = Objects.requireNonNull(header, "sendProxy");
    return new Server(draft);
  }

  /** {@return how connections to it are encrypted; null: not at all} */
  public @Nullable ServerTls tls() {
    return tls;
  }

  /**
   * Encrypts connections, also those of health checks (HAProxy: {@code ssl}; the certificate and its name
   * are verified unless told otherwise).
   *
   * @param settings whom to trust, which name to expect, and more
   * @return a changed copy
   */
  public Server tls(ServerTls settings) {
    Draft draft = new Draft(this);
    draft.tls = Objects.requireNonNull(settings, "tls");
    return new Server(draft);
  }

  /** {@return how it gets its load when it comes back; null: all at once, the default} */
  public @Nullable SlowStart slowStart() {
    return slowStart;
  }

  /**
   * Gives it its load slowly when it comes back (HAProxy: {@code slowstart}): {@link SlowStart#linear}.
   *
   * @param over when it has all of it; more than 0
   * @return a changed copy
   */
  public Server slowStart(Duration over) {
    return slowStart(SlowStart.linear(over));
  }

  /**
   * Gives it its load slowly when it comes back: after it was down or in maintenance, never when the load
   * balancer starts or the server is added. Its weight and {@link #maxConnections()} grow in steps of a
   * second or a twentieth of the time, whichever is longer; both are at least 1, and no limit stays no
   * limit. One that goes away in the middle starts anew. A server whose check takes it for down
   * before its first verdict ({@code InitialState.DOWN}) comes back with that verdict; one whose first verdict
   * is waited for does not.
   *
   * <p>Strategies then see the weights of all servers of the backend multiplied by up to 16, as far as the
   * largest stays within 256, so that a weight of 1 has steps, too: HAProxy does so always. The two
   * families of IPVS that take a weight for a number of connections, {@code ovf} and {@code lblc}, are to
   * have their weights above 128 with it.
   *
   * @param curve how it grows
   * @return a changed copy
   */
  public Server slowStart(SlowStart curve) {
    Draft draft = new Draft(this);
    draft.slowStart = Objects.requireNonNull(curve, "slowStart");
    return new Server(draft);
  }

  /** {@return whether its sessions end when it goes down or into maintenance; default false} */
  public boolean closesSessionsWhenDown() {
    return closesSessionsWhenDown;
  }

  /**
   * Ends its sessions when it goes down or into maintenance, instead of letting them run (HAProxy: {@code
   * on-marked-down shutdown-sessions}). They end with the letter {@code D}; a request without an answer
   * gets 502, as there.
   *
   * @return a changed copy
   */
  public Server closeSessionsWhenDown() {
    Draft draft = new Draft(this);
    draft.closesSessionsWhenDown = true;
    return new Server(draft);
  }

  /** {@return whether the sessions of backups end when it comes back; default false} */
  public boolean closesBackupSessionsWhenUp() {
    return closesBackupSessionsWhenUp;
  }

  /**
   * Ends the sessions of all backup servers when it comes back, so that their clients come to it again
   * (HAProxy: {@code on-marked-up shutdown-backup-sessions}): it was down or in maintenance, and now takes
   * new traffic. They end with the letter {@code U}; a request without an answer gets 502. Of no effect
   * for a backup server.
   *
   * @return a changed copy
   */
  public Server closeBackupSessionsWhenUp() {
    Draft draft = new Draft(this);
    draft.closesBackupSessionsWhenUp = true;
    return new Server(draft);
  }

  /** {@return what is spoken with it without asking; null for the frontend's protocol, or what ALPN says} */
  public @Nullable String proto() {
    return proto;
  }

  /**
   * Speaks a certain protocol with it, whatever TLS agrees on (HAProxy: {@code proto}). Default: the
   * frontend's own, or where {@link ServerTls#alpn} offers several, what the server chooses.
   *
   * @param name what the frontends that send traffic here know: for an {@code HttpFrontend} {@code h2},
   *     HTTP/2 with prior knowledge (RFC 9113 §3.3), or {@code h1}
   * @return a changed copy
   */
  public Server proto(String name) {
    Draft draft = new Draft(this);
    draft.proto = Check.name("proto", name);
    return new Server(draft);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Server that
        && name.equals(that.name)
        && address.equals(that.address)
        && weight == that.weight
        && maxConnections == that.maxConnections
        && strict == that.strict
        && maxQueue == that.maxQueue
        && backup == that.backup
        && priority == that.priority
        && resolveLater == that.resolveLater
        && admin == that.admin
        && tags.equals(that.tags)
        && Objects.equals(healthCheck, that.healthCheck)
        && Objects.equals(track, that.track)
        && Objects.equals(sendProxy, that.sendProxy)
        && Objects.equals(tls, that.tls)
        && Objects.equals(proto, that.proto)
        && Objects.equals(slowStart, that.slowStart)
        && closesSessionsWhenDown == that.closesSessionsWhenDown
        && closesBackupSessionsWhenUp == that.closesBackupSessionsWhenUp;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, address);
  }

  /** {@return name and address, and what is not the default} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name).append(" at ").append(address);
    if (weight != 1) {
      text.append(" weight ").append(weight);
    }
    if (maxConnections > 0) {
      text.append(strict ? " strict" : "").append(" maxConnections ").append(maxConnections);
    }
    if (backup) {
      text.append(" backup");
    }
    if (priority > 0) {
      text.append(" priority ").append(priority);
    }
    if (track != null) {
      text.append(" track ").append(track);
    }
    if (slowStart != null) {
      text.append(" slowStart ").append(slowStart.over());
    }
    if (sendProxy != null) {
      text.append(' ').append(sendProxy);
    }
    if (tls != null) {
      text.append(' ').append(tls);
    }
    if (proto != null) {
      text.append(" proto ").append(proto);
    }
    return text.toString();
  }

  /** The fields while a copy is made. */
  private static final class Draft {
    private final String name;
    private final SocketAddress address;
    private int weight = 1;
    private int maxConnections;
    private boolean strict;
    private int maxQueue;
    private boolean backup;
    private int priority;
    private boolean resolveLater;
    private Admin admin = Admin.READY;
    private Map<String, String> tags = Map.of();
    private @Nullable HealthMonitor healthCheck;
    private @Nullable String track;
    private @Nullable SendProxy sendProxy;
    private @Nullable ServerTls tls;
    private @Nullable String proto;
    private @Nullable SlowStart slowStart;
    private boolean closesSessionsWhenDown;
    private boolean closesBackupSessionsWhenUp;

    Draft(String name, SocketAddress address) {
      this.name = name;
      this.address = address;
    }

    Draft(Server from) {
      this(from.name, from.address);
      weight = from.weight;
      maxConnections = from.maxConnections;
      strict = from.strict;
      maxQueue = from.maxQueue;
      backup = from.backup;
      priority = from.priority;
      resolveLater = from.resolveLater;
      admin = from.admin;
      tags = from.tags;
      healthCheck = from.healthCheck;
      track = from.track;
      sendProxy = from.sendProxy;
      tls = from.tls;
      proto = from.proto;
      slowStart = from.slowStart;
      closesSessionsWhenDown = from.closesSessionsWhenDown;
      closesBackupSessionsWhenUp = from.closesBackupSessionsWhenUp;
    }
  }
}
